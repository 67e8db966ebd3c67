"""Calibration of scalar quantization: which range of numbers the integer levels are spread over.

    value = offset + step * level        level = clip(round((value - offset) / step), lowest, highest)

*Shared*: one step for all dimensions, offset 0. An inner product of levels is then an inner product of vectors, but
for one factor, so integers alone can rank. *Per dimension*: each dimension has its own range, which wastes no level;
but an inner product of raw levels then weighs narrow dimensions like wide ones, and ranks wrongly. The queries have
to be multiplied with the steps first (`fold_queries`).

Numbers outside the range are clipped to its end. Without that an integer wraps round, and the largest number of a
vector becomes the most negative one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.tensors import Arrays


@dataclass(frozen=True, eq=False)
class Ranges:
    """Where the levels lie.

    Attributes:
        offset: `(d,)` float32, the value of level 0.
        step: `(d,)` float32, the distance of two levels, all positive.
        lowest: the lowest level.
        highest: the highest level.
    """

    offset: NDArray[np.float32]
    step: NDArray[np.float32]
    lowest: int
    highest: int

    def levels(self, vectors: ArrayLike) -> NDArray[np.int8]:
        """The nearest level of every number, `(n, d)` int8, clipped to the range.

        Raises:
            ValueError: if the vectors have the wrong width, or hold NaN or infinity.
        """
        array = as_vectors(vectors, dim=len(self.step))
        levels = np.rint((array - self.offset) / self.step)
        clipped: NDArray[np.int8] = np.clip(levels, self.lowest, self.highest).astype(np.int8)
        return clipped

    def values(self, levels: NDArray[np.int8]) -> Vectors:
        """The numbers that the levels stand for, `(n, d)` float32."""
        values: Vectors = self.offset + self.step * levels.astype(np.float32)
        return values

    def clipped_share(self, vectors: ArrayLike) -> float:
        """The share of numbers that lie outside the range, 0 to 1."""
        array = as_vectors(vectors, dim=len(self.step))
        levels = np.rint((array - self.offset) / self.step)
        return float(np.mean((levels < self.lowest) | (levels > self.highest)))

    def parts(self) -> tuple[Arrays, dict[str, Any]]:
        """The arrays and the small facts that a file has to hold."""
        return {"offset": self.offset, "step": self.step}, {"lowest": self.lowest, "highest": self.highest}

    @classmethod
    def from_parts(cls, arrays: Arrays, facts: Mapping[str, Any]) -> "Ranges":
        """The ranges of their `parts`."""
        return cls(arrays["offset"], arrays["step"], facts["lowest"], facts["highest"])


def calibrate(vectors: ArrayLike, *, bits: int, per_dimension: bool, quantile: float) -> Ranges:
    """The ranges of a sample of vectors, `(n, d)`.

    Args:
        vectors: at least two, better a thousand or more.
        bits: 8 or 4.
        per_dimension: a range for each dimension, or one shared by all.
        quantile: share of the sample's numbers that the range covers; the rest is clipped. 1 covers all.

    Raises:
        ValueError: if there are fewer than two vectors, the quantile is not in (0, 1], a dimension has no spread
            (per dimension), or all numbers are zero (shared).
    """
    array = as_vectors(vectors)
    if len(array) < 2:
        raise ValueError(f"calibration needs at least 2 vectors, better 1,000, but got {len(array)}")
    if not 0 < quantile <= 1:
        raise ValueError(f"quantile should be above 0 and at most 1, but is {quantile}")
    half = 2 ** (bits - 1)
    width = array.shape[1]
    if per_dimension:
        low, high = np.quantile(array, [(1 - quantile) / 2, (1 + quantile) / 2], axis=0)
        flat = np.flatnonzero(high <= low)
        if len(flat):
            raise ValueError(
                f"dimension {flat[0]} of the sample has no spread ({low[flat[0]]:.6g} to {high[flat[0]]:.6g}), so no "
                f"level can tell its values apart ({len(flat)} such); drop it, use more vectors or a shared range"
            )
        step = (high - low) / (2 * half - 1)
        return Ranges((low + half * step).astype(np.float32), step.astype(np.float32), -half, half - 1)
    reach = np.quantile(np.abs(array), quantile)
    if reach <= 0:
        raise ValueError("the sample's numbers are all zero (or almost all, with this quantile): there is no range")
    step = np.full(width, reach / (half - 1), np.float32)
    # The lowest level is left out: then -x always gets the negative of x's level.
    return Ranges(np.zeros(width, np.float32), step, -(half - 1), half - 1)
