"""int8 search: a byte a dimension, multiplied as whole numbers.

    number      0.31  -0.12   0.70        step 0.01
    level         31    -12     70        31*31 + 12*12 + … : exact, and four times less to read than float32

Documents keep the levels of the quantizer. A query is spread over all 255 levels by itself: its largest number becomes
127. That changes its length, not the order of its hits.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.compress.int8 import Int8Quantizer
from labkit.search import levels
from labkit.search.encoded import CodedIndex
from labkit.search.hits import Hits

Codes = NDArray[np.int8]


class Int8Index(CodedIndex[Int8Quantizer]):
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

    codes: Codes
    _quantizers, _dtype = Int8Quantizer, np.int8

    def __init__(
        self, vectors: ArrayLike, quantizer: Int8Quantizer | None = None, *, threads: int | None = None
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
        self._encode(array, quantizer or Int8Quantizer.fit(levels.sample(array)), threads)

    def _take(self, codes: Codes, quantizer: Int8Quantizer, threads: int | None) -> None:
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
        from labkit.kernels.coded import best_products

        return levels.search(self.codes, self.quantizer.ranges, queries, k, best_products, self.threads)

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

        ranges = self.quantizer.ranges
        return levels.rescore(self.codes, ranges, queries, candidates, k, best_of_int8, self.threads)
