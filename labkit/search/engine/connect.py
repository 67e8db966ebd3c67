"""Where a pipeline runs: in this process, in Qdrant Edge, or on a server or cluster."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from labkit.search.engine.backend import Backend
from labkit.search.engine.client import ClientBackend, open_local
from labkit.search.engine.points import Points
from labkit.search.engine.problems import KEY_VARIABLE
from labkit.search.engine.shape import Shape

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Engine:
    """A place that holds collections.

    Attributes:
        backend: local mode, Edge or a cluster.
    """

    backend: Backend

    def names(self) -> list[str]:
        """The collections here."""
        return self.backend.names()

    def create(self, name: str, shape: Shape, *, replace: bool = False) -> Points:
        """The collection of that name; made if it is not there yet, so that an upload can be taken up again.

        Args:
            name: letters, digits, `-` and `_`.
            shape: its fields.
            replace: remove what is there first.

        Raises:
            ValueError: if the name is none, or there is a collection of another shape.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", name):
            raise ValueError(f"a collection's name should be 1 to 100 letters, digits, - or _, but is {name!r}")
        there = self.backend.shape(name)
        if there is not None and replace:
            self.backend.delete(name)
            there = None
        if there is not None and there != shape:
            raise ValueError(
                f"{name!r} is there already with another shape, {there}; pass replace=True to remove it, or take another name"
            )
        if there is None:
            self.backend.create(name, shape)
        return Points(self.backend, name, shape)

    def open(self, name: str) -> Points:
        """The collection of that name.

        Raises:
            ValueError: if there is none.
        """
        shape = self.backend.shape(name)
        if shape is None:
            raise ValueError(f"there is no collection {name!r}; there are {self.names()}")
        return Points(self.backend, name, shape)

    def close(self) -> None:
        """Let the place go, so that another process can open it."""
        self.backend.close()

    def __enter__(self) -> "Engine":
        """The engine itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()


def connect(
    where: str | Path | None = None,
    *,
    edge: bool = False,
    timeout: float = 30.0,
    environment: Mapping[str, str] = os.environ,
) -> Engine:
    """The engine at an address; without one, in this process.

    | `where`                   |                                                                                    |
    |---------------------------|------------------------------------------------------------------------------------|
    | None or ":memory:"        | local mode: Python, always exact, gone when the process ends; up to 20,000 points  |
    | a folder                  | local mode, kept on disk. Open only folders of your own: reading one can run code  |
    | a folder, `edge=True`     | Qdrant Edge, the real engine in this process                                       |
    | "http://…", "https://…"   | a Qdrant server or cluster; its key, if any, is read from `QDRANT_API_KEY`         |

    Args:
        where: see the table.
        edge: use Qdrant Edge for the folder.
        timeout: seconds to wait for a server's answer.
        environment: where the key is read.

    Raises:
        ModuleNotFoundError: if Qdrant Edge is wanted and not installed.
        BlockingIOError: if another process has the folder open.
        ConnectionError: if the server cannot be reached.
        PermissionError: if it wants another key.
        ValueError: if the address is none, or the folder is damaged.

    Example:
        >>> with connect() as engine:
        ...     points = engine.create("shelf", Shape(dims=2))
        ...     _ = points.upload(vectors=[[1, 0], [0, 1], [0.6, 0.8]])
        ...     points.search(vectors=[[0, 1]], k=2).ids
        array([[1, 2]])
    """
    if not timeout > 0:
        raise ValueError(f"timeout should be a number of seconds above 0, but is {timeout}")
    text = str(where) if where is not None else ":memory:"
    if "://" in text:
        if edge:
            raise ValueError(f"Qdrant Edge works in a folder, not at an address such as {text}")
        return Engine(_cluster(text, timeout, environment.get(KEY_VARIABLE, "").strip() or None))
    if edge:
        from labkit.search.engine.edge import EdgeBackend

        if text == ":memory:":
            raise ValueError("Qdrant Edge keeps its collections in a folder; pass one")
        return Engine(EdgeBackend(text))
    return Engine(open_local(None if text == ":memory:" else text))


def _cluster(url: str, timeout: float, key: str | None) -> ClientBackend:
    from qdrant_client import QdrantClient

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"an engine's address should look like http://host:6333, but is {url!r}")
    # A server on this machine is never asked for through a proxy.
    client = QdrantClient(
        url=url,
        api_key=key,
        timeout=max(1, round(timeout)),
        check_compatibility=False,
        trust_env=parts.hostname not in _LOOPBACK,
    )
    backend = ClientBackend(client, url=url, timeout=timeout)
    backend.names()  # say now what is wrong with the address or the key, and not in the middle of an upload
    return backend
