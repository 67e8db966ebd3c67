"""Qdrant through its own client: in this process (local mode), or a server or cluster by its address."""

import importlib.metadata
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from labkit.search.engine.backend import Info
from labkit.search.engine.compiling import Values, as_model
from labkit.search.engine.problems import ask
from labkit.search.engine.shape import Shape, indexing_threshold, vectors_config

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

Answer = TypeVar("Answer")

LOCAL_LIMIT = 20_000
_MARK = "labkit_shape"
_PAGE = 10_000
_NOTE = (
    "local mode compares every document in full precision: graph, codes, oversample and ef change nothing here. "
    "Measure recall and speed of these with Qdrant Edge or a server"
)


class ClientBackend:
    """Collections behind a `QdrantClient`.

    Attributes:
        exact: True in local mode.
        url: the server's address; None in local mode.
        timeout: seconds to wait for an answer, and for the index after an upload without progress.
    """

    def __init__(self, client: "QdrantClient", *, url: str | None, timeout: float = 30.0) -> None:
        """Take a client; `url` says where it goes, None that it works in this process."""
        self._client, self.url, self.exact, self.timeout = client, url, url is None, timeout

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        return call() if self.url is None else ask(self.url, call)

    def names(self) -> list[str]:
        """The collections that labkit made here."""
        found = self._ask(self._client.get_collections).collections
        return sorted(entry.name for entry in found if self._shape(entry.name) is not None)

    def shape(self, name: str) -> Shape | None:
        """The shape of a collection; None if there is none of that name.

        Raises:
            ValueError: if there is one that labkit did not make.
        """
        if not self._ask(lambda: self._client.collection_exists(name)):
            return None
        shape = self._shape(name)
        if shape is None:
            raise ValueError(
                f"the collection {name!r} was not made by labkit, so its fields are unknown; take another name"
            )
        return shape

    def _shape(self, name: str) -> Shape | None:
        text = (self._ask(lambda: self._client.get_collection(name)).config.metadata or {}).get(_MARK)
        return Shape.from_json(text) if isinstance(text, str) else None

    def create(self, name: str, shape: Shape) -> None:
        """Make an empty collection; in local mode, warn of what it leaves out."""
        from qdrant_client import models

        if self.exact and shape.bits is not None:
            warnings.warn(f"bits={shape.bits} has no effect: {_NOTE}", stacklevel=4)
        optimizers = models.OptimizersConfigDiff(indexing_threshold=indexing_threshold(shape))
        self._ask(
            lambda: self._client.create_collection(
                name,
                vectors_config=vectors_config(shape),
                sparse_vectors_config={"sparse": models.SparseVectorParams()} if shape.sparse else None,
                optimizers_config=optimizers,
                metadata={_MARK: shape.to_json()},
            )
        )

    def delete(self, name: str) -> None:
        """Remove a collection and all it holds."""
        self._ask(lambda: self._client.delete_collection(name))

    def upsert(self, name: str, ids: Sequence[int], texts: Sequence[Values]) -> None:
        """Write documents, over those of the same ids; returns when they are kept."""
        from qdrant_client import models

        points = [
            models.PointStruct(id=i, vector={field: as_model(value) for field, value in text.items()})
            for i, text in zip(ids, texts, strict=True)
        ]
        self._ask(lambda: self._client.upsert(name, points, wait=True))

    def settle(self, name: str) -> None:
        """Wait until the server has built graph and codes; in local mode there are none.

        Raises:
            ConnectionError: if it makes no progress for as long as the timeout.
        """
        before, latest = -1, time.monotonic() + self.timeout
        while self.url is not None:
            state = self._ask(lambda: self._client.get_collection(name))
            if state.status.value in ("green", "grey"):  # grey: put off until the next write
                return
            now = state.indexed_vectors_count or 0
            if now > before:
                before, latest = now, time.monotonic() + self.timeout
            elif time.monotonic() > latest:
                raise ConnectionError(
                    f"{self.url} is {state.status.value} and builds no index of {name!r}; look at its log"
                )
            time.sleep(0.2)

    def query(self, name: str, requests: "Sequence[models.QueryRequest]") -> list[list[tuple[int, float]]]:
        """The hits (id, score) of each request."""
        answers = self._ask(lambda: self._client.query_batch_points(name, list(requests)))
        return [[(int(point.id), point.score) for point in answer.points] for answer in answers]

    def ids(self, name: str) -> NDArray[np.int64]:
        """The ids that are there, rising."""
        found: list[int] = []
        offset: models.ExtendedPointId | None = None
        while True:
            page = partial(self._client.scroll, name, limit=_PAGE, with_payload=False, with_vectors=False)
            records, offset = self._ask(partial(page, offset=offset))
            found += [int(record.id) for record in records]
            if offset is None:
                return np.sort(np.array(found, np.int64))

    def info(self, name: str) -> Info:
        """What the collection is."""
        state = self._ask(lambda: self._client.get_collection(name))
        points = self._ask(lambda: self._client.count(name, exact=True)).count
        if self.url is None:
            version = importlib.metadata.version("qdrant-client")
            return Info(f"qdrant-client {version}, local mode", points, 0, _NOTE)
        note = "approximate where a graph or codes are used; a search with exact=True is the yardstick"
        return Info(f"Qdrant at {self.url}", points, state.indexed_vectors_count or 0, note)

    def close(self) -> None:
        """Close the client."""
        self._client.close()


def open_local(folder: str | Path | None) -> ClientBackend:
    """Local mode in memory, or in a folder that is made if it is missing.

    Raises:
        BlockingIOError: if another process has the folder open.
        ValueError: if the folder is damaged.
    """
    import pickle
    import sqlite3

    from qdrant_client import QdrantClient

    if folder is None:
        return ClientBackend(QdrantClient(":memory:"), url=None)
    try:
        return ClientBackend(QdrantClient(path=str(folder)), url=None)
    except RuntimeError as error:
        if "already accessed" not in str(error):
            raise
        raise BlockingIOError(
            f"{folder} is open in another process or notebook: close it there (engine.close(), or restart its kernel)"
        ) from error
    except (sqlite3.DatabaseError, pickle.UnpicklingError, EOFError, KeyError, ValueError) as error:
        raise ValueError(
            f"the collections in {folder} are damaged ({type(error).__name__}: {str(error):.100}); delete the folder and "
            f"upload again"
        ) from error
