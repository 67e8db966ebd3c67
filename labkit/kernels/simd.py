"""The kernels of `dot.py` again, on vector instructions written by hand.

`vector_ir.py` holds the two building blocks: the inner product of one row, and a tile of rows x queries.

One query is limited by memory; a plain pass over the rows is all it needs. A batch is limited by arithmetic. Both go in
two steps:

1. A row and a query, or a tile of rows x queries with all its sums in registers, are multiplied in float32, and
   compared with each query's current k-th score, lowered by the most that float32 can have lost: |error| <= (d + 8) 2^-24 |query| |document|
   (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1). Nearly all rows end here.
2. What is left, about k ln(n / k) rows of n, gets its score in float64.

So the float32 arithmetic only ever discards; the scores and their order are those of the plain kernels.
"""

import numpy as np
from numba import float32, float64, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.shapes import SHAPE
from labkit.kernels.topk import Keys, checked_key, key_of, replace_worst, score_of
from labkit.kernels.vector_ir import fetch_lines, inner_product, rough_product, tile

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

LANES, ROWS = SHAPE.lanes, SHAPE.rows
_AHEAD = 1  # candidates lie anywhere: their rows are asked for so many turns before they are read
_SHORT, _SOON = 128, 2048  # rows of so few numbers are asked for so many bytes before they are read
_PANEL = 1 << 18  # bytes of rows that stay in the level-2 cache while all queries pass over them
_VECTORS, _WIDE_QUERIES = array(float32, 2), array(float64, 2)
_KEYS = array(int64, 2, written=True)


@njit(inline="never")
def _rows(
    vectors: Float32,
    queries: Float32,
    wide: Float64,
    margins: Float32,
    q0: int,
    q1: int,
    start: int,
    stop: int,
    keys: Keys,
) -> None:
    """The rows `start … stop` for the queries `q0 … q1`."""
    d = vectors.shape[1]
    for q in range(q0, q1):
        narrow_query, wide_query = queries[q].ctypes.data, wide[q].ctypes.data
        floor = score_of(keys[q, 0]) - margins[q]
        for i in range(start, stop):
            row = vectors.ctypes.data + i * d * 4
            if d <= _SHORT:
                fetch_lines(row + _SOON, row + _SOON + d * 4)
            if rough_product(row, narrow_query, d) > floor:
                key = key_of(inner_product(row, wide_query, d), i)
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)
                    floor = score_of(keys[q, 0]) - margins[q]


@njit(inline="never")
def _decide(
    vectors: Float32,
    queries: Float64,
    margins: Float32,
    i: int,
    q0: int,
    beaten: int,
    out: Float32,
    floor: Float32,
    keys: Keys,
) -> None:
    """Score in float64 what a tile at row i and query q0 has let through."""
    d = vectors.shape[1]
    for lane in range(LANES):
        if (beaten >> lane) & 1:
            q = q0 + lane
            for r in range(ROWS):
                if out[r, lane] > floor[q]:
                    row, query = vectors.ctypes.data + (i + r) * d * 4, queries.ctypes.data + q * d * 8
                    key = key_of(inner_product(row, query, d), i + r)
                    if key > keys[q, 0]:
                        replace_worst(keys[q], key)
                        floor[q] = score_of(keys[q, 0]) - margins[q]


@kernel(
    types.void(_VECTORS, _VECTORS, _WIDE_QUERIES, array(float32, 3), array(float32, 1), int64, int64, _KEYS),
    variant=SHAPE.name,
)
def scan(
    vectors: Float32,
    queries: Float32,
    wide: Float64,
    packed: Float32,
    margins: Float32,
    start: int,
    stop: int,
    keys: Keys,
) -> None:
    """As `dot.scan`. The first queries are also `packed` and go by tiles, the others one by one.

    `wide` are the queries in float64, and `margins` is what `margin` says of each.
    """
    d, nq = vectors.shape[1], len(queries)
    in_tiles = min(nq, len(packed) * LANES)
    floor = np.full(len(packed) * LANES, np.float32(np.inf))
    floor[:in_tiles] = np.float32(-np.inf)
    out = np.empty((ROWS, LANES), np.float32)
    x, p, f, o = vectors.ctypes.data, packed.ctypes.data, floor.ctypes.data, out.ctypes.data
    panel = max(1, _PANEL // (d * 4 * ROWS)) * ROWS
    for first in range(start, stop, panel):
        last = min(first + panel, stop)
        whole = last - (last - first) % ROWS
        for group in range(len(packed)):
            q0 = group * LANES
            for i in range(first, whole, ROWS):
                beaten = tile(x + i * d * 4, d * 4, p + q0 * d * 4, d, f + q0 * 4, o)
                if beaten:
                    _decide(vectors, wide, margins, i, q0, beaten, out, floor, keys)
        _rows(vectors, queries, wide, margins, 0, in_tiles, whole, last, keys)
        _rows(vectors, queries, wide, margins, in_tiles, nq, first, last, keys)


@kernel(types.void(_VECTORS, _WIDE_QUERIES, array(int64, 2), _KEYS), variant=SHAPE.name)
def refine(vectors: Float32, queries: Float64, candidates: Ids, keys: Keys) -> None:
    """As `dot.refine`."""
    (n, d), m = vectors.shape, candidates.shape[1]
    x, q0 = vectors.ctypes.data, queries.ctypes.data
    for q in range(len(queries)):
        for c in range(m):
            soon = candidates[q, min(c + _AHEAD, m - 1)]
            if 0 <= soon < n:
                fetch_lines(x + soon * d * 4, x + (soon + 1) * d * 4)
            i = candidates[q, c]
            if i >= 0:
                key = checked_key(inner_product(x + i * d * 4, q0 + q * d * 8, d), i)
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)


def pack(queries: Float32) -> Float32:
    """Queries `(nq, d)` as `(groups, d, LANES)`: number j of all queries of a group lies side by side; zeros fill up."""
    nq, d = queries.shape
    groups = -(-nq // LANES)
    filled = np.zeros((groups * LANES, d), np.float32)
    filled[:nq] = queries
    return np.ascontiguousarray(filled.reshape(groups, LANES, d).transpose(0, 2, 1))


def margin(queries: Float32, longest: float) -> Float32:
    """The most that a float32 inner product with a row no longer than `longest` can be off, for each query `(nq,)`."""
    d = queries.shape[1]
    lengths = np.linalg.norm(queries.astype(np.float64), axis=1)
    # The second term covers products too small for float32, also on a CPU that is set to flush them to zero.
    bound: Float64 = (d + 8) * 2.0**-24 * 1.01 * longest * lengths + d * 2.0**-125
    return bound.astype(np.float32)
