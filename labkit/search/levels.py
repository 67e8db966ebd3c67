"""Integer levels as search uses them: what `Int8Index` and `Int4Index` share.

Documents keep the levels of their quantizer. A query is spread over all 255 levels of int8 by itself: its largest number
becomes 127. That changes its length, not the order of its hits.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_k
from labkit.compress.ranges import Ranges
from labkit.search.encoded import check_candidates
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


def search(codes: Codes, ranges: Ranges, queries: ArrayLike, k: int, best: Best, threads: int) -> Hits:
    """The `k` largest inner products of levels, as scores in the units of the vectors."""
    k = check_k(k)
    folded, constants = fold(ranges, queries)
    levels, steps = query_levels(folded)
    totals, ids = best(codes, levels, min(k, len(codes)), threads)
    scores = (totals * steps[:, None] + constants[:, None]).astype(np.float32)
    return Hits(ids, scores) if k <= len(codes) else Hits.padded(ids, scores, k)


def rescore(
    codes: Codes, ranges: Ranges, queries: ArrayLike, candidates: Ids, k: int, best_of: BestOf, threads: int
) -> Hits:
    """The `k` best of each query's own candidates: float queries times decoded documents."""
    k = check_k(k)
    folded, constants = fold(ranges, queries)
    checked = check_candidates(candidates, len(folded), len(codes))
    scores, ids = best_of(codes, folded, constants, checked, min(k, checked.shape[1]), threads)
    return Hits.padded(ids, scores, k)
