"""What puts a shortlist in order: the interface, and the one that reads full float32 vectors."""

from collections.abc import Sized
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k, check_threads
from labkit.search import storage
from labkit.search.encoded import check_candidates, check_distinct, check_scores
from labkit.search.hits import Hits


class Rescorer(Sized, Protocol):
    """What can score a query's own candidates, such as `BinaryIndex`, `Int4Index`, `Int8Index` or `FloatRescorer`."""

    @property
    def nbytes(self) -> int:
        """Bytes that it holds."""

    @property
    def bytes_per_item(self) -> float:
        """Bytes that it reads for a candidate."""

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's candidates `(nq, m)`."""


class FloatRescorer:
    """Scores candidates by their full float32 vectors; only the candidates' rows are read from a memory-mapped file.

    Attributes:
        vectors: `(n, d)` float32.

    Example:
        >>> FloatRescorer(np.eye(3, dtype=np.float32)).rescore([[1, 2, 3]], np.array([[0, 1]]), k=1).ids
        array([[1]])
    """

    def __init__(self, vectors: NDArray[np.float32], *, threads: int | None = None) -> None:
        """Take the vectors where they lie; they are not read here.

        Raises:
            TypeError: if they are not float32.
            ValueError: if they have the wrong shape or do not lie row after row.
        """
        if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
            found = getattr(vectors, "dtype", type(vectors).__name__)
            raise TypeError(f"vectors should be a float32 array, but are {found}; labkit.as_vectors converts them")
        if vectors.ndim != 2 or not vectors.flags.c_contiguous:
            raise ValueError(f"vectors should be C-contiguous with shape (n, d), but have shape {vectors.shape}")
        self.vectors: Vectors = vectors.view(np.ndarray)
        self.threads = check_threads(threads)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.vectors)

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors."""
        return self.vectors.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return float(self.vectors.itemsize * self.vectors.shape[1])

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)` by full inner product; -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, a candidate is not a document or there twice, or a score
                is not finite, as where a candidate's vector holds NaN or infinity.
        """
        from labkit.kernels.exact import best_of

        k, asked = check_k(k), as_vectors(queries, dim=self.vectors.shape[1], name="queries")
        checked = check_candidates(candidates, len(asked), len(self))
        scores, ids = best_of(self.vectors, asked, checked, min(k, checked.shape[1]), self.threads)
        check_scores(scores, ids)
        check_distinct(ids)
        return Hits.padded(ids, scores, k)

    def save(self, folder: str | Path) -> None:
        """Write the vectors to a folder; older ones there are replaced in one step."""
        storage.save(folder, "FloatRescorer", {"vectors": self.vectors})

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "FloatRescorer":
        """The vectors saved in a folder; with `mmap` only the candidates' rows are ever read.

        Raises:
            FileNotFoundError: if there are none.
            ValueError: if the folder holds another kind or is damaged.
        """
        return cls(storage.load(folder, "FloatRescorer", mmap=mmap)[0]["vectors"], threads=threads)
