"""What other queries of the same kind might have said: per-query differences, drawn anew with replacement."""

import numpy as np
from numpy.typing import ArrayLike

from labkit.measure.intervals import Difference, check_differences, rounding
from labkit.measure.metrics import Values
from labkit.measure.power import LEVEL

_BLOCK = 1 << 21  # numbers drawn at a time


def redraws(differences: ArrayLike, n: int, *, repeats: int = 2_000, seed: int = 0) -> Values:
    """The mean difference of `n` queries drawn anew (with replacement), `(repeats,)`: what other queries would have said.

    Raises:
        ValueError: if `n` or `repeats` is below 1, or the differences are unfit.

    Example:
        >>> bool(redraws([0.1, 0.3], 100).std() < redraws([0.1, 0.3], 10).std())
        True
    """
    d = check_differences(differences)
    if n < 1 or repeats < 1:
        raise ValueError(f"n and repeats should be at least 1, but are {n} and {repeats}")
    rng = np.random.default_rng(seed)
    means = np.empty(repeats)
    step = max(1, _BLOCK // n)
    for start in range(0, repeats, step):
        rows = min(step, repeats - start)
        means[start : start + rows] = d[rng.integers(len(d), size=(rows, n), dtype=np.int32)].mean(axis=1)
    return means


def flip_share(differences: ArrayLike, n: int, *, repeats: int = 2_000, seed: int = 0) -> float:
    """How often `n` other queries would name the other search the winner, or neither: a share between 0 and 1.

    Raises:
        ValueError: as `redraws`.

    Example:
        >>> flip_share([0.2, 0.3, 0.1], 5), flip_share([0.3, -0.3], 1, repeats=4_000) > 0.4
        (0.0, True)
    """
    means = redraws(differences, n, repeats=repeats, seed=seed)
    winner = 1.0 if float(np.mean(np.asarray(differences, np.float64))) >= 0 else -1.0
    return float(np.mean(winner * means <= rounding(differences)))


def change_between(here: ArrayLike, there: ArrayLike, *, seed: int = 0) -> Difference:
    """Does a difference itself differ between two collections? Mean of `here` minus mean of `there`, interval and p.

    Both hold per-query differences of the same two searches, on queries that have nothing to do with each other: so each
    is resampled alone. `p` is the two-sided p-value of Welch's t-test.

    Raises:
        ValueError: if one is unfit, as in `queries_needed`.

    Example:
        >>> found = change_between([0.2, 0.3, 0.1, 0.2], [0.0, 0.1, -0.1, 0.0])
        >>> round(found.mean, 3), found.low > 0
        (0.2, True)
    """
    from scipy.stats import ttest_ind

    first, second = check_differences(here), check_differences(there)
    a = redraws(first, len(first), repeats=10_000, seed=seed)
    b = redraws(second, len(second), repeats=10_000, seed=seed + 1)
    low, high = np.quantile(a - b, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    same = np.ptp(first) == 0 == np.ptp(second)
    p = float(np.isclose(first[0], second[0])) if same else float(ttest_ind(first, second, equal_var=False).pvalue)
    return Difference(float(first.mean() - second.mean()), float(low), float(high), p)
