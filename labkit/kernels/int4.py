"""Inner products of int4 codes: two levels in a byte, taken apart in registers.

    byte    0xB3     low half 3 -> level -5     high half 11 -> level 3
    sum     query[2 b] * low + query[2 b + 1] * high  over all bytes b,  less 8 * (sum of the query)

A half byte holds a level plus 8. The 8 is not taken off each number but once from the sum, where it costs nothing. A
byte is read once and gives two products: half the bytes of int8, and a little more arithmetic.
"""

import numpy as np
from numba import float64, int8, int64, njit, types, uint8
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.int8 import key
from labkit.kernels.topk import Keys, key_of, replace_worst

Codes = NDArray[np.uint8]
Int8 = NDArray[np.int8]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

_BLOCK = 64  # rows that stay in the cache while all queries of a batch pass over them
_ZERO = 8  # what a half byte holds for level 0


def plain(codes: Codes, queries: Int8, k: int) -> tuple[NDArray[np.int32], Ids]:
    """The definition, in NumPy: sums and ids `(nq, k)` of the k largest inner products, ties by the smaller id.

    Args:
        codes: `(n, ceil(d / 2))`.
        queries: `(nq, d)`.
        k: at most n.
    """
    levels = np.stack([codes & 15, codes >> 4], axis=2).reshape(len(codes), 2 * codes.shape[1])
    totals = queries.astype(np.int32) @ (levels[:, : queries.shape[1]].astype(np.int32) - _ZERO).T
    ids = np.argsort(-totals, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(totals, ids, axis=1), ids


@njit
def product(row: Codes, even: Int8, odd: Int8) -> np.int32:
    """The inner product of half bytes and a query: its even dimensions lie in the low halves, its odd in the high ones."""
    total = np.int32(0)
    for b in range(len(row)):
        total += np.int32(even[b]) * np.int32(row[b] & 15) + np.int32(odd[b]) * np.int32(row[b] >> 4)
    return total


@kernel(
    types.void(
        array(uint8, 2), array(int8, 2), array(int8, 2), array(int64, 1), int64, int64, array(int64, 2, written=True)
    )
)
def scan(codes: Codes, even: Int8, odd: Int8, shifts: Int64, start: int, stop: int, keys: Keys) -> None:
    """Keep the k best of the rows `start … stop` for each query in `keys` `(nq, k)`, which comes in EMPTY.

    `even` and `odd` `(nq, ceil(d / 2))` are the queries' dimensions, and `shifts` `(nq,)` 8 times their sums.
    """
    for block in range(start, stop, _BLOCK):
        for q in range(len(even)):
            for i in range(block, min(block + _BLOCK, stop)):
                new = key(product(codes[i], even[q], odd[q]) - shifts[q], i)
                if new > keys[q, 0]:
                    replace_worst(keys[q], new)


@kernel(
    types.void(
        array(uint8, 2),
        array(float64, 2),
        array(float64, 2),
        float64[::1],
        array(int64, 2),
        array(int64, 2, written=True),
    )
)
def refine(codes: Codes, even: Float64, odd: Float64, constants: Float64, candidates: Ids, keys: Keys) -> None:
    """Keep the k best of each query's own candidates `(nq, m)` by the inner product of its float numbers and levels.

    `constants` `(nq,)` are added to the scores; a candidate of -1 is no document.
    """
    for q in range(len(even)):
        for i in candidates[q]:
            if i >= 0:
                total = constants[q]
                for b in range(codes.shape[1]):
                    low, high = np.int64(codes[i, b] & 15), np.int64(codes[i, b] >> 4)
                    total += even[q, b] * (low - _ZERO) + odd[q, b] * (high - _ZERO)
                new = key_of(np.float32(total) + np.float32(0), i)
                if new > keys[q, 0]:
                    replace_worst(keys[q], new)
