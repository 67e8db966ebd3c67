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
from labkit.kernels.topk import Keys, checked_key, key_of, replace_worst

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
    return np.float32(total) + np.float32(0)  # a product too small for float32 may leave -0.0: it ties with 0.0


@kernel(types.void(array(float32, 2), array(float64, 2), int64, int64, array(int64, 2, written=True)))
def scan(vectors: Float32, queries: Float64, start: int, stop: int, keys: Keys) -> None:
    """Keep the k best of the rows `start … stop` for each query in `keys` `(nq, k)`, which comes in EMPTY."""
    for block in range(start, stop, _BLOCK):
        for q in range(len(queries)):
            for i in range(block, min(block + _BLOCK, stop)):
                key = key_of(inner_product(vectors[i], queries[q]), i)
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)


@kernel(types.void(array(float32, 2), array(float64, 2), array(int64, 2), array(int64, 2, written=True)))
def refine(vectors: Float32, queries: Float64, candidates: Ids, keys: Keys) -> None:
    """Keep the k best of each query's own candidates `(nq, m)`; a candidate of -1 is no document."""
    for q in range(len(queries)):
        for i in candidates[q]:
            if i >= 0:
                key = checked_key(inner_product(vectors[i], queries[q]), i)
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)
