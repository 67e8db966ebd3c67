"""The kernels of `residual_steps.py` and `residual_plain.py` again, on vector instructions.

Centroids go through the tile of exact search, decoded documents through that of MaxSim. A document is decoded once, into
a scratch array that stays in the cache while all query tokens pass over it.
"""

import numpy as np
from numba import float32, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim_simd import document_score
from labkit.kernels.residual_ir import BLOCK, decoder, largest_bytes
from labkit.kernels.residual_plain import COMPRESSED
from labkit.kernels.residual_steps import GROUP, ROUGH, decode
from labkit.kernels.shapes import SHAPE
from labkit.kernels.simd import LANES, ROWS
from labkit.kernels.vector_ir import rough_product, tile

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ids = NDArray[np.int64]

_one, _two, _four = (decoder(nbits) for nbits in (1, 2, 4))


@njit(inline="never")
def _decode_part(centroid: int, levels: int, values: int, nbits: int, shift: int, count: int, out: int) -> None:
    """`count` numbers, at least BLOCK; the last block overlaps the one before it."""
    for block in range(0, count, BLOCK):
        j = min(block, count - BLOCK)
        if nbits == 2:
            _two(centroid + 4 * j, levels + j, values, shift, out + 4 * j)
        elif nbits == 1:
            _one(centroid + 4 * j, levels + j, values, shift, out + 4 * j)
        else:
            _four(centroid + 4 * j, levels + j, values, shift, out + 4 * j)


@njit(inline="never")
def _decode(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    first: int,
    last: int,
    out: Float32,
) -> None:
    """As `residual_steps.decode`, for parts of at least BLOCK numbers."""
    d, width = centroids.shape[1], levels.shape[1]
    nbits = 1 if len(weights) == 2 else 2 if len(weights) == 4 else 4
    values = np.empty(len(weights), np.float32)
    c, x, v, o = centroids.ctypes.data, levels.ctypes.data, values.ctypes.data, out.ctypes.data
    for i in range(first, last):
        scale = np.float32(step) * np.float32(scales[i])
        for level in range(len(weights)):
            values[level] = weights[level] * scale
        row, centroid = o + (i - first) * d * 4, c + np.int64(codes[i]) * d * 4
        for start in range(0, d, width):
            shift, count = nbits * (start // width), min(width, d - start)
            _decode_part(centroid + 4 * start, x + i * width, v, nbits, shift, count, row + 4 * start)
        if unit:
            total = rough_product(row, row, d)
            if total > 0:
                factor = np.float32(1) / np.sqrt(total)
                numbers = out[i - first]
                for j in range(len(numbers)):
                    numbers[j] *= factor


@kernel(
    types.void(array(float32, 2), array(float32, 3), int64, int64, array(float32, 2, written=True)),
    variant=SHAPE.name,
)
def centroid_scores(centroids: Float32, packed: Float32, start: int, stop: int, out: Float32) -> None:
    """Inner products of the centroids `start … stop` and query tokens packed by `simd.pack`, into `out` `(c, t)`."""
    d, tokens = centroids.shape[1], out.shape[1]
    floor, now = np.full(LANES, np.float32(np.inf)), np.empty((ROWS, LANES), np.float32)
    few = np.zeros((ROWS, d), np.float32)
    for group in range(len(packed)):
        lanes = min(LANES, tokens - group * LANES)
        for first in range(start, stop, ROWS):
            count = min(ROWS, stop - first)
            rows = centroids.ctypes.data + first * d * 4
            if count < ROWS:
                few[:count] = centroids[first:stop]
                rows = few.ctypes.data
            tile(rows, d * 4, packed[group].ctypes.data, d, floor.ctypes.data, now.ctypes.data)
            for r in range(count):
                for z in range(lanes):
                    out[first + r, group * LANES + z] = now[r, z]


@kernel(ROUGH)
def rough_scores(
    table: Bytes, codes: NDArray[np.uint16], offsets: Ids, ids: Ids, start: int, stop: int, out: NDArray[np.int32]
) -> None:
    """As `residual_steps.rough_scores`."""
    width, t, c = table.shape[1], table.ctypes.data, codes.ctypes.data
    for place in range(start, stop):
        first, last = offsets[ids[place]], offsets[ids[place] + 1]
        total = 0 if last > first else -1
        for group in range(0, width, GROUP):
            total += largest_bytes(t + group, width, c + 2 * first, last - first)
        out[place] = total


@kernel(
    types.void(*COMPRESSED, array(float32, 1), int64, array(int64, 1), int64, int64, array(float32, 1, written=True)),
    variant=SHAPE.name,
)
def score(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    offsets: Ids,
    packed: Float32,
    tokens: int,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """As `residual_plain.score`, the query of so many tokens packed by `maxsim_simd.pack`."""
    longest, d, width = 1, centroids.shape[1], levels.shape[1]
    blocks = width >= BLOCK and (d % width == 0 or d % width >= BLOCK)  # otherwise a part is shorter than a block
    for i in ids[start:stop]:
        if i >= 0:
            longest = max(longest, offsets[i + 1] - offsets[i])
    scratch = np.empty((longest, d), np.float32)
    for place in range(start, stop):
        if ids[place] < 0:
            out[place] = -np.inf
            continue
        first, last = offsets[ids[place]], offsets[ids[place] + 1]
        if blocks:
            _decode(centroids, weights, step, unit, codes, scales, levels, first, last, scratch)
        else:
            decode(centroids, weights, step, unit, codes, scales, levels, first, last, scratch)
        out[place] = document_score(scratch.ctypes.data, d * 4, last - first, packed.ctypes.data, tokens, d)
