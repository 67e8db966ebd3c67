"""What `ResidualQuantizer.fit` chooses: how many centroids, and the levels of the residuals."""

from numbers import Integral

import numpy as np
from numpy.typing import NDArray

MOST_CENTROIDS = 1 << 16  # their numbers take two bytes


def default_centroids(tokens: int) -> int:
    """16 * sqrt(tokens), but at most 65,536 and a fourth of the tokens, rounded down to a power of two.

    If nearly every token were a centroid, the residuals would be next to nothing, and a token that is added later, whose
    residual is not, could not be kept.

    Example:
        >>> default_centroids(1_200_000)
        16384
    """
    return int(min(MOST_CENTROIDS, 2 ** int(np.log2(max(1.0, min(16 * np.sqrt(tokens), tokens / 4))))))


def check_nbits(nbits: object) -> int:
    """1, 2 or 4.

    Raises:
        ValueError: if it is none of these.
    """
    if isinstance(nbits, bool) or not isinstance(nbits, Integral) or nbits not in (1, 2, 4):
        raise ValueError(f"nbits should be 1, 2 or 4 bits a dimension, but is {nbits!r}")
    return int(nbits)


def check_centroids(centroids: object) -> int:
    """The number of centroids as an int.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is not 1 to 65,536.
    """
    if isinstance(centroids, bool) or not isinstance(centroids, Integral):
        raise TypeError(f"centroids should be a whole number, but is {centroids!r}")
    wanted = int(centroids)
    if not 1 <= wanted <= MOST_CENTROIDS:
        raise ValueError(f"centroids should be 1 to {MOST_CENTROIDS:,}, as their numbers take two bytes: {wanted:,}")
    return wanted


def fit_levels(numbers: NDArray[np.float32], nbits: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cut-offs and weights of the levels of a sample of numbers: quantiles, then Lloyd's algorithm in one dimension."""
    count = 2**nbits
    if len(numbers) == 0:  # every vector is a centroid
        return np.zeros(count - 1, np.float32), np.zeros(count, np.float32)
    ordered = np.sort(numbers)
    sums = np.concatenate([[0.0], np.cumsum(ordered, dtype=np.float64)])
    weights = ordered[((np.arange(count) + 0.5) / count * len(ordered)).astype(np.int64)].astype(np.float64)
    for _ in range(30):
        bounds = np.searchsorted(ordered, (weights[1:] + weights[:-1]) / 2)
        first, last = np.concatenate([[0], bounds]), np.concatenate([bounds, [len(ordered)]])
        sizes = last - first
        weights = np.where(sizes > 0, (sums[last] - sums[first]) / np.maximum(sizes, 1), weights)
    return ((weights[1:] + weights[:-1]) / 2).astype(np.float32), weights.astype(np.float32)
