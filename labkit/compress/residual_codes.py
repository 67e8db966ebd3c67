"""Compressed vectors as they are kept, and their levels packed into bytes."""

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


def pack_levels(levels: NDArray[np.uint8], nbits: int) -> NDArray[np.uint8]:
    """Levels `(n, d)` in bytes, as `ResidualCodes` has them; what is left of the last bytes is 0.

    Example:
        >>> pack_levels(np.array([[1, 2, 3, 0, 1]], np.uint8), 2)
        array([[29,  2]], dtype=uint8)
    """
    dim, each = levels.shape[1], 8 // nbits
    width = -(-dim * nbits // 8)
    packed = np.zeros((len(levels), width), np.uint8)
    for part in range(each):
        some = levels[:, part * width : (part + 1) * width]
        packed[:, : some.shape[1]] |= some << np.uint8(part * nbits)
    return packed


def unpack_levels(packed: NDArray[np.uint8], nbits: int, dim: int) -> NDArray[np.uint8]:
    """The levels `(n, dim)` that `pack_levels` packed.

    Example:
        >>> unpack_levels(np.array([[29, 2]], np.uint8), 2, 5)
        array([[1, 2, 3, 0, 1]], dtype=uint8)
    """
    mask = np.uint8(2**nbits - 1)
    parts = [(packed >> np.uint8(part * nbits)) & mask for part in range(8 // nbits)]
    return np.concatenate(parts, axis=1)[:, :dim]
