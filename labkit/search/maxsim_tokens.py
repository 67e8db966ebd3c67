"""The token vectors of documents as a `MaxSimIndex` holds them: as float32 numbers, or as int8 levels.

Both answer the same two questions: a job that scores pairs of queries and documents, and the winners in one document.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.search.flat import check_range, longest_row
from labkit.search.late import Winners, winners

Offsets = NDArray[np.int64]
Job = Callable[[NDArray[np.int64], int, int, NDArray[np.float32]], None]


class HeldTokens(Protocol):
    """How the tokens of all documents are kept, end to end."""

    @property
    def offsets(self) -> Offsets:
        """Where each document begins, `(n + 1,)`."""

    @property
    def dim(self) -> int:
        """Numbers of a token."""

    @property
    def nbytes(self) -> int:
        """Bytes of all tokens, and of the offsets."""

    def job(self, queries: Sequence[Vectors]) -> Job:
        """What scores a range of pairs of these queries `(t, d)` and documents."""

    def winners(self, query: Vectors, document: int) -> Winners:
        """The winning tokens of one document."""

    def parts(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Arrays and settings to be saved."""


@dataclass(frozen=True, eq=False)
class FloatTokens:
    """Tokens as they came, float32.

    Attributes:
        vectors: `(tokens, d)`.
        offsets: `(n + 1,)`.
        longest: no token is longer than this.
    """

    vectors: Vectors
    offsets: Offsets
    longest: float

    @classmethod
    def of(cls, vectors: Vectors, offsets: Offsets) -> "FloatTokens":
        """Tokens where they lie, not copied."""
        return cls(vectors, offsets, longest_row(vectors))

    @classmethod
    def from_parts(cls, arrays: Mapping[str, NDArray[Any]], saved: Mapping[str, Any]) -> "FloatTokens":
        """What `parts` took apart."""
        return cls(arrays["vectors"], arrays["offsets"], float(saved["longest"]))

    @property
    def dim(self) -> int:
        """Numbers of a token."""
        return int(self.vectors.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors and the offsets."""
        return self.vectors.nbytes + self.offsets.nbytes

    def job(self, queries: Sequence[Vectors]) -> Job:
        """What scores a range of pairs of these queries and documents.

        Raises:
            ValueError: if a score might exceed the range of float32.
        """
        from labkit.kernels.maxsim import score_job

        for query in queries:
            check_range(query, self.longest * len(query))
        return score_job(self.vectors, self.offsets, queries)

    def winners(self, query: Vectors, document: int) -> Winners:
        """The winning tokens of one document."""
        return winners(query, self.vectors[self.offsets[document] : self.offsets[document + 1]])

    def parts(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Arrays and settings to be saved."""
        return {"vectors": self.vectors, "offsets": self.offsets}, {"longest": self.longest}
