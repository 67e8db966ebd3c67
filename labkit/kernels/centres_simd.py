"""The nearest centres on the float32 tile of exact search (`vector_ir.py`).

    1 tiles    rough scores of a few centres x 32 vectors: the best of each half of a tile is noted
    2 floor    the nearest centre's rough score is at most twice the rounding error below the best one
    3 exact    the rows of those that reach the floor, in float32, and where that is too close in float64

So rounding only ever discards what cannot be nearest; the scores of float64 are those of the plain kernel.
"""

import numpy as np
from numba import float32, float64, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.centres_ir import best_of_floats
from labkit.kernels.compile import array, kernel
from labkit.kernels.shapes import SHAPE
from labkit.kernels.topk import EMPTY, MOST_DOCUMENTS, key_of
from labkit.kernels.vector_ir import inner_product, rough_product

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]

LANES, ROWS = SHAPE.lanes, SHAPE.rows


@njit
def error(longest: float, square: float, d: int) -> np.float32:
    """The most that a float32 score with a vector of this squared length can be off: as `simd.margin`."""
    return np.float32((d + 9) * 2.0**-24 * 1.01 * longest * np.sqrt(square + 1) + (d + 1) * 2.0**-125)


@njit(inline="never")
def _look(
    rows: Float32, first: int, last: int, vector: Float32, wide: Float64, slack: float, top: float, best: int, key: int
) -> tuple[np.float32, int, int]:
    """After the rows `first … last`: the best rough score so far, its row, and if others are too close, the best key.

    `wide` is room for the vector in float64, with a 1 as its last number.
    """
    d = len(vector)
    for r in range(first, last):
        row = rows.ctypes.data + r * (d + 1) * 4
        rough = rough_product(row, vector.ctypes.data, d) + rows[r, d]
        if rough > top + slack:
            top, best, key = rough, r, EMPTY
        elif rough >= top - slack:
            if key == EMPTY:
                for j in range(d):
                    wide[j] = vector[j]
                leader = rows.ctypes.data + best * (d + 1) * 4
                key = key_of(inner_product(leader, wide.ctypes.data, d + 1), best)
            key = max(key, key_of(inner_product(row, wide.ctypes.data, d + 1), r))
            top = max(top, rough)
    return np.float32(top), best, key


@njit(inline="never")
def decide(
    rows: Float32, maxima: Float32, floor: Float32, height: int, vectors: Float32, first: int, slack: Float32, out: Ids
) -> None:
    """The nearest centre of the vectors `first …`, one a lane, into `out`.

    Args:
        rows: the centres `(c, d + 1)`, with minus half the squared length as their last number.
        maxima: the best rough score of each half of a tile, `(halves, lanes)`.
        floor: what one must reach to be looked at, `(lanes,)`; infinite where there is no vector.
        height: rows in half a tile.
        vectors: all.
        first: the vector of the first lane.
        slack: twice what a float32 score can be off, `(lanes,)`.
        out: for all vectors.
    """
    lanes, d = maxima.shape[1], vectors.shape[1]
    wide = np.ones((lanes, d + 1), np.float64)  # filled when needed
    tops, best, keys = np.full(lanes, np.float32(-np.inf)), np.full(lanes, -1), np.full(lanes, EMPTY)
    for t in range(len(maxima)):
        reached = 0
        for z in range(lanes):
            reached += maxima[t, z] >= floor[z]
        if reached:
            for z in range(lanes):
                if maxima[t, z] >= floor[z]:
                    r, stop = t * height, min(len(rows), (t + 1) * height)
                    tops[z], best[z], keys[z] = _look(
                        rows, r, stop, vectors[first + z], wide[z], slack[z], tops[z], best[z], keys[z]
                    )
    for z in range(lanes):
        if best[z] >= 0:
            out[first + z] = best[z] if keys[z] == EMPTY else MOST_DOCUMENTS - (keys[z] & MOST_DOCUMENTS)


@kernel(
    types.void(
        array(float32, 2), float64, array(float32, 2), array(float32, 2), int64, int64, array(int64, 1, written=True)
    ),
    variant=SHAPE.name,
)
def nearest(rows: Float32, longest: float, filled: Float32, vectors: Float32, start: int, stop: int, out: Ids) -> None:
    """The nearest centres of the vectors `start … stop`; `filled` are the rows as whole tiles (see there)."""
    d, tiles = vectors.shape[1], len(filled) // ROWS
    halves = -filled[:, d].copy()
    packed, maxima = np.zeros((d, LANES), np.float32), np.empty((2 * tiles, LANES), np.float32)
    best, floor, slack = np.empty(LANES, np.float32), np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    for first in range(start, stop, LANES):
        few = min(LANES, stop - first)
        packed[:] = 0
        slack[:] = np.inf
        for z in range(few):
            square = np.float32(0)
            for j in range(d):
                packed[j, z] = vectors[first + z, j]
                square += packed[j, z] * packed[j, z]
            slack[z] = 2 * error(longest, square, d)
        best[:] = -np.inf
        for t in range(tiles):
            row = filled.ctypes.data + t * ROWS * (d + 1) * 4
            half, place = halves.ctypes.data + t * ROWS * 4, maxima.ctypes.data + t * 2 * LANES * 4
            best_of_floats(row, (d + 1) * 4, packed.ctypes.data, d, half, place, best.ctypes.data)
        floor[:] = np.inf
        floor[:few] = best[:few] - slack[:few]
        decide(rows, maxima, floor, ROWS // 2, vectors, first, slack, out)


def filled(rows: Float32) -> Float32:
    """Rows filled up to whole tiles with some that are infinitely far away."""
    more = np.zeros((-len(rows) % ROWS, rows.shape[1]), np.float32)
    more[:, -1] = -np.inf
    return np.concatenate([rows, more])
