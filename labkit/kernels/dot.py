"""Exact inner-product search: the plain kernels, which define the answer.

One score has one definition, whatever the batch size and the number of threads: the inner product is summed in float64
and rounded once to float32. A product of two float32 numbers is exact in float64, so what the order of summation can
change is the last of 53 bits, and after rounding to 24 bits practically nothing. The hand-written kernels in `simd.py`
keep the same definition and give the same answers, faster.
"""

import numpy as np
from numba import float32, float64, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.topk import best_first, replace_worst

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

_BLOCK = 64  # rows that stay in the cache while all queries of a batch pass over them


@njit(fastmath={"reassoc", "contract"})
def inner_product(row: Float32, query: Float64) -> np.float32:
    """The inner product of a document and a query, both `(d,)`.

    `reassoc` lets the compiler keep several running sums, and so add several numbers at once.
    """
    total = 0.0
    for j in range(len(row)):
        total += row[j] * query[j]
    return np.float32(total + 0.0)  # + 0.0: a zero is always +0.0


@kernel(
    types.void(
        array(float32, 2),
        array(float64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
        array(int64, 2, written=True),
    )
)
def scan(vectors: Float32, queries: Float64, start: int, stop: int, scores: Float32, ids: Ids) -> None:
    """The k best of the rows `start … stop` for each query, best first, into `scores` and `ids` `(nq, k)`.

    Both come in filled with -inf and -1, and stay so where there are fewer than k rows.
    """
    for block in range(start, stop, _BLOCK):
        for q in range(len(queries)):
            for i in range(block, min(block + _BLOCK, stop)):
                score = inner_product(vectors[i], queries[q])
                if score > scores[q, 0]:
                    replace_worst(scores[q], ids[q], len(scores[q]), score, i)
    for q in range(len(queries)):
        best_first(scores[q], ids[q])


@kernel(
    types.void(
        array(float32, 2),
        array(float64, 2),
        array(int64, 2),
        array(float32, 2, written=True),
        array(int64, 2, written=True),
    )
)
def refine(vectors: Float32, queries: Float64, candidates: Ids, scores: Float32, ids: Ids) -> None:
    """The k best of each query's own candidates `(nq, m)`, best first; a candidate of -1 is no document.

    Like `scan`, but the candidates come in any order, so an equal score with a smaller id does displace.
    """
    for q in range(len(queries)):
        for c in range(candidates.shape[1]):
            i = candidates[q, c]
            if i >= 0:
                score = inner_product(vectors[i], queries[q])
                if score > scores[q, 0] or (score == scores[q, 0] and i < ids[q, 0]):
                    replace_worst(scores[q], ids[q], len(scores[q]), score, i)
        best_first(scores[q], ids[q])
