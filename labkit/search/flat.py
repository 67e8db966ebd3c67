"""Exact search: every query is compared with every document.

    score(query, document) = sum over j of query[j] * document[j]

Everything else in this course is measured against this. One query is limited by memory: each stored number is read once
and used once. A batch of queries is limited by arithmetic: a block of documents stays in the cache while all queries
pass over it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors, check_k, check_threads
from labkit.search import storage
from labkit.search.hits import Hits


class FlatIndex:
    """Exact inner-product search in float32 vectors; for unit vectors that is cosine similarity.

    The vectors are used where they lie, a memory-mapped file included. A score is summed in float64 and rounded once to
    float32, so it does not depend on how many queries are asked together or on the number of threads.

    Attributes:
        vectors: `(n, d)` float32.

    Example:
        >>> index = FlatIndex([[1, 0], [0, 1], [0.6, 0.8]])
        >>> index.search([[0, 1]], k=2).ids
        array([[1, 2]])
    """

    def __init__(self, vectors: ArrayLike, *, threads: int | None = None) -> None:
        """Take the vectors.

        Args:
            vectors: `(n, d)`; float32 and C-contiguous ones are not copied.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers.
            ValueError: if their shape is wrong or a value is NaN or infinite.
        """
        self._set(as_vectors(vectors), threads, None)

    def _set(self, vectors: Vectors, threads: int | None, longest: float | None) -> None:
        self.vectors = vectors
        self.threads = check_threads(threads)
        self.longest = longest_row(vectors) if longest is None else longest

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.vectors)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors."""
        return self.vectors.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return float(self.vectors.itemsize * self.dim)

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` documents with the largest inner product, best first, for each query of `(nq, d)`.

        Equal scores are ordered by the smaller id. If `k` exceeds the number of documents the lists are padded.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, the queries do not fit, or a score would exceed the range of float32.
        """
        k, asked = check_k(k), as_vectors(queries, dim=self.dim, name="queries")
        check_range(asked, self.longest)
        from labkit.kernels.exact import top

        scores, ids = top(self.vectors, asked, min(k, len(self)), self.threads, self.longest)
        return Hits(ids, scores) if k <= len(self) else Hits.padded(ids, scores, k)

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        storage.save(folder, "FlatIndex", {"vectors": self.vectors}, {"longest": self.longest})

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "FlatIndex":
        """The index saved in a folder; with `mmap` the vectors stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        arrays, saved = storage.load(folder, "FlatIndex", mmap=mmap)
        index = cls.__new__(cls)
        index._set(arrays["vectors"], threads, float(saved["longest"]))
        return index


def longest_row(vectors: Vectors) -> float:
    """The largest Euclidean length of a row, 0 if there are none."""
    largest = 0.0
    for start in range(0, len(vectors), 4096):
        block = vectors[start : start + 4096].astype(np.float64)
        largest = max(largest, float(np.einsum("ij,ij->i", block, block).max()))
    return float(np.sqrt(largest))


def check_range(queries: Vectors, longest: float) -> None:
    """Refuse queries whose scores may not fit into float32: infinities would tie and hide the best document.

    Raises:
        ValueError: if |query| times |longest document| exceeds the range.
    """
    bound = longest_row(queries) * longest
    if bound > float(np.finfo(np.float32).max) / 2:
        raise ValueError(f"scores may reach {bound:.3g}, too large for float32; scale the vectors to unit length")
