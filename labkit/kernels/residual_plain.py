"""MaxSim of compressed documents, the plain kernel: each document is decoded into a scratch array and scored there."""

import numpy as np
from numba import boolean, float32, float64, int64, types, uint8, uint16
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim_plain import similarities
from labkit.kernels.residual_steps import decode

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ids = NDArray[np.int64]

COMPRESSED = (
    array(float32, 2),
    array(float32, 1),
    float64,
    boolean,
    array(uint16, 1),
    array(uint8, 1),
    array(uint8, 2),
    array(int64, 1),
)


@kernel(types.void(*COMPRESSED, array(float32, 2), array(int64, 1), int64, int64, array(float32, 1, written=True)))
def score(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    offsets: Ids,
    by_dimension: Float32,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """MaxSim of a query, given as `(d, t)`, and the documents `ids[start … stop]`; -inf without tokens, or for -1."""
    longest, tokens = 1, by_dimension.shape[1]
    for i in ids[start:stop]:
        if i >= 0:
            longest = max(longest, offsets[i + 1] - offsets[i])
    scratch = np.empty((longest, centroids.shape[1]), np.float32)
    best, now = np.empty(tokens, np.float32), np.empty(tokens, np.float32)
    for place in range(start, stop):
        best[:] = -np.inf
        if ids[place] >= 0:
            first, last = offsets[ids[place]], offsets[ids[place] + 1]
            decode(centroids, weights, step, unit, codes, scales, levels, first, last, scratch)
            for i in range(last - first):
                similarities(scratch[i], by_dimension, now)
                for z in range(tokens):
                    if now[z] > best[z]:
                        best[z] = now[z]
        total = 0.0
        for z in range(tokens):
            total += best[z]
        out[place] = np.float32(total) + np.float32(0)


@kernel(types.void(*COMPRESSED, int64, int64, array(float32, 2, written=True)))
def decoded(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    offsets: Ids,
    first: int,
    last: int,
    out: Float32,
) -> None:
    """The tokens `first … last`, decoded."""
    decode(centroids, weights, step, unit, codes, scales, levels, first, last, out)
