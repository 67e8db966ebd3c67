"""Exercise: MaxSim, the sum of each query token's best match."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_Q = np.array([[1.0, 0.0], [0.0, 1.0]])
_D = np.array([[0.6, 0.8], [1.0, 0.0], [-0.8, 0.6]])
_TURNED = "the maximum runs over the wrong tokens: each *query* token takes its best document token."

MAXSIM = Exercise(
    id="late_interaction.maxsim",
    title="MaxSim",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `maxsim(query, document)`: for each query token the largest inner product with any document token, and the sum "
    "of these over the query tokens.",
    defines="maxsim",
    stub='''def maxsim(query, document):
    """query: (tq, d) token vectors; document: (td, d). Gives one number."""
    return ...  # your code
''',
    solution='''def maxsim(query, document):
    """query: (tq, d) token vectors; document: (td, d). Gives one number."""
    similarities = query @ document.T
    return similarities.max(axis=1).sum()
''',
    checks=(
        Try(
            "maxsim",
            (_Q, _D),
            1.8,
            (
                (2.4, _TURNED),
                (2.2, "you add all similarities: the bad matches count too. Take the maximum of each row first."),
                (1.0, "that is the one best pair. Every query token takes part: sum over them."),
                (0.9, "that is the mean over the query tokens; ColBERT's score is their sum."),
                (2.2 / 6, "you averaged the tokens before comparing: that is the single vector's score."),
                ([1.0, 0.8], "these are the best of each query token: now add them up."),
            ),
        ),
        Try(
            "maxsim",
            (np.array([[1.0, 0.0]]), np.array([[-0.6, 0.8], [-1.0, 0.0]])),
            -0.6,
            (
                (0.0, "no match is better than -0.6 here, so the maximum is negative: do not start from 0."),
                (-1.6, "you add all similarities; take the largest of each row."),
            ),
        ),
        Try("maxsim", (np.vstack([_Q, -_Q]), np.array([[0.6, 0.8]])), 0.0, ((0.8, _TURNED),)),
    ),
    hints=(
        "First make all similarities at once: a matrix with a row a query token and a column a document token.",
        "`query @ document.T` is this matrix. What is the best entry of each row?",
        "`.max(axis=1)` gives one number a row, `.sum()` adds them.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def maxsim(query, document):\n    return (query @ document.T).max(axis=0).sum()\n", "wrong tokens"
        ),
        WrongAnswer("def maxsim(query, document):\n    return (query @ document.T).sum()\n", "bad matches count too"),
        WrongAnswer(
            "def maxsim(query, document):\n    return query.mean(axis=0) @ document.mean(axis=0)\n",
            "single vector's score",
        ),
        WrongAnswer("def maxsim(query, document):\n    return (query @ document.T).max(axis=1)\n", "now add them up"),
    ),
    why="It is not symmetric: the document may say a hundred other things at no cost, but each query token must find its match.",
)
