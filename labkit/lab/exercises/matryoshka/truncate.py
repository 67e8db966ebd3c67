"""Exercise: cut and make unit length again."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_V = np.array([[3.0, 4.0, 12.0], [0.0, 0.0, 1.0]], np.float32)
_CUT = np.array([[0.6, 0.8], [0.0, 0.0]])
_NAN = np.array([[0.6, 0.8], [np.nan, np.nan]])
_ZERO_ROW = "the second row is all zero after the cut, and 0 / 0 is NaN. A row that keeps nothing should stay zero."

TRUNCATE = Exercise(
    id="matryoshka.truncate",
    title="Cut and make unit length again",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `truncate(vectors, m)`: the first `m` numbers of each row, divided by their own length. A row whose first "
    "`m` numbers are all zero stays zero.",
    defines="truncate",
    stub='''def truncate(vectors, m):
    """vectors: (n, d). Gives (n, m), every row of length 1 (or all zero)."""
    return ...  # your code
''',
    solution='''def truncate(vectors, m):
    """vectors: (n, d). Gives (n, m), every row of length 1 (or all zero)."""
    short = vectors[:, :m]
    length = np.sqrt((short**2).sum(axis=1, keepdims=True))
    return short / np.where(length > 0, length, 1)
''',
    checks=(
        Try(
            "truncate",
            (_V, 2),
            _CUT,
            (
                (_V[:, :2], "the rows are cut, but not made unit length again."),
                (np.array([[3 / 13, 4 / 13], [0, 0]]), "you divided by the length of the whole row: cut first."),
                (_NAN, _ZERO_ROW),
                (_V[:2, :], "you kept the first m rows. The numbers of a vector are the columns: `[:, :m]`."),
            ),
        ),
        Try(
            "truncate",
            (np.array([[3.0, 4.0], [5.0, 12.0]], np.float32), 2),
            np.array([[0.6, 0.8], [5 / 13, 12 / 13]]),
            otherwise="you divided by one length for all rows, or by those of columns: each row has its own (axis 1).",
        ),
        Try("truncate", (np.array([[0.02, 0.0]]), 1), np.array([[1.0]]), otherwise="short rows become long too."),
    ),
    hints=(
        "Two steps: cut the columns, then divide. By the length of what?",
        "`np.linalg.norm(short, axis=1, keepdims=True)` has shape (n, 1) and divides row by row. When is it 0?",
        "`np.where(length > 0, length, 1)` gives a divisor that is never 0.",
    ),
    wrong_answers=(
        WrongAnswer("def truncate(vectors, m):\n    return vectors[:, :m]\n", "not made unit length"),
        WrongAnswer(
            "def truncate(vectors, m):\n    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[:, :m]\n",
            "length of the whole row",
        ),
        WrongAnswer(
            "def truncate(vectors, m):\n    s = vectors[:, :m]\n"
            "    return s / np.linalg.norm(s, axis=1, keepdims=True)\n",
            "0 / 0 is NaN",
        ),
        WrongAnswer(
            "def truncate(vectors, m):\n    s = vectors[:, :m]\n    return s / np.linalg.norm(s)\n",
            "one length for all rows",
        ),
    ),
    why="This is all that “Matryoshka search” does to a vector. The training decides whether what is left means anything.",
)
