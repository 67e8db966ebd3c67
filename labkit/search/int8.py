"""int8 search: a byte a dimension, multiplied as whole numbers.

    number      0.31  -0.12   0.70        step 0.01
    level         31    -12     70        31*31 + 12*12 + … : exact, and four times less to read than float32

Documents keep the levels of the quantizer. A query is spread over all 255 levels by itself: its largest number becomes
127. That changes its length, not the order of its hits.
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_k
from labkit.compress.binary import check_codes
from labkit.compress.int8 import Int8Quantizer
from labkit.compress.ranges import Ranges
from labkit.search import storage
from labkit.search.encoded import check_candidates, encode_in_blocks
from labkit.search.flat import check_threads
from labkit.search.hits import Hits

Codes = NDArray[np.int8]

_SAMPLE = 100_000  # vectors that calibrate the default quantizer


class Int8Index:
    """Inner-product search in int8 codes, queries as int8 too: exact among whole numbers.

    The codes are used where they lie, a memory-mapped file larger than memory included.

    Attributes:
        quantizer: turns vectors into codes; its steps may be shared or differ from dimension to dimension.
        codes: `(n, d)` int8.

    Example:
        >>> index = Int8Index([[1, 0], [0, 1], [0.6, 0.8]])
        >>> index.search([[0, 1]], k=2).ids
        array([[1, 2]])
    """

    def __init__(
        self, vectors: ArrayLike, quantizer: Int8Quantizer | None = None, *, threads: int | None = None
    ) -> None:
        """Encode the vectors; they are not kept.

        Args:
            vectors: `(n, d)`.
            quantizer: without it, one with a shared range that is calibrated on up to 100,000 of the vectors.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers.
            ValueError: if their shape is wrong, a value is NaN or infinite, or two are needed to calibrate.
        """
        array = np.asarray(vectors)
        if quantizer is None:
            as_vectors(array[:1])
            quantizer = Int8Quantizer.fit(array[:: max(1, len(array) // _SAMPLE)])
        self._set(encode_in_blocks(array, quantizer.encode, quantizer.dim, np.int8), quantizer, threads)

    @classmethod
    def from_codes(cls, codes: Codes, quantizer: Int8Quantizer, *, threads: int | None = None) -> "Int8Index":
        """An index of codes that are there already, such as a memory-mapped file; nothing is copied.

        Raises:
            TypeError: if the codes are not int8.
            ValueError: if they have another width than the quantizer's, or more than 65,536 dimensions.
        """
        index = cls.__new__(cls)
        index._set(codes, quantizer, threads)
        return index

    def _set(self, codes: Codes, quantizer: Int8Quantizer, threads: int | None) -> None:
        check_codes(codes, quantizer.dim, np.int8)
        if quantizer.dim > 1 << 16:
            raise ValueError(f"int8 sums are exact up to 65,536 dimensions, but there are {quantizer.dim:,}")
        self.codes: Codes = np.ascontiguousarray(codes).view(np.ndarray)
        self.quantizer, self.threads = quantizer, check_threads(threads)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.codes)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return self.quantizer.dim

    @property
    def nbytes(self) -> int:
        """Bytes of the codes."""
        return self.codes.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return float(self.dim)

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` documents with the largest inner product of levels, best first, for each query of `(nq, d)`.

        Scores are in the units of the vectors: close to the float inner products. Equal ones are ordered by the
        smaller id. If `k` exceeds the number of documents the lists are padded.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, or the queries do not fit.
        """
        from labkit.kernels.coded import best_products

        k = check_k(k)
        folded, constants = self._fold(queries)
        levels, steps = query_levels(folded)
        totals, ids = best_products(self.codes, levels, min(k, len(self)), self.threads)
        scores = (totals * steps[:, None] + constants[:, None]).astype(np.float32)
        return Hits(ids, scores) if k <= len(self) else Hits.padded(ids, scores, k)

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)`: float queries times decoded documents.

        A candidate of -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, or a candidate is not a document.

        Example:
            >>> index = Int8Index([[1, 0], [0, 1], [0.6, 0.8]])
            >>> index.rescore([[0, 1]], np.array([[0, 2]]), k=1).ids
            array([[2]])
        """
        from labkit.kernels.coded import best_of_int8

        k = check_k(k)
        folded, constants = self._fold(queries)
        checked = check_candidates(candidates, len(folded), len(self))
        width = min(k, checked.shape[1])
        scores, ids = best_of_int8(self.codes, folded, constants, checked, width, self.threads)
        return Hits.padded(ids, scores, k)

    def _fold(self, queries: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Queries that rank raw levels `(nq, d)`, and the constant `(nq,)` that makes the product that of vectors."""
        ranges = self.quantizer.ranges
        asked: NDArray[np.float64] = as_vectors(queries, dim=self.dim, name="queries").astype(np.float64)
        return asked * ranges.step, asked @ ranges.offset.astype(np.float64)

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        ranges = self.quantizer.ranges
        arrays: dict[str, NDArray[np.generic]] = {"codes": self.codes, "offset": ranges.offset, "step": ranges.step}
        storage.save(folder, "Int8Index", arrays, {"lowest": ranges.lowest, "highest": ranges.highest})

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "Int8Index":
        """The index saved in a folder; with `mmap` the codes stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        arrays, saved = storage.load(folder, "Int8Index", mmap=mmap)
        ranges = Ranges(arrays["offset"], arrays["step"], saved["lowest"], saved["highest"])
        return cls.from_codes(arrays["codes"], Int8Quantizer(ranges), threads=threads)


def query_levels(queries: NDArray[np.float64]) -> tuple[Codes, NDArray[np.float64]]:
    """Levels of -127 … 127 `(nq, d)` and the step of each query `(nq,)`; a query of zeros has step 0.

    Example:
        >>> levels, steps = query_levels(np.array([[0.5, -0.25]]))
        >>> levels.tolist()
        [[127, -64]]
    """
    steps: NDArray[np.float64] = np.abs(queries).max(axis=1, initial=0.0) / 127
    levels = np.rint(queries / np.where(steps > 0, steps, 1)[:, None])
    return levels.astype(np.int8), steps
