"""The k-th largest of some numbers, without sorting them all: quickselect."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit
def kth_largest(values: NDArray[np.float32], k: int) -> np.float32:
    """The k-th largest value, `1 <= k <= len(values)`; leaves `values` in another order."""
    low, high, wanted = 0, len(values) - 1, k - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            break
    return np.float32(values[wanted])
