"""The mean of each centre's vectors."""

import numpy as np
from numba import float32, int64, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]


@kernel(types.void(array(float32, 2), array(int64, 1), array(int64, 1), int64, int64, array(float32, 2, written=True)))
def means(vectors: Float32, order: Ids, bounds: Ids, start: int, stop: int, out: Float32) -> None:
    """The means of the groups `start … stop`: group `g` is of the vectors `order[bounds[g] … bounds[g + 1]]`."""
    d = vectors.shape[1]
    sums = np.empty(d, np.float64)
    for group in range(start, stop):
        sums[:] = 0
        for i in order[bounds[group] : bounds[group + 1]]:
            for j in range(d):
                sums[j] += vectors[i, j]
        count = bounds[group + 1] - bounds[group]
        for j in range(d):
            out[group, j] = np.float32(sums[j] / count)
