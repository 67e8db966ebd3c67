"""Compressed vectors as they are kept, and their levels taken out of the bytes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ResidualCodes(NamedTuple):
    """Compressed vectors.

    Attributes:
        centroids: `(n,)` uint16, the nearest centroid of each.
        scales: `(n,)` uint8, the size of its residual in steps.
        levels: `(n, bytes)` uint8; byte `j` holds the levels of dimensions `j`, `j + bytes`, `j + 2 * bytes` …, the first
            in the lowest bits.
    """

    centroids: NDArray[np.uint16]
    scales: NDArray[np.uint8]
    levels: NDArray[np.uint8]

    def joined(self, more: "ResidualCodes") -> "ResidualCodes":
        """These and more, end to end."""
        return ResidualCodes(
            np.concatenate([self.centroids, more.centroids]),
            np.concatenate([self.scales, more.scales]),
            np.concatenate([self.levels, more.levels]),
        )


def unpack_levels(packed: NDArray[np.uint8], nbits: int, dim: int) -> NDArray[np.uint8]:
    """The levels `(n, dim)` of bytes as `ResidualCodes` has them.

    Example:
        >>> unpack_levels(np.array([[29, 2]], np.uint8), 2, 5)
        array([[1, 2, 3, 0, 1]], dtype=uint8)
    """
    mask = np.uint8(2**nbits - 1)
    parts = [(packed >> np.uint8(part * nbits)) & mask for part in range(8 // nbits)]
    return np.concatenate(parts, axis=1)[:, :dim]
