"""Exercise: recall at k."""

import math

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_PRECISION = "you divide by k. That is precision; recall divides by the number of relevant documents."
_ALL = "you look at the whole list. Only the first k ids count."
_NONE = "nothing is relevant to this query, so there is nothing to divide by: give 0.0."

RECALL = Exercise(
    id="start.recall",
    title="Recall at k",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `recall_at(ids, relevant, k)`: the share of the relevant documents that is among the first `k` ids. "
    "A query to which nothing is relevant gets 0.0.",
    defines="recall_at",
    stub='''def recall_at(ids, relevant, k):
    """ids: documents found, best first; relevant: the set of relevant documents."""
    return ...  # your code
''',
    solution='''def recall_at(ids, relevant, k):
    """ids: documents found, best first; relevant: the set of relevant documents."""
    if not relevant:
        return 0.0
    found = len(set(ids[:k]) & set(relevant))
    return found / len(relevant)
''',
    checks=(
        Try("recall_at", ([7, 2, 9, 4], {2, 4, 5}, 2), 1 / 3, ((1 / 2, _PRECISION), (2 / 3, _ALL))),
        Try("recall_at", ([7, 2, 9, 4], {2, 4, 5}, 4), 2 / 3, ((1 / 2, _PRECISION),)),
        Try("recall_at", ([3, 1], {3, 1}, 10), 1.0, ((0.2, _PRECISION),)),
        Try("recall_at", ([1, 2], set(), 2), 0.0, ((ZeroDivisionError, _NONE), (math.nan, _NONE))),
    ),
    hints=(
        "Two questions: which ids count at all, and what is the whole that the share is taken of?",
        "`ids[:k]` are the first k. `set(a) & set(b)` holds what is in both.",
        "Divide the size of that intersection by `len(relevant)`, after you have dealt with an empty `relevant`.",
    ),
    wrong_answers=(
        WrongAnswer("def recall_at(ids, relevant, k):\n    return len(set(ids[:k]) & relevant) / k\n", "precision"),
        WrongAnswer(
            "def recall_at(ids, relevant, k):\n    return len(set(ids) & relevant) / len(relevant)\n", "whole list"
        ),
        WrongAnswer(
            "def recall_at(ids, relevant, k):\n    return len(set(ids[:k]) & relevant) / len(relevant)\n",
            "nothing to divide by",
        ),
    ),
    why="Recall does not care about the order within the first k: it says what a later stage can still use.",
)
