"""Binary search: one bit a dimension, compared by XOR and count.

    query      1 0 1 1 0 1 0 0
    document   1 1 1 0 0 1 0 0     2 bits differ: distance 2, score -2

It reads 1/32 of the bytes of float32 search and does 1/32 of the work or less. It is coarse: many documents share a
distance. So it usually makes a shortlist, and something finer puts that in order (`labkit.RescoredIndex`).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_k
from labkit.compress.binary import BinaryQuantizer, as_words, check_codes
from labkit.search.encoded import CodedIndex, as_rows, check_candidates
from labkit.search.hits import Hits

Codes = NDArray[np.uint8]


class BinaryIndex(CodedIndex[BinaryQuantizer]):
    """Hamming search in binary codes; the score is minus the number of differing bits.

    The codes are used where they lie, a memory-mapped file larger than memory included.

    Attributes:
        quantizer: turns queries, and the vectors at the beginning, into codes.
        codes: `(n, ceil(d / 8))` uint8, as `BinaryQuantizer.encode` and sentence-transformers' `ubinary` write them.

    Example:
        >>> index = BinaryIndex([[1, 1, -1], [-1, 1, -1], [-1, -1, 1]])
        >>> hits = index.search([[3, 1, -2]], k=2)
        >>> hits.ids.tolist(), hits.scores.tolist()
        ([[0, 1]], [[0.0, -1.0]])
    """

    codes: Codes
    _quantizers = BinaryQuantizer

    def __init__(
        self, vectors: ArrayLike, quantizer: BinaryQuantizer | None = None, *, threads: int | None = None
    ) -> None:
        """Encode the vectors; they are not kept.

        Args:
            vectors: `(n, d)`.
            quantizer: without it, one that keeps the signs.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers.
            ValueError: if their shape is wrong, or a value is NaN or infinite.
        """
        array = as_rows(vectors)
        self._encode(array, quantizer or BinaryQuantizer.fit(as_vectors(array[:1])), threads)

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` documents with the fewest differing bits, nearest first, for each query vector of `(nq, d)`.

        Equal distances are ordered by the smaller id. If `k` exceeds the number of documents the lists are padded.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, or the queries do not fit.
        """
        k = check_k(k)
        return self.search_codes(self.quantizer.encode(queries), k)

    def search_codes(self, queries: Codes, k: int) -> Hits:
        """As `search`, for queries that are codes already, `(nq, ceil(d / 8))` uint8.

        Raises:
            TypeError: if `k` is not a whole number, or the codes are not uint8.
            ValueError: if `k` is below 1, or the codes do not fit.
        """
        from labkit.kernels.nearest import nearest

        k = check_k(k)
        check_codes(queries, self.codes.shape[1])
        distances, ids = nearest(self.codes, as_words(queries), min(k, len(self)), self.threads)
        scores = np.negative(distances, dtype=np.float32)
        return Hits(ids, scores) if k <= len(self) else Hits.padded(ids, scores, k)

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)`, by float queries: finer than counting bits.

        The score is the inner product of the query and the unit vector that the code stands for, every number +1 or -1
        over sqrt(d). A large number in the query then weighs more than a small one. A candidate of -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, or a candidate is not a document.

        Example:
            >>> index = BinaryIndex([[1, 1, 1, 1], [1, 1, 1, -1], [-1, 1, 1, 1]])
            >>> index.rescore([[5, 1, 1, 1]], np.array([[0, 1, 2]]), k=2)
            Hits(ids=array([[0, 1]]), scores=array([[4., 3.]], dtype=float32))
        """
        from labkit.kernels.coded import best_of_bits

        k = check_k(k)
        asked = self.quantizer.transform(queries).astype(np.float64)
        checked = check_candidates(candidates, len(asked), len(self))
        scores, ids = best_of_bits(self.codes, asked, checked, min(k, checked.shape[1]), self.threads)
        return Hits.padded(ids, scores, k)
