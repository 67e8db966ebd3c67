"""Search in integer levels: what `Int8Index` and `Int4Index` share.

Documents keep the levels of their quantizer. A query is spread over all 255 levels of int8 by itself: its largest number
becomes 127. That changes its length, not the order of its hits.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_k
from labkit.compress.int8 import Int4Quantizer, Int8Quantizer
from labkit.compress.ranges import Ranges
from labkit.search.encoded import CodedIndex, as_rows, check_candidates, check_distinct, check_scores, naming_rows_of
from labkit.search.hits import Hits

Codes = NDArray[Any]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

MOST_DIMENSIONS = 1 << 16
_SAMPLE = 100_000

# (codes, query levels, k, threads) -> sums and ids `(nq, k)`
Best = Callable[[Codes, NDArray[np.int8], int, int], tuple[NDArray[np.int32], Ids]]
# (codes, float queries, constants, candidates, k, threads) -> scores and ids `(nq, k)`
BestOf = Callable[[Codes, Float64, Float64, Ids, int, int], tuple[NDArray[np.float32], Ids]]

Levels = TypeVar("Levels", bound=Int4Quantizer | Int8Quantizer)


class LevelIndex(CodedIndex[Levels], ABC):
    """Inner-product search in codes that hold levels; a kind sets its quantizer and names the kernels for its codes."""

    def __init__(self, vectors: ArrayLike, quantizer: Levels | None = None, *, threads: int | None = None) -> None:
        """Encode the vectors; they are not kept.

        Args:
            vectors: `(n, d)`.
            quantizer: without it, one with a shared range that is calibrated on up to 200,000 of the vectors.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers.
            ValueError: if their shape is wrong, a value is NaN or infinite, or two are needed to calibrate.
        """
        array = as_rows(vectors)
        with naming_rows_of(array):
            fitted = quantizer or self._quantizers.fit(sample(array))
        self._encode(array, fitted, threads)

    def _take(self, codes: Codes, quantizer: Levels, threads: int | None) -> None:
        check_sums(quantizer.dim)
        super()._take(codes, quantizer, threads)

    @staticmethod
    @abstractmethod
    def _kernels() -> tuple[Best, BestOf]:
        """What searches all codes, and what scores candidates; imported when it is needed."""

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` documents with the largest inner product of levels, best first, for each query of `(nq, d)`.

        Scores are in the units of the vectors: close to the float inner products. Equal ones are ordered by the
        smaller id. If `k` exceeds the number of documents the lists are padded.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, the queries do not fit, or a score does not fit into float32.
        """
        k = check_k(k)
        folded, constants = fold(self.quantizer.ranges, queries)
        levels, steps = query_levels(folded)
        best, _ = self._kernels()
        totals, ids = best(self.codes, levels, min(k, len(self)), self.threads)
        with np.errstate(over="ignore"):  # said by check_scores
            scores = (totals * steps[:, None] + constants[:, None]).astype(np.float32)
        check_scores(scores, ids)
        return Hits.padded(in_order(ids, scores), scores, k)

    def rescore(self, queries: ArrayLike, candidates: Ids, k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)`: float queries times decoded documents.

        A candidate of -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, a candidate is not a document or there twice, or a score
                does not fit into float32.

        Example:
            >>> from labkit import Int8Index
            >>> index = Int8Index([[1, 0], [0, 1], [0.6, 0.8]])
            >>> index.rescore([[0, 1]], np.array([[0, 2]]), k=1).ids
            array([[2]])
        """
        k = check_k(k)
        folded, constants = fold(self.quantizer.ranges, queries)
        checked = check_candidates(candidates, len(folded), len(self))
        _, best_of = self._kernels()
        scores, ids = best_of(self.codes, folded, constants, checked, min(k, checked.shape[1]), self.threads)
        check_scores(scores, ids)
        check_distinct(ids)
        return Hits.padded(ids, scores, k)


def in_order(ids: Ids, scores: NDArray[np.float32]) -> Ids:
    """The ids `(nq, k)` of falling scores with those of equal scores in rising order.

    Sums of levels that differ can round to one score.

    Example:
        >>> in_order(np.array([[5, 3, 4]]), np.array([[2, 1, 1]], np.float32))
        array([[5, 3, 4]])
        >>> in_order(np.array([[5, 4, 3]]), np.array([[2, 1, 1]], np.float32))
        array([[5, 3, 4]])
    """
    if not ((scores[:, 1:] == scores[:, :-1]) & (ids[:, 1:] < ids[:, :-1])).any():
        return ids
    return np.take_along_axis(ids, np.lexsort((ids, -scores)), axis=1)


def sample(vectors: NDArray[Any]) -> NDArray[Any]:
    """Up to 200,000 of the vectors, evenly spread: enough to calibrate a quantizer on.

    Raises:
        TypeError: if they do not hold numbers.
        ValueError: if their shape is wrong.
    """
    as_vectors(vectors[:1])
    return vectors[:: max(1, len(vectors) // _SAMPLE)]


def check_sums(dim: int) -> None:
    """Refuse so many dimensions that a sum might not fit into 32 bits.

    Raises:
        ValueError: if there are more than 65,536.
    """
    if dim > MOST_DIMENSIONS:
        raise ValueError(f"sums of levels are exact up to {MOST_DIMENSIONS:,} dimensions, but there are {dim:,}")


def fold(ranges: Ranges, queries: ArrayLike) -> tuple[Float64, Float64]:
    """Queries that rank raw levels `(nq, d)`, and the constant `(nq,)` that makes the product that of the vectors.

    Raises:
        ValueError: if the queries do not fit.
    """
    asked: Float64 = as_vectors(queries, dim=len(ranges.step), name="queries").astype(np.float64)
    return asked * ranges.step, asked @ ranges.offset.astype(np.float64)


def query_levels(queries: Float64) -> tuple[NDArray[np.int8], Float64]:
    """Levels of -127 … 127 `(nq, d)` and the step of each query `(nq,)`; a query of zeros has step 0.

    Example:
        >>> levels, steps = query_levels(np.array([[0.5, -0.25]]))
        >>> levels.tolist()
        [[127, -64]]
    """
    steps: Float64 = np.abs(queries).max(axis=1, initial=0.0) / 127
    levels = np.rint(queries / np.where(steps > 0, steps, 1)[:, None])
    return levels.astype(np.int8), steps
