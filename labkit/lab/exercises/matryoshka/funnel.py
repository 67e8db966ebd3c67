"""Exercise: a funnel of two stages."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_FQ = np.array([0.8, 0.0, 0.6], np.float32)
_FD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.8, 0.0, 0.6], [0.6, 0.0, 0.8], [0.0, 1.0, 0.0]], np.float32)
_FD = _FD[[4, 1, 0, 3, 2]]

FUNNEL = Exercise(
    id="matryoshka.funnel",
    title="A funnel of two stages",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `two_stages(query, documents, m, shortlist, k)`: the `shortlist` best documents by the inner product of the first "
    "`m` numbers, then of those the `k` best by the full inner product. Give positions in `documents`, best first. (For "
    "once, do not renormalise: one idea at a time.)",
    defines="two_stages",
    stub='''def two_stages(query, documents, m, shortlist, k):
    """Positions of k documents, best first."""
    return ...  # your code
''',
    solution='''def two_stages(query, documents, m, shortlist, k):
    """Positions of k documents, best first."""
    first = np.argsort(-(documents[:, :m] @ query[:m]), kind="stable")[:shortlist]
    full = documents[first] @ query
    return first[np.argsort(-full, kind="stable")[:k]]
''',
    checks=(
        Try(
            "two_stages",
            (_FQ, _FD, 1, 3, 2),
            [4, 3],
            (
                ([1, 2], "those are positions in the *shortlist*. Translate them back: `first[...]`."),
                ([2, 4], "that is still the order of the first stage: sort the shortlist by the full inner product."),
                ([4, 2], "the shortlist is shorter than asked for: cut the first stage at `shortlist`, not at `k`."),
            ),
        ),
        Try(
            "two_stages",
            (_FQ, _FD, 1, 2, 2),
            [4, 2],
            (([4, 3], "document 3 is not on the shortlist: the second stage may look at the shortlist only."),),
        ),
        Try("two_stages", (_FQ, _FD, 3, 5, 4), [4, 3, 2, 1], (([4, 3, 2], "fewer than k documents come back."),)),
        Try(
            "two_stages",
            (np.array([0.0, 1.0, 1.0]), np.array([[0.0, 1.0, 0.0], [1.0, 0.5, 1.0], [1.0, 0.0, 1.0]]), 2, 2, 1),
            [1],
        ),
    ),
    hints=(
        "Each stage is an argsort of negative scores and a cut. What does the second argsort count positions in?",
        "`first = np.argsort(-(documents[:, :m] @ query[:m]))[:shortlist]`. Then score `documents[first]` in full.",
        "The second argsort gives positions in the shortlist: `first[that]` are the documents.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n"
            "    first = np.argsort(-(documents[:, :m] @ query[:m]), kind='stable')[:shortlist]\n"
            "    return np.argsort(-(documents[first] @ query), kind='stable')[:k]\n",
            "positions in the *shortlist*",
        ),
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n"
            "    return np.argsort(-(documents[:, :m] @ query[:m]), kind='stable')[:shortlist][:k]\n",
            "order of the first stage",
        ),
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n    return np.argsort(-(documents @ query))[:k]\n",
            "not on the shortlist",
        ),
    ),
    why="The first stage sets the recall, the second the order. Mixing up positions in two arrays is its classic bug.",
)
