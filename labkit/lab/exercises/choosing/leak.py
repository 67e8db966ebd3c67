"""Exercise: the winner's score on the queries that made it the winner."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_VALUES = np.array(
    [
        [0.5, 0.5, 0.5, 0.4, 0.5, 0.6],
        [0.9, 0.8, 0.7, 0.2, 0.3, 0.1],
        [0.2, 0.3, 0.4, 0.9, 0.9, 1.0],
    ]
)
_DEV, _TEST = np.array([0, 1, 2]), np.array([3, 4, 5])
_LEAK = "the queries that are reported on also took part in the choice: choose on `choose` alone."
_SAME = "the winner's score comes from the queries that chose it, where it was lucky. Report it on `report`."

LEAK = Exercise(
    id="choosing.leak",
    title="Chosen and praised on the same queries",
    kind="bug",
    difficulty=1,
    minutes=5,
    task="A colleague tries thirty settings, keeps the best, and reports its nDCG@10. In production it is lower, every time. "
    "Mend it: choose on the queries at the positions `choose`, report on those at `report`.",
    defines="best",
    stub='''def best(values, choose, report):
    """values: (settings, queries). Gives (position of the best setting, its mean to be reported)."""
    means = values.mean(axis=1)
    winner = means.argmax()
    return winner, means[winner]
''',
    solution='''def best(values, choose, report):
    """values: (settings, queries). Gives (position of the best setting, its mean to be reported)."""
    winner = values[:, choose].mean(axis=1).argmax()
    return winner, values[winner, report].mean()
''',
    checks=(
        Try(
            "best",
            (_VALUES, _DEV, _TEST),
            (1, 0.2),
            (
                ((2, _VALUES[2].mean()), _LEAK),
                ((2, _VALUES[2, 3:].mean()), _LEAK),
                ((1, 0.8), _SAME),
                ((1, 0.5), _SAME),
                ((2, 0.3), "the two sets of queries are swapped."),
                ((0, 0.5), "that is the worst one, or the mean went over the settings: axis 1 holds the queries."),
                ((0, 0.2), "the position is that of the setting (a row), not of a query."),
            ),
        ),
        Try("best", (_VALUES[:, [3, 0]], np.array([1]), np.array([0])), (1, 0.2)),
    ),
    hints=(
        "Which columns took part when `argmax` was taken?",
        "`values[:, choose]` holds the columns to choose on, for every setting.",
        "The second number is `values[winner, report].mean()`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def best(values, choose, report):\n    means = values[:, choose].mean(axis=1)\n"
            "    return means.argmax(), means.max()\n",
            "where it was lucky",
        ),
        WrongAnswer(
            "def best(values, choose, report):\n    means = values[:, report].mean(axis=1)\n"
            "    return means.argmax(), means.max()\n",
            "also took part",
        ),
        WrongAnswer(
            "def best(values, choose, report):\n    winner = values.mean(axis=1).argmax()\n"
            "    return winner, values[winner, report].mean()\n",
            "also took part",
        ),
    ),
    why="The best of thirty was also the luckiest of thirty. The other half of the queries has no part in its luck; its number "
    "is lower, and true.",
)
