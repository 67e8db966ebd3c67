"""Exercise: divided by the ideal."""

import math

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_NONE = "nothing is relevant to this query, so there is nothing to divide by: give 0.0."
_BEST = 2 + 1 / math.log2(3)
_RETURNED = "your ideal order holds only what was found. What was missed must count against the search: use `judged`."
_UNSORTED = "your ideal order is not sorted: the highest grades come first."
_RAW = "this is not divided by the ideal: nDCG is between 0 and 1."
_DEPTH = "more than k hits count. Cut both lists, the hits and the ideal, at k."

NDCG = Exercise(
    id="start.ndcg",
    title="Divided by the ideal",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `ndcg(grades, judged, k)`: the discounted gain of the first `k` hits, divided by that of the best possible "
    "order of **all** judged documents. If nothing is judged relevant, give 0.0.",
    defines="ndcg",
    stub='''def ndcg(grades, judged, k):
    """grades: grade of each hit, best hit first; judged: grades of all judged documents, in any order."""
    return ...  # your code
''',
    solution='''def ndcg(grades, judged, k):
    """grades: grade of each hit, best hit first; judged: grades of all judged documents, in any order."""

    def gain(some):
        return sum(grade / np.log2(rank + 1) for rank, grade in enumerate(some[:k], start=1))

    ideal = gain(sorted(judged, reverse=True))
    return gain(grades) / ideal if ideal > 0 else 0.0
''',
    checks=(
        Try("ndcg", ([2, 1, 0], [1, 2], 10), 1.0, ((_BEST, _RAW), (_BEST / (1 + 2 / math.log2(3)), _UNSORTED))),
        Try("ndcg", ([1, 0], [2, 1], 10), 1 / _BEST, ((1.0, _RETURNED),)),
        Try("ndcg", ([1], [0, 1], 1), 1.0, otherwise="one document of grade 1, found first, is perfect."),
        Try("ndcg", ([0, 0, 2], [2], 2), 0.0, ((0.5, _DEPTH), (1.0, _RETURNED))),
        Try("ndcg", ([2, 1], [2, 1, 1], 2), 1.0, ((_BEST / (_BEST + 0.5), _DEPTH),)),
        Try("ndcg", ([0, 0], [], 2), 0.0, ((ZeroDivisionError, _NONE), (math.nan, _NONE))),
        Try("ndcg", ([0, 0], [0, 0], 2), 0.0, ((ZeroDivisionError, _NONE), (math.nan, _NONE))),
    ),
    hints=(
        "You need the same sum twice: once for the order that came, once for the best order there could be.",
        "The best order is `sorted(judged, reverse=True)`. Cut both orders at k.",
        "Write a small inner function `gain(some)` for the sum over `enumerate(some[:k], start=1)`, and divide the two.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some[:k]))\n"
            "    return gain(grades) / gain(sorted(grades, reverse=True)) if any(grades[:k]) else 0.0\n",
            "only what was found",
        ),
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some[:k]))\n"
            "    return gain(grades) / gain(judged) if judged else 0.0\n",
            "not sorted",
        ),
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some))\n"
            "    return gain(grades) / gain(sorted(judged, reverse=True)) if judged else 0.0\n",
            "more than k hits",
        ),
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some[:k]))\n"
            "    return gain(grades) / gain(sorted(judged, reverse=True)) if judged else 0.0\n",
            "nothing is relevant",
        ),
    ),
    why="An ideal made from the returned hits only gives a search that finds one document of five a perfect score.",
)
