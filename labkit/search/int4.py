"""int4 search: half a byte a dimension, two dimensions in a byte, multiplied as whole numbers.

    numbers     0.31  -0.12      step 0.1
    levels         3     -1      + 8: 11 and 7, one byte 0x7B

Eight times less to read than float32. A query keeps the 255 levels of int8: there is only one of it, so its bytes do not
matter, and what is lost is lost in the documents alone.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.compress.int8 import Int4Quantizer
from labkit.search import levels
from labkit.search.encoded import CodedIndex
from labkit.search.hits import Hits

Codes = NDArray[np.uint8]


class Int4Index(CodedIndex[Int4Quantizer]):
    """Inner-product search in int4 codes, queries as int8: exact among whole numbers.

    The codes are used where they lie, a memory-mapped file larger than memory included.

    Attributes:
        quantizer: turns vectors into codes; its steps may be shared or differ from dimension to dimension.
        codes: `(n, ceil(d / 2))` uint8, as `Int4Quantizer.encode` packs them.

    Example:
        >>> index = Int4Index([[1, 0], [0, 1], [0.6, 0.8]])
        >>> index.search([[0, 1]], k=2).ids
        array([[1, 2]])
    """

    codes: Codes
    _quantizers = Int4Quantizer

    def __init__(
        self, vectors: ArrayLike, quantizer: Int4Quantizer | None = None, *, threads: int | None = None
    ) -> None:
        """Encode the vectors; they are not kept.

        Args:
            vectors: `(n, d)`.
            quantizer: without it, one with a shared range that is calibrated on up to 200,000 of the vectors.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers.
            ValueError: if their shape is wrong, a value is NaN or infinite, or two are needed to calibrate.
        """
        array = np.asarray(vectors)
        self._encode(array, quantizer or Int4Quantizer.fit(levels.sample(array)), threads)

    def _take(self, codes: Codes, quantizer: Int4Quantizer, threads: int | None) -> None:
        levels.check_sums(quantizer.dim)
        super()._take(codes, quantizer, threads)

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` documents with the largest inner product of levels, best first, for each query of `(nq, d)`.

        Scores are in the units of the vectors: close to the float inner products. Equal ones are ordered by the
        smaller id. If `k` exceeds the number of documents the lists are padded.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, or the queries do not fit.
        """
        from labkit.kernels.coded import best_int4

        return levels.search(self.codes, self.quantizer.ranges, queries, k, best_int4, self.threads)

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)`: float queries times decoded documents.

        A candidate of -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, or a candidate is not a document.

        Example:
            >>> index = Int4Index([[1, 0], [0, 1], [0.6, 0.8]])
            >>> index.rescore([[0, 1]], np.array([[0, 2]]), k=1).ids
            array([[2]])
        """
        from labkit.kernels.coded import best_of_int4

        ranges = self.quantizer.ranges
        return levels.rescore(self.codes, ranges, queries, candidates, k, best_of_int4, self.threads)
