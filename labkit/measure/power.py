"""How many queries does it take to tell two searches apart?

Two searches answer the same queries, so look at one number a query: the difference `d = b - a`. Hard queries are hard for
both and cancel out. With the standard deviation `s` of these differences,

    n = ((z(1 - alpha / 2) + z(power)) * s / effect)^2 + z(1 - alpha / 2)^2 / 2

queries show a true mean difference `effect` with probability `power` at the level `alpha`; the last term pays for `s`
being an estimate (Guenther, "Sample size formulas for normal theory t tests", The American Statistician 35, 1981).
For information retrieval: Sakai, "Statistical reform in information retrieval?", SIGIR Forum 48 (1), 2014.
"""

import math

from numpy.typing import ArrayLike

from labkit.measure.intervals import check_differences, rounding

POWER, LEVEL = 0.8, 0.95


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
        ValueError: if there are fewer than two differences, one or the effect is not a number, or power or level is not
            between 0 and 1.

    Example:
        >>> queries_needed([0.1, -0.1, 0.3, 0.1], effect=0.1)
        23.0
    """
    d = check_differences(differences)
    wanted = abs(float(d.mean()) if effect is None else effect)
    if math.isnan(wanted):
        raise ValueError(f"effect should be a difference, but is {effect}")
    if wanted <= (rounding(d) if effect is None else 0):
        return math.inf
    outer, inner = _quantiles(power, level)
    n = ((outer + inner) * float(d.std(ddof=1)) / wanted) ** 2 + outer**2 / 2
    return float(max(2, math.ceil(n)))


def smallest_visible(
    differences: ArrayLike, n: int | None = None, *, power: float = POWER, level: float = LEVEL
) -> float:
    """The smallest true mean difference that `n` queries (by default those at hand) show with probability `power`.

    It is `inf` for a single query, which shows nothing.

    Raises:
        ValueError: as `queries_needed`, or if `n` is below 1.

    Example:
        >>> round(smallest_visible([0.1, -0.1, 0.3, 0.1], 23), 2)
        0.1
    """
    d = check_differences(differences)
    outer, inner = _quantiles(power, level)
    queries = len(d) if n is None else n
    if queries < 1:
        raise ValueError(f"n should be a number of queries of at least 1, but is {n}")
    spare = queries - outer**2 / 2
    return float((outer + inner) * d.std(ddof=1) / math.sqrt(spare)) if spare > 0 else math.inf


def _quantiles(power: float, level: float) -> tuple[float, float]:
    if not (0 < power < 1 and 0 < level < 1):
        raise ValueError(f"power and level should be between 0 and 1, but are {power} and {level}")
    from scipy.stats import norm

    return float(norm.ppf((1 + level) / 2)), float(norm.ppf(power))
