"""Inner products of int8 codes: the plain kernels, which define the answer.

Whole numbers add up exactly in any order, so there is nothing to lose: every kernel gives the same sum. A product is at
most 128 * 127, so a sum of up to 65,536 of them fits into 32 bits.
"""

import numpy as np
from numba import float64, int8, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.topk import MOST_DOCUMENTS, Keys, key_of, replace_worst

Int8 = NDArray[np.int8]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

_BLOCK = 64  # rows that stay in the cache while all queries of a batch pass over them
_SHIFT = 32

SIGNATURE = types.void(array(int8, 2), array(int8, 2), int64, int64, array(int64, 2, written=True))


@njit
def product(row: Int8, query: Int8) -> np.int32:
    """The inner product of a document and a query, both `(d,)`."""
    total = np.int32(0)
    for j in range(len(row)):
        total += np.int32(row[j]) * np.int32(query[j])
    return total


@njit
def key(total: int, document: int) -> np.int64:
    """One whole number for a hit, as in `topk.py`: a larger key is a better hit."""
    return np.int64((np.int64(total) << _SHIFT) | (MOST_DOCUMENTS - document))


@kernel(SIGNATURE)
def scan(codes: Int8, queries: Int8, start: int, stop: int, keys: Keys) -> None:
    """Keep the k best of the rows `start … stop` for each query in `keys` `(nq, k)`, which comes in EMPTY."""
    for block in range(start, stop, _BLOCK):
        for q in range(len(queries)):
            for i in range(block, min(block + _BLOCK, stop)):
                new = key(product(codes[i], queries[q]), i)
                if new > keys[q, 0]:
                    replace_worst(keys[q], new)


@kernel(types.void(array(int8, 2), array(float64, 2), float64[::1], array(int64, 2), array(int64, 2, written=True)))
def refine(codes: Int8, queries: Float64, constants: Float64, candidates: Ids, keys: Keys) -> None:
    """Keep the k best of each query's own candidates `(nq, m)` by the inner product of its float numbers and codes.

    `constants` `(nq,)` are added to the scores; a candidate of -1 is no document.
    """
    for q in range(len(queries)):
        for i in candidates[q]:
            if i >= 0:
                total = constants[q]
                for j in range(codes.shape[1]):
                    total += queries[q, j] * codes[i, j]
                new = key_of(np.float32(total) + np.float32(0), i)
                if new > keys[q, 0]:
                    replace_worst(keys[q], new)
