"""Qdrant Edge: the real engine, graph and codes included, inside this process (`pip install "labkit[edge]"`).

It takes the same compiled pipelines. What it calls otherwise is translated here. Each collection is a folder:

    folder/plant/shape.json     written last: without it the folder is the rest of an interrupted start
    folder/plant/…              the engine's own files

Only one process may have a collection open. Writes go to a log before they are acknowledged, so a killed process loses
none of them; `settle` builds graph and codes, and asks the disk to keep everything.
"""

import importlib.metadata
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labkit.search.engine.backend import Info
from labkit.search.engine.compiling import Values, as_model
from labkit.search.engine.edge_words import config_of, request_of, vector
from labkit.search.engine.shape import Shape

if TYPE_CHECKING:
    import qdrant_edge
    from qdrant_client import models

_SHAPE = "shape.json"
_OWN_FILES = {"edge_config.json", "segments", "wal", "segment_manifest.json"}
_PAGE = 10_000
_NOTE = "the real engine in this process; approximate where a graph or codes are used, exact=True is the yardstick"


class EdgeBackend:
    """Collections of Qdrant Edge in a folder.

    Attributes:
        folder: made if it is missing.
    """

    exact = False

    def __init__(self, folder: str | Path) -> None:
        """Take a folder; collections are opened when they are first used.

        Raises:
            ModuleNotFoundError: if Qdrant Edge is not installed.
        """
        try:
            import qdrant_edge  # noqa: F401 (seen here, used below)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'Qdrant Edge is not installed: pip install "labkit[edge]", or connect without edge=True'
            ) from error
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._open: dict[str, qdrant_edge.EdgeShard] = {}

    def names(self) -> list[str]:
        """The collections in the folder."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{_SHAPE}"))

    def shape(self, name: str) -> Shape | None:
        """The shape of a collection; None if there is none of that name."""
        path = self.folder / name / _SHAPE
        return Shape.from_json(path.read_text(encoding="utf-8")) if path.is_file() else None

    def create(self, name: str, shape: Shape) -> None:
        """Make an empty collection.

        Raises:
            FileExistsError: if a folder of that name holds other things.
        """
        import qdrant_edge

        place = self.folder / name
        if place.exists():
            if not {path.name for path in place.iterdir()} <= _OWN_FILES:
                raise FileExistsError(f"{place} holds other files; take another name or another folder")
            shutil.rmtree(place)  # an interrupted start: nothing was ever acknowledged in it
        place.mkdir()
        self._open[name] = qdrant_edge.EdgeShard.create(str(place), config_of(shape))
        written = place / f"{_SHAPE}.tmp"
        written.write_text(shape.to_json(), encoding="utf-8")
        os.replace(written, place / _SHAPE)

    def _shard(self, name: str) -> "qdrant_edge.EdgeShard":
        import qdrant_edge

        if name not in self._open:
            try:
                self._open[name] = qdrant_edge.EdgeShard.load(str(self.folder / name))
            except Exception as error:  # the engine raises nothing finer
                if "WouldBlock" in str(error):
                    raise BlockingIOError(
                        f"{self.folder / name} is open in another process or notebook: close it there (engine.close(), or "
                        f"restart its kernel)"
                    ) from error
                raise ValueError(
                    f"the collection in {self.folder / name} cannot be read ({str(error):.120}); delete that folder and "
                    f"upload again"
                ) from error
        return self._open[name]

    def delete(self, name: str) -> None:
        """Remove a collection and all it holds."""
        self._shard(name).close()
        del self._open[name]
        (self.folder / name / _SHAPE).unlink()
        shutil.rmtree(self.folder / name)

    def upsert(self, name: str, ids: Sequence[int], texts: Sequence[Values]) -> None:
        """Write documents, over those of the same ids; returns when they are in the log."""
        import qdrant_edge

        points = [
            qdrant_edge.Point(i, {field: vector(as_model(value)) for field, value in text.items()}, None)
            for i, text in zip(ids, texts, strict=True)
        ]
        self._shard(name).update(qdrant_edge.UpdateOperation.upsert_points(points))

    def settle(self, name: str) -> None:
        """Build graph and codes for what was written, and have the disk keep it."""
        self._shard(name).optimize()
        self._shard(name).flush()

    def query(self, name: str, requests: "Sequence[models.QueryRequest]") -> list[list[tuple[int, float]]]:
        """The hits (id, score) of each request."""
        import qdrant_edge

        batch = qdrant_edge.QueryBatchRequest([request_of(request) for request in requests])
        found = self._shard(name).query_batch(batch)
        return [[(int(point.id), float(point.score)) for point in points] for points in found]

    def ids(self, name: str) -> NDArray[np.int64]:
        """The ids that are there, rising."""
        import qdrant_edge

        found: list[int] = []
        offset: qdrant_edge.PointId | None = None
        while True:
            page = qdrant_edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=False, with_vector=False)
            records, offset = self._shard(name).scroll(page)
            found += [int(record.id) for record in records]
            if offset is None:
                return np.sort(np.array(found, np.int64))

    def info(self, name: str) -> Info:
        """What the collection is."""
        state = self._shard(name).info()
        engine = f"Qdrant Edge {importlib.metadata.version('qdrant-edge-py')}"
        return Info(engine, state.points_count, state.indexed_vectors_count, _NOTE)

    def close(self) -> None:
        """Close all collections, so that another process can open them."""
        while self._open:
            self._open.popitem()[1].close()
