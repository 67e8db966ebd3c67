"""Residuals as levels and a scale, packed into bytes: one pass over the vectors, which stay in the cache meanwhile."""

import numpy as np
from numba import float32, float64, int64, njit, types, uint8, uint16
from numpy.typing import NDArray

from labkit.kernels import threads as parts
from labkit.kernels.compile import array, kernel

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ids = NDArray[np.int64]

# Sums are of float64, so that their order, which is the compiler's choice, does not show after rounding.
_any_order = {"reassoc", "contract"}


@njit(fastmath=_any_order)
def _miss(vector: Float32, centroid: Float32, residual: Float32) -> np.float32:
    """The root of the mean square of a residual, which is written."""
    square = 0.0
    for j in range(len(vector)):
        residual[j] = vector[j] - centroid[j]
        square += np.float64(residual[j]) * np.float64(residual[j])
    return np.float32(np.sqrt(square / len(vector)))


@njit(fastmath=_any_order)
def _best_scale(residual: Float32, weights: Float32, level: Bytes) -> float:
    """The scale of the levels' weights that comes closest to a residual: least squares."""
    together, square = 0.0, 0.0
    for j in range(len(residual)):
        weight = np.float64(weights[level[j]])
        together += np.float64(residual[j]) * weight
        square += weight * weight
    return together / square if square > 0 else 0.0


@kernel(
    types.void(
        array(float32, 2),
        array(int64, 1),
        array(float32, 2),
        array(float32, 1),
        array(float32, 1),
        float64,
        int64,
        int64,
        array(uint16, 1, written=True),
        array(uint8, 1, written=True),
        array(uint8, 2, written=True),
    )
)
def _encode(
    vectors: Float32,
    nearest: Ids,
    centroids: Float32,
    cutoffs: Float32,
    weights: Float32,
    step: float,
    start: int,
    stop: int,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
) -> None:
    d, width = vectors.shape[1], levels.shape[1]
    nbits = 1 if len(weights) == 2 else 2 if len(weights) == 4 else 4
    residual, level = np.empty(d, np.float32), np.zeros(width * (8 // nbits), np.uint8)
    for i in range(start, stop):
        codes[i] = nearest[i]
        size = _miss(vectors[i], centroids[nearest[i]], residual)
        level[:d] = 0
        for cutoff in cutoffs:
            limit = cutoff * size
            for j in range(d):
                level[j] += residual[j] > limit
        scales[i] = min(255.0, max(0.0, np.rint(_best_scale(residual, weights, level) / step))) if step > 0 else 0.0
        levels[i] = level[:width]
        for part in range(1, 8 // nbits):
            for j in range(width):
                levels[i, j] |= level[part * width + j] << np.uint8(part * nbits)


def encode(
    vectors: Float32,
    nearest: Ids,
    centroids: Float32,
    cutoffs: Float32,
    weights: Float32,
    step: float,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    threads: int,
) -> None:
    """Write codes, scales and packed levels (as `ResidualCodes` has them) of vectors with known nearest centroids."""

    def job(part: int, start: int, stop: int) -> None:
        _encode(vectors, nearest, centroids, cutoffs, weights, step, start, stop, codes, scales, levels)

    parts.run(job, parts.split(len(vectors), 16 * vectors.shape[1], threads))
