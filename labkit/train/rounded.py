"""Measured quality as a results file keeps it: four digits, with its interval."""

from labkit.measure.intervals import bootstrap_ci, paired_difference
from labkit.measure.metrics import Values


def quality(values: Values) -> list[float]:
    """Mean of per-query values, and the two ends of its 95 % interval.

    Example:
        >>> import numpy as np
        >>> quality(np.full(50, 0.5))
        [0.5, 0.5, 0.5]
    """
    return [round(float(x), 4) for x in (values.mean(), *bootstrap_ci(values))]


def difference(a: Values, b: Values) -> list[float]:
    """Mean of a - b, the two ends of its paired 95 % interval, and its p-value.

    Example:
        >>> import numpy as np
        >>> difference(np.full(50, 0.5), np.full(50, 0.25))[:3]
        [0.25, 0.25, 0.25]
    """
    return [round(float(x), 4) for x in paired_difference(a, b)]
