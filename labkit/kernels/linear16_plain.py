"""The tile of `linear16.py` for any CPU: a few rows of x, and as many rows of W as there are lanes."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labkit.kernels.gelu import gelu
from labkit.kernels.shapes import VPMADDWD

Floats = NDArray[np.float32]
Pairs = NDArray[np.int32]  # two 16-bit numbers each, the first one in the lower half

ROWS, LANES = VPMADDWD.rows, VPMADDWD.lanes


@njit
def products(
    rows: Pairs,
    block: int,
    weights: Pairs,
    group: int,
    row_steps: Floats,
    steps: Floats,
    bias: Floats,
    i: int,
    out: Floats,
) -> None:
    """ROWS rows of LANES sums of products, scaled back, plus the bias, to `out` from row i on."""
    sums, c = np.zeros((ROWS, LANES), np.int32), group * LANES
    for pair in range(rows.shape[1]):
        for r in range(ROWS):
            x = rows[block, pair, r]
            low, high = np.int32(np.int16(x)), x >> 16
            for z in range(LANES):
                w = weights[group, pair, z]
                sums[r, z] += low * np.int32(np.int16(w)) + high * (w >> 16)
    for r in range(ROWS):
        for z in range(LANES):
            scale = row_steps[block * ROWS + r] * steps[c + z]
            out[i + r, c + z] = np.float32(sums[r, z]) * scale + bias[c + z]


@njit
def take_gelu(out: Floats, i: int, c: int) -> None:
    """Take gelu of a tile of `out` that begins at row i and column c."""
    for r in range(i, i + ROWS):
        for z in range(c, c + LANES):
            out[r, z] = gelu(out[r, z])


@njit
def add(out: Floats, i: int, c: int, other: Floats) -> None:
    """Add to a tile of `out` the same tile of `other`."""
    for r in range(i, i + ROWS):
        for z in range(c, c + LANES):
            out[r, z] += other[r, z]
