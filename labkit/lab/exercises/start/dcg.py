"""Exercise: the first place is worth infinity."""

import math

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_ZERO = "the first hit is divided by log2(1) = 0. Ranks start from 1, and log2 is taken of rank + 1."
_SKIPPED = "the first hit earns nothing, and it is the one that matters most."
_NATURAL = "you take the natural logarithm. The discount is log2, so that the first place is divided by exactly 1."

DCG = Exercise(
    id="start.dcg",
    title="The first place is worth infinity",
    kind="bug",
    difficulty=1,
    minutes=5,
    task="A colleague's discounted gain is infinite as soon as the first hit is relevant. Find the bug and mend it.",
    defines="dcg",
    stub='''def dcg(grades):
    """Discounted gain of a list of hits; grades: the grade of each hit, best hit first."""
    total = 0.0
    for rank, grade in enumerate(grades):
        total += grade / np.log2(rank + 1)
    return total
''',
    solution='''def dcg(grades):
    """Discounted gain of a list of hits; grades: the grade of each hit, best hit first."""
    total = 0.0
    for rank, grade in enumerate(grades, start=1):
        total += grade / np.log2(rank + 1)
    return total
''',
    checks=(
        Try("dcg", ([2],), 2.0, ((math.inf, _ZERO), (0.0, _SKIPPED), (2 / math.log(2), _NATURAL))),
        Try("dcg", ([0, 1],), 1 / math.log2(3), ((1.0, "the second hit counts fully: the ranks are off by one."),)),
        Try("dcg", ([2, 0, 1],), 2.5, ((math.inf, _ZERO), (math.nan, _ZERO))),
        Try("dcg", ([],), 0.0),
    ),
    hints=(
        "Which number does `rank` hold for the first hit? Print it.",
        "log2(1) is 0. The formula has log2(rank + 1) with ranks that start from 1.",
        "`enumerate` takes a second argument, `start`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log2(rank + 1) for rank, g in enumerate(grades) if rank)\n",
            "earns nothing",
        ),
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log2(rank) for rank, g in enumerate(grades, start=1))\n", "log2(1)"
        ),
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log(rank + 1) for rank, g in enumerate(grades, start=1))\n",
            "natural logarithm",
        ),
    ),
    why="Off-by-one ranks are the commonest mistake in evaluation code, and they do not always announce themselves by inf.",
)
