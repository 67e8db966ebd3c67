"""What a place that runs pipelines must be able to do, and what it says about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from labkit.search.engine.compiling import Values
from labkit.search.engine.shape import Shape

if TYPE_CHECKING:
    from qdrant_client import models


@dataclass(frozen=True)
class Info:
    """What a collection is, as its engine says.

    Attributes:
        engine: which one, with its version if it says.
        points: documents that it holds.
        indexed: vectors that lie in a graph or a sparse index, all fields together; others are compared one by one.
        note: what must be known before its figures are believed.
    """

    engine: str
    points: int
    indexed: int
    note: str


class Backend(Protocol):
    """A place that keeps collections and answers compiled pipelines: local mode, a cluster, or Edge."""

    exact: bool  # whether it compares everything in full, whatever a pipeline says

    def names(self) -> list[str]:
        """The collections that labkit can search here."""

    def shape(self, name: str) -> Shape | None:
        """The shape of a collection; None if there is none of that name."""

    def create(self, name: str, shape: Shape) -> None:
        """Make an empty collection."""

    def delete(self, name: str) -> None:
        """Remove a collection and all it holds."""

    def upsert(self, name: str, ids: Sequence[int], texts: Sequence[Values]) -> None:
        """Write documents, over those of the same ids; returns when they are kept."""

    def settle(self, name: str) -> None:
        """Wait until graph and codes are built for what was written."""

    def query(self, name: str, requests: "Sequence[models.QueryRequest]") -> list[list[tuple[int, float]]]:
        """The hits (id, score) of each request."""

    def ids(self, name: str) -> NDArray[np.int64]:
        """The ids that are there, rising."""

    def info(self, name: str) -> Info:
        """What the collection is."""

    def close(self) -> None:
        """Let the place go, so that another process can open it."""
