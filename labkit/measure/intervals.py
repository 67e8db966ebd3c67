"""How sure can we be? Bootstrap intervals and a paired test over queries.

A mean over 50 queries would be another number with 50 other queries of the same sort. Two tools say by how much:

- **bootstrap interval**: draw as many queries as there are, with replacement, and take the mean; do it 10,000 times;
  the middle 95 % of these means is the interval (percentile method: Efron and Tibshirani, "An Introduction to the
  Bootstrap", 1993, chapter 13). For a difference of two searchers both see the same drawn queries (paired), so that
  hard queries, hard for both, cancel out.
- **randomisation test**: if two searchers were equally good, then the sign of each query's difference would be a coin
  flip. `p` is the share of all sign patterns that give a mean difference at least as large as the one seen (Smucker,
  Allan and Carterette, "A comparison of statistical significance tests for information retrieval evaluation", CIKM 2007).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.measure.metrics import Values

RESAMPLES = 10_000
SMALL_SAMPLE = 30
_BLOCK = 1 << 20  # numbers drawn at a time: a few megabytes, whatever the number of queries


class Interval(NamedTuple):
    """The two ends of a confidence interval."""

    low: float
    high: float


class Difference(NamedTuple):
    """Mean of the per-query differences a - b, its interval, and the p-value of "there is no difference"."""

    mean: float
    low: float
    high: float
    p: float


def bootstrap_ci(values: ArrayLike, level: float = 0.95, seed: int = 0, resamples: int = RESAMPLES) -> Interval:
    """The percentile bootstrap interval of the mean of per-query values `(nq,)`.

    Raises:
        ValueError: if there are no values, a value is NaN or infinite, or the level is not between 0 and 1.

    Example:
        >>> low, high = bootstrap_ci([0.2, 0.4, 0.6, 0.8])
        >>> 0.2 < low < 0.5 < high < 0.8
        True
    """
    values = _as_values(values, "values")
    if not 0 < level < 1:
        raise ValueError(f"level should be between 0 and 1, for example 0.95, but is {level}")
    if resamples < 100:
        raise ValueError(f"resamples should be at least 100, but is {resamples}")
    rng = np.random.default_rng(seed)
    n, means = len(values), np.empty(resamples)
    step = max(1, _BLOCK // n)
    for start in range(0, resamples, step):
        size = (min(step, resamples - start), n)
        means[start : start + step] = values[rng.integers(n, size=size, dtype=np.int32)].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def randomisation_test(differences: ArrayLike, seed: int = 0, resamples: int = RESAMPLES) -> float:
    """The two-sided p-value of the paired sign-flip test on per-query differences `(nq,)`.

    With 13 queries or fewer every sign pattern is tried; with more, 10,000 random ones, and the observed pattern counts
    as one of them so that p is never 0.

    Example:
        >>> randomisation_test([1.0, 1.0, 1.0])  # of the 8 sign patterns, +++ and --- are as large
        0.25
    """
    d = _as_values(differences, "differences")
    n = len(d)
    # A sum in another order differs in its last digits: a pattern as large as the observed one must count.
    observed = abs(d.sum()) - 1e-12 * np.abs(d).sum()
    if 2**n <= resamples:
        patterns = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        return float(np.mean(np.abs(2 * (patterns @ d) - d.sum()) >= observed))
    rng = np.random.default_rng(seed)
    as_large, step = 0, max(1, _BLOCK // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        bits = np.unpackbits(np.frombuffer(rng.bytes(rows * -(-n // 8)), np.uint8).reshape(rows, -1), axis=1, count=n)
        as_large += int((np.abs(2 * (bits.astype(np.float64) @ d) - d.sum()) >= observed).sum())
    return (as_large + 1) / (resamples + 1)


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95, seed: int = 0) -> Difference:
    """How much better `a` is than `b` on the same queries: mean of a - b, bootstrap interval, p-value.

    Args:
        a: per-query values of one searcher, `(nq,)`.
        b: per-query values of the other, same queries in the same order.
        level: how often such an interval should hold the true mean.
        seed: of the random draws.

    Raises:
        ValueError: if the two differ in length, or as `bootstrap_ci` does.

    Example:
        >>> better = paired_difference([0.5, 0.7, 0.9], [0.4, 0.6, 0.8])
        >>> round(better.mean, 3), better.p
        (0.1, 0.25)
    """
    a, b = _as_values(a, "a"), _as_values(b, "b")
    if len(a) != len(b):
        raise ValueError(
            f"a holds {len(a)} values and b {len(b)}; pass the values of the same queries in the same order"
        )
    d = a - b
    low, high = bootstrap_ci(d, level, seed)
    return Difference(float(d.mean()), low, high, randomisation_test(d, seed))


def small_sample_note(n: int) -> str:
    """A warning for a table or figure made from few queries; empty if there are enough.

    Example:
        >>> small_sample_note(12)
        'Only 12 queries: the intervals are rough (too narrow, as a rule), and only large differences can be seen.'
        >>> small_sample_note(200)
        ''
    """
    if n >= SMALL_SAMPLE:
        return ""
    queries = "1 query" if n == 1 else f"{n} queries"
    return f"Only {queries}: the intervals are rough (too narrow, as a rule), and only large differences can be seen."


def _as_values(values: ArrayLike, name: str) -> Values:
    array: NDArray[np.float64] = np.asarray(values, np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} should hold one number a query, shape (nq,), but the shape is {array.shape}")
    if len(array) == 0:
        raise ValueError(f"{name} is empty: there are no queries to average over")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} should be finite, but number {int(np.flatnonzero(~np.isfinite(array))[0])} is not")
    return array


def rounding(differences: ArrayLike) -> float:
    """What a mean of these differences may owe to rounding alone: one that is no larger is zero.

    Example:
        >>> 0 < abs(0.1 + 0.2 - 0.3) < rounding([0.1, 0.2, -0.3])
        True
    """
    return 1e-12 * float(np.abs(np.asarray(differences, np.float64)).max())


def check_differences(differences: ArrayLike) -> Values:
    """Per-query differences as float64 `(nq,)`.

    Raises:
        ValueError: if there are fewer than two, or one is not finite.
    """
    d = _as_values(differences, "differences")
    if len(d) < 2:
        raise ValueError(f"differences should hold one number a query, at least two of them, but hold {len(d)}")
    return d
