"""Exercise: a mean that is too high."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_V = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
_RIGHT = (0.6 + 0.8 + 0.0) / 3
_SELF = "each text is still paired with itself, and that cosine is always 1."

PAIRS = Exercise(
    id="embeddings.pairs",
    title="A mean that is too high",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague measures the mean cosine of two different texts, and gets 0.15 from 50 texts where 5,000 texts give "
    "0.13. Find the pairs that should not be in, and leave them out.",
    defines="mean_cosine",
    stub='''def mean_cosine(vectors):
    """Mean cosine of two different texts; vectors: (n, d), unit rows."""
    cosines = vectors @ vectors.T
    return cosines.mean()
''',
    solution='''def mean_cosine(vectors):
    """Mean cosine of two different texts; vectors: (n, d), unit rows."""
    cosines = vectors @ vectors.T
    n = len(vectors)
    return (cosines.sum() - np.trace(cosines)) / (n * (n - 1))
''',
    checks=(
        Try(
            "mean_cosine",
            (_V,),
            _RIGHT,
            (
                ((3 + 2.8) / 9, _SELF),
                (2.8 / 9, "the pairs are gone from the sum, but the divisor still counts n x n of them."),
                ((3 + 1.4) / 6, _SELF),
                (
                    1.4 / 9,
                    "you sum half of the pairs and divide by all n x n. Divide by the number of pairs you summed.",
                ),
                (0.6, "a median or a maximum is no mean."),
            ),
        ),
        Try("mean_cosine", (np.eye(2),), 0.0, ((0.5, _SELF),)),
        Try("mean_cosine", (np.array([[1.0, 0.0], [1.0, 0.0]]),), 1.0),
    ),
    hints=(
        "Print `cosines` for three texts. Which numbers are there whatever the texts are?",
        "The diagonal is 1: each text with itself. Its share is n of n x n: 2 % at n = 50.",
        "Subtract `np.trace(cosines)` from the sum, and divide by n (n - 1).",
    ),
    wrong_answers=(
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    np.fill_diagonal(c, 0)\n    return c.mean()\n",
            "divisor still counts",
        ),
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    return c[np.triu_indices(len(c))].mean()\n",
            "paired with itself",
        ),
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    return np.triu(c, 1).mean()\n", "sum half of"
        ),
    ),
    why="The error shrinks as 1/n, so it looks like a finding about the number of texts. It is one about the diagonal.",
)
