"""From what was measured at several sizes to what a larger one will show, with error bars.

Two shapes are enough here. A scan reads every code, so its time is a line in n. The share that a shortlist of fixed
length finds lies between 0 and 1 and falls with n: its logit is a line in log n.

An error bar says how far the measurements scatter about the line, carried to the size asked for. It cannot say whether
the line goes on: the further out, the more that is an assumption.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Predicted(NamedTuple):
    """A prediction and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Line:
    """A least-squares line `a + b x` with what is needed for prediction intervals.

    Attributes:
        intercept: a.
        slope: b.
        x: where it was measured, `(m,)`.
        scatter: standard deviation of the measurements about the line.
    """

    intercept: float
    slope: float
    x: NDArray[np.float64]
    scatter: float

    @classmethod
    def fit(cls, x: ArrayLike, y: ArrayLike) -> "Line":
        """The line through measurements `(m,)` at two or more places.

        Raises:
            ValueError: if there are fewer than three measurements, only one place, or a value is not finite.

        Example:
            >>> line = Line.fit([1, 2, 3], [1.1, 1.9, 3.0])
            >>> round(line.intercept, 2), round(line.slope, 2)
            (0.1, 0.95)
        """
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if xs.shape != ys.shape or len(xs) < 3 or len(np.unique(xs)) < 2:
            raise ValueError(f"a line needs three measurements at two places or more, but got x = {xs}, y = {ys}")
        if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
            raise ValueError("a measurement is NaN or infinite")
        slope = float(((xs - xs.mean()) * (ys - ys.mean())).sum() / ((xs - xs.mean()) ** 2).sum())
        intercept = float(ys.mean() - slope * xs.mean())
        scatter = float(np.sqrt(((ys - intercept - slope * xs) ** 2).sum() / (len(xs) - 2)))
        return cls(intercept, slope, xs, scatter)

    def predict(self, x: float, *, level: float = 0.95) -> Predicted:
        """What one more measurement at `x` should show: Student's prediction interval.

        Example:
            >>> Line.fit([1, 2, 3], [1, 2, 3]).predict(10)
            Predicted(value=10.0, low=10.0, high=10.0)
        """
        from scipy.stats import t

        m, centre = len(self.x), self.x.mean()
        spread = float(((self.x - centre) ** 2).sum())
        width = self.scatter * np.sqrt(1 + 1 / m + (x - centre) ** 2 / spread)
        reach = float(t.ppf((1 + level) / 2, m - 2) * width)
        value = self.intercept + self.slope * x
        return Predicted(value, value - reach, value + reach)


@dataclass(frozen=True, eq=False)
class RecallTrend:
    """How the recall of a shortlist of fixed length falls: `logit(recall) = a + b ln(n)`.

    Attributes:
        lines: a and b of the queries as they are, then of each of 1,000 draws of the queries, `(1001, 2)`.
    """

    lines: NDArray[np.float64]

    @classmethod
    def fit(cls, sizes: Sequence[int], recalls: ArrayLike, *, seed: int = 0, draws: int = 1000) -> "RecallTrend":
        """The trend through per-query recalls `(sizes, nq)`; draws of the queries tell how sure it is.

        Raises:
            ValueError: if there are fewer than two sizes, or the recalls do not fit or lie outside 0 to 1.

        Example:
            >>> trend = RecallTrend.fit([10, 100], [[0.9, 0.9], [0.8, 0.8]])
            >>> round(trend.predict(1000).value, 3)
            0.64
        """
        values = np.asarray(recalls, np.float64)
        if len(sizes) < 2 or values.ndim != 2 or len(values) != len(sizes) or not values.size:
            raise ValueError(f"wanted recalls of shape ({len(sizes)}, nq) for two sizes or more, got {values.shape}")
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError("a recall lies outside 0 to 1")
        nq = values.shape[1]
        picks = np.random.default_rng(seed).integers(nq, size=(draws, nq))
        means = np.concatenate([values.mean(axis=1)[None], values[:, picks].mean(axis=2).T])
        # A mean of exactly 0 or 1 has no logit: count half a hit of ten more or less.
        edge = 0.05 / nq
        means = means.clip(edge, 1 - edge)
        x = np.log(np.asarray(sizes, np.float64))
        slopes, intercepts = np.polyfit(x, np.log(means / (1 - means)).T, 1)
        return cls(np.stack([intercepts, slopes], axis=1))

    def predict(self, n: float) -> Predicted:
        """The recall at `n` documents; the interval is over the draws of the queries."""
        values = 1 / (1 + np.exp(-(self.lines[:, 0] + self.lines[:, 1] * np.log(n))))
        low, high = np.quantile(values[1:], [0.025, 0.975])
        return Predicted(float(values[0]), float(low), float(high))
