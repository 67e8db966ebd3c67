"""Exercise: cut, but not made unit length."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

# Document 0 keeps most of its length in front but points elsewhere; document 2 points the query's way and keeps little.
_Q = np.array([0.6, 0.8, 0.0], np.float32)
_D = np.array([[0.96, 0.28, 0.0], [-0.6, 0.8, 0.0], [0.3, 0.4, 0.8660254]], np.float32)
_LONG = "document 0 wins because it keeps more of its *length* in front, not because it points the query's way."
_DEFECT = "the documents are still as long as the cut left them. It is they that must be made unit length."

DOCUMENTS = Exercise(
    id="matryoshka.documents",
    title="Cut, but not made unit length",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague cuts queries and documents and makes the *queries* unit length. Ranking by inner product, the wrong "
    "documents come first. Would it have helped to leave the queries alone? Mend it; a document "
    "whose first `m` numbers are all zero scores 0.",
    defines="ranking",
    stub='''def ranking(query, documents, m):
    """Positions of the documents, best first, by the cosine of the first m numbers (0 for a prefix of zeros)."""
    q = query[:m] / np.linalg.norm(query[:m])
    d = documents[:, :m]
    return np.argsort(-(d @ q), kind="stable")
''',
    solution='''def ranking(query, documents, m):
    """Positions of the documents, best first, by the cosine of the first m numbers (0 for a prefix of zeros)."""
    q = query[:m]  # its length changes no order
    d = documents[:, :m]
    length = np.linalg.norm(d, axis=1)
    return np.argsort(-(d @ q) / np.where(length > 0, length, 1), kind="stable")
''',
    checks=(
        Try(
            "ranking",
            (_Q, _D, 2),
            [2, 0, 1],
            (
                ([0, 2, 1], f"{_LONG} {_DEFECT}"),
                ([1, 0, 2], "that is worst first: argsort goes upwards, so sort the negative scores."),
            ),
        ),
        Try(
            "ranking",
            (_Q, _D[:2], 1),
            [0, 1],
            (([1, 0], "a negative cosine ranks below a positive one: do not take the absolute value."),),
        ),
        Try("ranking", (np.array([1.0, 0.0]), np.array([[0.6, 0.8], [0.8, 0.6]]), 2), [1, 0]),
        Try(
            "ranking",
            (np.array([1.0, 0.0, 0.0]), np.array([[0.0, 0.0, 1.0], [0.1, 0.0, 0.9], [-0.5, 0.0, 0.5]]), 2),
            [1, 0, 2],
            otherwise="a document whose prefix is all zero scores 0 (and not NaN): below a positive cosine, above a "
            "negative one.",
        ),
    ),
    hints=(
        "A positive factor that is the same for every document changes no order. Which of the two lengths is such a factor?",
        "Print the lengths of the rows of `d`. Documents with longer prefixes get larger inner products.",
        "Divide `d @ q` by `np.linalg.norm(d, axis=1)`, and think of a length of 0.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def ranking(query, documents, m):\n    q = query[:m]\n"
            "    return np.argsort(-(documents[:, :m] @ q), kind='stable')\n",
            "more of its *length*",
        ),
        WrongAnswer(
            "def ranking(query, documents, m):\n    d = documents[:, :m]\n"
            "    d = d / np.linalg.norm(d, axis=1, keepdims=True)\n    return np.argsort(d @ query[:m], kind='stable')\n",
            "worst first",
        ),
        WrongAnswer(
            "def ranking(query, documents, m):\n    d = documents / np.linalg.norm(documents, axis=1, keepdims=True)\n"
            "    return np.argsort(-(d[:, :m] @ query[:m]), kind='stable')\n",
            "more of its *length*",
        ),
    ),
    why="The query's length is a common factor and changes no order; the documents' lengths differ, and do.",
)
