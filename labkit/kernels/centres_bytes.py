"""The nearest centres on the instructions of `int8_ir.py`: as `centres_simd.py`, with rough scores of bytes.

A number is rounded to a whole multiple of its row's largest over 127. How far a row moves by that is measured, and tells
how far a score can be off (Cauchy and Schwarz):

    |x . c - x' . c'|  <=  |x - x'| |c| + |x'| |c - c'|

On real tokens two to seven centres of thousands are left for exact scores.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import float32, float64, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.centres_ir import best_of_bytes
from labkit.kernels.centres_simd import decide, error
from labkit.kernels.compile import array, kernel
from labkit.kernels.int8_ir import LANES, QUERY_NUMBER, ROW_NUMBER, ROWS, SIZE, TOGETHER, WHOLE

Float32 = NDArray[np.float32]
Numbers = NDArray[np.integer[Any]]
Int32 = NDArray[np.int32]
Ids = NDArray[np.int64]

_SMALLEST = 1e-20  # of a vector's largest number; below it the vector counts as 0, all of it as error


class Coded(NamedTuple):
    """Centres as bytes, filled up to whole tiles.

    Attributes:
        codes: `(c, TOGETHER * fours)` ROW_NUMBERs: levels plus 128.
        scales: what a level stands for, `(c,)`.
        halves: half the squared lengths, `(c,)`.
        largest: no centre is longer than this.
        moved: none was moved farther than this by rounding.
    """

    codes: Numbers
    scales: Float32
    halves: Float32
    largest: float
    moved: float


def coded(rows: Float32) -> Coded:
    """The centres as bytes; `rows` are those of `centres.finder`, their last number minus half the squared length."""
    count, d = len(rows), rows.shape[1] - 1
    size = -(-count // ROWS) * ROWS
    centres = rows[:, :d]
    scales, halves = np.zeros(size, np.float32), np.full(size, np.float32(np.inf))
    highest = np.maximum(centres.max(axis=1), -centres.min(axis=1))
    scales[:count] = np.where(highest > _SMALLEST, highest / np.float32(127), 1)
    halves[:count] = -rows[:, d]
    levels = np.rint(centres / scales[:count, None])
    codes = np.full((size, -(-d // TOGETHER) * TOGETHER), 128, WHOLE.row_type)
    codes[:count, :d] = levels + 128
    levels *= scales[:count, None]
    levels -= centres
    lengths = [np.einsum("ij,ij->i", some, some, dtype=np.float64).max() for some in (centres, levels)]
    return Coded(codes, scales, halves, float(np.sqrt(lengths[0])), float(np.sqrt(lengths[1])))


@njit(fastmath={"reassoc", "contract", "nnan", "nsz"})  # vectors are finite
def _rounded(vector: Float32, levels: Numbers) -> tuple[np.float32, np.float32, np.int64, np.float32]:
    """Levels of a vector; 1 / (what a level stands for), its squared error in levels, the levels' sum, their squares."""
    highest = np.float32(0)
    for number in vector:
        highest = max(highest, abs(number))
    factor = np.float32(127) / highest if highest > np.float32(_SMALLEST) else np.float32(0)
    missed, total, square = np.float32(0), np.int32(0), np.int32(0)
    for j in range(len(vector)):
        exact = vector[j] * factor
        level = np.int32(exact + np.float32(128.5)) - np.int32(128)  # a call of `rint` would be slower
        levels[j] = level
        off = exact - np.float32(level)
        missed += off * off
        total += level
        square += level * level
    return factor, missed, np.int64(total), np.float32(square)


@njit(inline="never")
def _fill(
    vectors: Float32, first: int, few: int, longest: float, largest: float, moved: float, packed: Int32, lanes: Float32
) -> None:
    """Pack the vectors `first …` into lanes.

    `lanes` `(4, LANES)` gets, of each: the levels' sum times 128; levels in a unit; twice what a rough score can be off,
    in levels; twice what a float32 score can be.
    """
    d = vectors.shape[1]
    levels = np.zeros(packed.shape[0] * TOGETHER, QUERY_NUMBER)
    fours = levels.view(np.int32)
    for z in range(few):
        factor, missed, total, square = _rounded(vectors[first + z], levels[:d])
        for j in range(len(fours)):
            packed[j, z] = fours[j]
        units = factor if factor > 0 else np.float32(1)
        length, miss = np.sqrt(square), np.sqrt(missed)
        off = miss * largest + length * moved
        off += 2.0**-21 * (length * (largest + moved) + units * longest)  # the scores themselves are rounded
        if factor == 0:
            off += _SMALLEST * d * largest
        lanes[0, z], lanes[1, z], lanes[2, z] = 128 * total, units, 2.02 * off
        lanes[3, z] = 2 * error(longest, 1.01 * ((length + miss) / units) ** 2, d)


@kernel(
    types.void(
        array(float32, 2),
        float64,
        array(ROW_NUMBER, 2),
        array(float32, 1),
        array(float32, 1),
        float64,
        float64,
        array(float32, 2),
        int64,
        int64,
        array(int64, 1, written=True),
    ),
    variant=WHOLE.name,
)
def nearest(
    rows: Float32,
    longest: float,
    codes: Numbers,
    scales: Float32,
    halves: Float32,
    largest: float,
    moved: float,
    vectors: Float32,
    start: int,
    stop: int,
    out: Ids,
) -> None:
    """The nearest centres of the vectors `start … stop`."""
    row_bytes, tiles = codes.shape[1] * SIZE, len(codes) // ROWS
    packed, maxima = np.zeros((row_bytes // 4, LANES), np.int32), np.empty((2 * tiles, LANES), np.float32)
    lanes, shifts = np.zeros((4, LANES), np.float32), np.empty(LANES, np.int32)
    best, floor = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    p, s, u, b = packed.ctypes.data, shifts.ctypes.data, lanes[1].ctypes.data, best.ctypes.data
    for first in range(start, stop, LANES):
        few = min(LANES, stop - first)
        _fill(vectors, first, few, longest, largest, moved, packed, lanes)
        shifts[:] = lanes[0]
        best[:] = -np.inf
        for t in range(tiles):
            row, place = codes.ctypes.data + t * ROWS * row_bytes, maxima.ctypes.data + t * 2 * LANES * 4
            scale, half = scales.ctypes.data + t * ROWS * 4, halves.ctypes.data + t * ROWS * 4
            best_of_bytes(row, row_bytes, p, scale, half, s, u, place, b)
        floor[:] = np.inf
        floor[:few] = best[:few] - lanes[2, :few]
        decide(rows, maxima, floor, ROWS // 2, vectors, first, lanes[3], out)
