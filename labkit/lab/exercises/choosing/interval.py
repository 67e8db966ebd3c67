"""Exercise: the interval of a difference, with both searches on the same drawn queries."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

# Two searches with the same ups and downs: paired, their difference is nearly constant.
_RNG = np.random.default_rng(7)
_B = _RNG.random(40).round(2)
_A = (_B + 0.05 + 0.02 * _RNG.standard_normal(40)).round(3)
_PICKS = _RNG.integers(40, size=(200, 40))
_MEANS = (_A - _B)[_PICKS].mean(axis=1)
_WANT = np.quantile(_MEANS, [0.025, 0.975])
_ALONE = [np.quantile(values[_PICKS].mean(axis=1), [0.025, 0.975]) for values in (_A, _B)]
_PAIRED = "the two searches were drawn apart, so hard queries do not cancel out. Take the differences a - b first."
_SINGLE = "that is the interval of the single queries, not of their mean: take the mean of each draw, over axis 1."

INTERVAL = Exercise(
    id="choosing.interval",
    title="The interval of a difference",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `interval(a, b, picks)`, the paired bootstrap. Row by row, `picks` holds the positions of the drawn queries. For "
    "each row take the mean of a - b over its queries; give the 2.5th and the 97.5th percentile of these means "
    "(`np.percentile`).",
    defines="interval",
    stub='''def interval(a, b, picks):
    """a, b: (n,) nDCG of each query; picks: (m, n) positions, drawn with replacement. Gives (low, high)."""
    return ...  # your code
''',
    solution='''def interval(a, b, picks):
    """a, b: (n,) nDCG of each query; picks: (m, n) positions, drawn with replacement. Gives (low, high)."""
    differences = a - b
    means = differences[picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high
''',
    checks=(
        Try(
            "interval",
            (_A, _B, _PICKS),
            _WANT,
            (
                ((_ALONE[0][0] - _ALONE[1][1], _ALONE[0][1] - _ALONE[1][0]), _PAIRED),
                (-_WANT[::-1], "the sign is swapped: a - b, positive where a is better."),
                (_WANT[::-1], "low comes first."),
                (np.quantile(_MEANS, [0.05, 0.95]), "5 and 95 leave out a tenth: that is a 90 % interval."),
                (
                    np.quantile(_MEANS, [0.00025, 0.00975]),
                    "np.percentile counts from 0 to 100, np.quantile from 0 to 1.",
                ),
                (np.quantile((_A - _B)[_PICKS], [0.025, 0.975]), _SINGLE),
                (np.quantile(_A - _B, [0.025, 0.975]), _SINGLE),
                (
                    np.quantile((_A - _B)[_PICKS].mean(axis=0), [0.025, 0.975]),
                    "the mean goes over a draw's queries: axis 1.",
                ),
            ),
            shown="interval(a, b, picks) for 40 queries, drawn 200 times",
        ),
        Try("interval", (np.array([1.0, 0.0]), np.array([0.0, 0.0]), np.array([[0, 0], [0, 0], [0, 0]])), (1.0, 1.0)),
    ),
    hints=(
        "One number a query comes first: the difference. Everything after that is about one array.",
        "`differences[picks]` has the shape of `picks`: a row a draw. Its mean over axis 1 is one number a draw.",
        "`np.percentile(means, [2.5, 97.5])` gives both ends.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def interval(a, b, picks):\n    lows = [np.percentile(v[picks].mean(axis=1), [2.5, 97.5]) for v in (a, b)]\n"
            "    return lows[0][0] - lows[1][1], lows[0][1] - lows[1][0]\n",
            "drawn apart",
        ),
        WrongAnswer(
            "def interval(a, b, picks):\n    return tuple(np.percentile(a - b, [2.5, 97.5]))\n", "single queries"
        ),
        WrongAnswer(
            "def interval(a, b, picks):\n    return tuple(np.percentile((a - b)[picks].mean(axis=1), [5, 95]))\n",
            "90 % interval",
        ),
        WrongAnswer(
            "def interval(a, b, picks):\n    return tuple(np.percentile((b - a)[picks].mean(axis=1), [2.5, 97.5]))\n",
            "sign is swapped",
        ),
    ),
    why="Paired, the interval here is several times narrower than unpaired: a query that is hard for both says nothing about "
    "which of the two is better.",
)
