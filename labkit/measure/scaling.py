"""From what was measured at several sizes to what a larger one will show, with error bars.

Three shapes are enough here. A scan reads every code, so its time is a line in n. Reading a fixed number of rows takes a
little longer the farther apart they lie, in a shape that nobody knows: a line in log n and a power of n both fit. The
share that a shortlist of fixed length finds lies between 0 and 1 and falls with n: its logit is a line in log n.

An error bar says how far the sizes lie off the line, carried to the size asked for. A size counts once however often it
was timed: what its place in memory, or a bend that the line does not know, does to one timing, it does to all of them, so
repeats agree with each other and still miss the line together. An error bar cannot say whether the line goes on: the
further out, the more that is an assumption.
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
        scatter: standard deviation of the places about the line; if `relative`, as a share of the value.
        relative: whether errors grow with the value, as those of times do.
        places: how many there are.
        spread: `(2, 2)`, the covariance of a and b for a scatter of 1.
    """

    intercept: float
    slope: float
    scatter: float
    relative: bool
    places: int
    spread: NDArray[np.float64]

    @classmethod
    def fit(cls, x: ArrayLike, y: ArrayLike, *, relative: bool = False) -> "Line":
        """The line through measurements `(m,)` at three or more places; those at one place are averaged first.

        Args:
            x: where.
            y: what was measured.
            relative: give each place the weight 1 / y^2, for errors in proportion to y. With equal weights the largest
                place would draw the line through itself and its error would not be seen.

        Raises:
            ValueError: if there are fewer than three places, a value is not finite, or none above 0 and `relative`.

        Example:
            >>> line = Line.fit([1, 2, 3, 3], [1.1, 1.9, 2.9, 3.1])
            >>> round(line.intercept, 2), round(line.slope, 2), line.places
            (0.1, 0.95, 3)
        """
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if xs.shape != ys.shape or len(np.unique(xs)) < 3:
            raise ValueError(f"a line needs measurements at three places or more, but got x = {xs}, y = {ys}")
        if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
            raise ValueError("a measurement is NaN or infinite")
        at, where = np.unique(xs, return_inverse=True)
        means = np.bincount(where, ys) / np.bincount(where)
        if relative and not (means > 0).all():
            raise ValueError(
                f"errors in proportion to the value need values above 0, but the smallest is {means.min()}"
            )
        scale = means if relative else np.ones_like(means)
        design = np.stack([1 / scale, at / scale], axis=1)
        (intercept, slope), *_ = np.linalg.lstsq(design, means / scale)
        off = means / scale - design @ (intercept, slope)
        scatter = float(np.sqrt((off**2).sum() / (len(at) - 2)))
        # Through a QR decomposition: n and 1 differ by so much that design.T @ design would lose half the digits.
        inverse = np.linalg.inv(np.linalg.qr(design, mode="r"))
        return cls(float(intercept), float(slope), scatter, relative, len(at), inverse @ inverse.T)

    def predict(self, x: float, *, level: float = 0.95) -> Predicted:
        """What the same measurement at `x`, repeated as often, should show: Student's prediction interval.

        Example:
            >>> Line.fit([1, 2, 3], [1, 2, 3]).predict(10)
            Predicted(value=10.0, low=10.0, high=10.0)
        """
        from scipy.stats import t

        value, at = self.intercept + self.slope * x, np.array([1.0, x])
        own = value**2 if self.relative else 1.0
        width = self.scatter * float(np.sqrt(own + at @ self.spread @ at))
        reach = float(t.ppf((1 + level) / 2, self.places - 2)) * width
        return Predicted(value, value - reach, value + reach)


@dataclass(frozen=True, eq=False)
class SlowGrowth:
    """What grows slowly with n in a shape that nobody knows; the interval spans two that fit.

    Attributes:
        line: in log n.
        power: of n, as a line of the logarithm in log n.
    """

    line: Line
    power: Line

    @classmethod
    def fit(cls, sizes: ArrayLike, y: ArrayLike) -> "SlowGrowth":
        """Both shapes through measurements `(m,)` above 0; errors are in proportion to y.

        Raises:
            ValueError: if there are fewer than three sizes, or a value is not above 0.

        Example:
            >>> grown = SlowGrowth.fit([10, 100, 1000], [2, 4, 8])
            >>> value, low, high = grown.predict(10_000)
            >>> low < value < 16 < high  # 16 is where the power goes
            True
        """
        xs, ys = np.asarray(sizes, np.float64), np.asarray(y, np.float64)
        if not ((xs > 0).all() and (ys > 0).all()):
            raise ValueError("sizes and measurements should be above 0")
        return cls(Line.fit(np.log(xs), ys, relative=True), Line.fit(np.log(xs), np.log(ys)))

    def predict(self, n: float) -> Predicted:
        """The line's value at `n`, and the two ends between which both shapes' intervals lie."""
        at = float(np.log(n))
        straight, bent = self.line.predict(at), self.power.predict(at)
        return Predicted(
            straight.value, min(straight.low, float(np.exp(bent.low))), max(straight.high, float(np.exp(bent.high)))
        )


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
