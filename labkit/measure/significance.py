"""Is B better than A here, or is it noise? And how many queries would it take to tell?

Two searches answer the same queries, so look at one number a query: the difference `d = b - a`. Hard queries are hard for
both and cancel out. With the standard deviation `s` of these differences,

    n = ((z(1 - alpha / 2) + z(power)) * s / effect)^2 + z(1 - alpha / 2)^2 / 2

queries show a true mean difference `effect` with probability `power` at the level `alpha`; the last term pays for `s`
being an estimate (Guenther, "Sample size formulas for normal theory t tests", The American Statistician 35, 1981).
For information retrieval: Sakai, "Statistical reform in information retrieval?", SIGIR Forum 48 (1), 2014.

Whoever compares five models makes ten comparisons, and one in twenty is "significant" at 5 % by luck alone. Holm's
procedure keeps the chance of *any* false discovery at 5 %: the smallest of m p-values is multiplied by m, the next by
m - 1, and so on (Holm, Scandinavian Journal of Statistics 6, 1979).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.measure.intervals import Difference, paired_difference
from labkit.measure.metrics import Values

POWER, LEVEL = 0.8, 0.95
_BLOCK = 1 << 21  # numbers drawn at a time


@dataclass(frozen=True)
class Pair:
    """Two searches on the same queries.

    Attributes:
        first: name of the one with the higher mean.
        second: name of the other.
        difference: first minus second, with its interval and the p-value of this one comparison.
        adjusted_p: the p-value after Holm's correction for all pairs that were compared.
        queries: how many queries there are.
        needed: queries that would show a true difference of this size with 80 % probability; `inf` for none at all.
        visible: the smallest true difference that these queries show with 80 % probability.
    """

    first: str
    second: str
    difference: Difference
    adjusted_p: float
    queries: int
    needed: float
    visible: float


def compare_pairs(per_query: Mapping[str, ArrayLike], *, seed: int = 0) -> list[Pair]:
    """Every pair of searches, the clearest difference first.

    Args:
        per_query: name -> one value a query, `(nq,)`, the same queries in the same order.
        seed: of the bootstrap and of the randomisation test.

    Raises:
        ValueError: if there are fewer than two searches or two queries, or the numbers of queries differ.

    Example:
        >>> pair, = compare_pairs({"a": [0.1, 0.2, 0.3, 0.4], "b": [0.3, 0.3, 0.5, 0.6]})
        >>> pair.first, round(pair.difference.mean, 3), pair.adjusted_p
        ('b', 0.175, 0.125)
    """
    if len(per_query) < 2:
        raise ValueError(f"there is nothing to compare with {list(per_query)} alone; pass at least two searches")
    arrays = {name: np.asarray(values, np.float64) for name, values in per_query.items()}
    names = sorted(arrays, key=lambda name: -float(arrays[name].mean()))
    pairs = list(combinations(names, 2))
    differences = [paired_difference(arrays[first], arrays[second], LEVEL, seed) for first, second in pairs]
    adjusted = holm([difference.p for difference in differences])
    found = []
    for (first, second), difference, p in zip(pairs, differences, adjusted, strict=True):
        d = arrays[first] - arrays[second]
        needed, visible = queries_needed(d), smallest_visible(d)
        found.append(Pair(first, second, difference, p, len(d), needed, visible))
    return sorted(found, key=lambda pair: (pair.adjusted_p, -abs(pair.difference.mean)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: reject where one is below alpha.

    Raises:
        ValueError: if a value is not between 0 and 1.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    p: Values = np.asarray(p_values, np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p-values should lie between 0 and 1, but are {list(p_values)}")
    order = np.argsort(p, kind="stable")
    steps = np.minimum(1.0, p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(steps)  # a larger p-value never gets a smaller adjusted one
    return [float(value) for value in adjusted]


def queries_needed(
    differences: ArrayLike, *, effect: float | None = None, power: float = POWER, level: float = LEVEL
) -> float:
    """How many queries show a true mean difference with probability `power`; `inf` if the difference is zero.

    Args:
        differences: per-query differences of a pilot, `(nq,)`; their spread is what counts.
        effect: the difference that one wants to see; by default the mean of the pilot, which is itself uncertain.
        power: probability of seeing it.
        level: 1 minus the chance of a false alarm.

    Raises:
        ValueError: if there are fewer than two differences, one is not finite, or power or level is not between 0 and 1.

    Example:
        >>> queries_needed([0.1, -0.1, 0.3, 0.1], effect=0.1)
        23.0
    """
    d = _checked(differences)
    wanted = abs(float(d.mean()) if effect is None else effect)
    if wanted == 0:
        return math.inf
    outer, inner = _quantiles(power, level)
    n = ((outer + inner) * float(d.std(ddof=1)) / wanted) ** 2 + outer**2 / 2
    return float(max(2, math.ceil(n)))


def smallest_visible(
    differences: ArrayLike, n: int | None = None, *, power: float = POWER, level: float = LEVEL
) -> float:
    """The smallest true mean difference that `n` queries (by default those at hand) show with probability `power`.

    Raises:
        ValueError: as `queries_needed`, or if `n` is too small to show anything.

    Example:
        >>> round(smallest_visible([0.1, -0.1, 0.3, 0.1], 23), 2)
        0.1
    """
    d = _checked(differences)
    outer, inner = _quantiles(power, level)
    queries = len(d) if n is None else n
    if queries < 1:
        raise ValueError(f"n should be a number of queries of at least 1, but is {n}")
    spare = max(queries - outer**2 / 2, 1.0)
    return float((outer + inner) * d.std(ddof=1) / math.sqrt(spare))


def redraws(differences: ArrayLike, n: int, *, repeats: int = 2_000, seed: int = 0) -> Values:
    """The mean difference of `n` queries drawn anew (with replacement), `(repeats,)`: what other queries would have said.

    Raises:
        ValueError: if `n` or `repeats` is below 1, or the differences are unfit.

    Example:
        >>> bool(redraws([0.1, 0.3], 100).std() < redraws([0.1, 0.3], 10).std())
        True
    """
    d = _checked(differences)
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
    return float(np.mean(winner * means <= 0))


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

    first, second = _checked(here), _checked(there)
    a = redraws(first, len(first), repeats=10_000, seed=seed)
    b = redraws(second, len(second), repeats=10_000, seed=seed + 1)
    low, high = np.quantile(a - b, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    same = first.std() == 0 == second.std()
    p = float(first.mean() == second.mean()) if same else float(ttest_ind(first, second, equal_var=False).pvalue)
    return Difference(float(first.mean() - second.mean()), float(low), float(high), p)


def _checked(differences: ArrayLike) -> Values:
    d: NDArray[np.float64] = np.asarray(differences, np.float64)
    if d.ndim != 1 or len(d) < 2:
        raise ValueError(
            f"differences should hold one number a query, at least two of them, but the shape is {d.shape}"
        )
    if not np.isfinite(d).all():
        raise ValueError(f"differences should be finite, but number {int(np.flatnonzero(~np.isfinite(d))[0])} is not")
    return d


def _quantiles(power: float, level: float) -> tuple[float, float]:
    if not (0 < power < 1 and 0 < level < 1):
        raise ValueError(f"power and level should be between 0 and 1, but are {power} and {level}")
    from scipy.stats import norm

    return float(norm.ppf((1 + level) / 2)), float(norm.ppf(power))
