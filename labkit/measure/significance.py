"""Is B better than A here, or is it noise? Every pair of searches, on the same queries.

Whoever compares five models makes ten comparisons, and one in twenty is "significant" at 5 % by luck alone. Holm's
procedure keeps the chance of *any* false discovery at 5 %: the smallest of m p-values is multiplied by m, the next by
m - 1, and so on (Holm, Scandinavian Journal of Statistics 6, 1979).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from labkit.measure.intervals import Difference, paired_difference
from labkit.measure.metrics import Values
from labkit.measure.power import LEVEL, queries_needed, smallest_visible


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
