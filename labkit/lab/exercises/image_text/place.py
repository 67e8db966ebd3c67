"""Exercise: a box in the wrong corner."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_WIDE = np.zeros((3, 5))
_WIDE[0, 4] = 2.0
_SQUARE = np.eye(4)[::-1] * np.array([1.0, 2.0, 5.0, 3.0])  # the largest lies in row 1, column 2
_SWAPPED = (
    "x and y are swapped. A row says how far *down*, which is y; a square heat map hides that, a wide one does not."
)
_CORNER = "that is the upper left corner of the patch. Its middle lies half a patch further, both ways."
_PATCH = "those are patches, not pixels: each patch is `stride` pixels wide."

PLACE = Exercise(
    id="image_text.place",
    title="A box in the wrong corner",
    kind="bug",
    difficulty=1,
    minutes=5,
    task="This function points at the fire extinguisher near the *right* edge of a wide plan, and the mark appears at the "
    "*bottom*. It never raises an error. Mend it.",
    defines="place",
    stub='''def place(heat, stride=8):
    """heat: (rows, columns), one number a patch. Gives (x, y) in pixels: the middle of the best patch."""
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    return (row + 0.5) * stride, (column + 0.5) * stride
''',
    solution='''def place(heat, stride=8):
    """heat: (rows, columns), one number a patch. Gives (x, y) in pixels: the middle of the best patch."""
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    return (column + 0.5) * stride, (row + 0.5) * stride
''',
    checks=(
        Try(
            "place",
            (_WIDE,),
            (36.0, 4.0),
            (
                ((4.0, 36.0), _SWAPPED),
                ((32.0, 0.0), _CORNER),
                ((0.0, 32.0), _SWAPPED),
                ((4.5, 0.5), _PATCH),
                ((4, 0), _PATCH),
                (36.0, "give both, x and y."),
            ),
        ),
        Try(
            "place", (_SQUARE, 10), (25.0, 15.0), (((15.0, 25.0), _SWAPPED), ((20.0, 12.0), "`stride` is an argument."))
        ),
        Try(
            "place",
            (-_SQUARE - 1, 2),
            (1.0, 1.0),
            otherwise="the largest heat may be negative, and the first of equals wins.",
        ),
    ),
    hints=(
        "Which of the two numbers grows from left to right?",
        "`heat[row, column]`: the second index walks along a line of text, so it is x.",
        "Return the column's pixel first, then the row's.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def place(heat, stride=8):\n    row, column = np.unravel_index(heat.argmax(), heat.shape)\n"
            "    return row * stride, column * stride\n",
            "swapped",
        ),
        WrongAnswer(
            "def place(heat, stride=8):\n    row, column = np.unravel_index(heat.argmax(), heat.shape)\n"
            "    return column * stride, row * stride\n",
            "upper left corner",
        ),
        WrongAnswer(
            "def place(heat, stride=8):\n    row, column = np.unravel_index(heat.argmax(), heat.shape)\n"
            "    return column + 0.5, row + 0.5\n",
            "patches, not pixels",
        ),
    ),
    why="Arrays are indexed (row, column), pictures are told (x, y). On square drawings with a symbol near the diagonal "
    "nobody notices; measure on places far from it.",
)
