"""Exercise: how one small symbol survives on a sheet full of paper."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

# Two rows and three columns of places; one of them fits the text.
_PATCHES = np.array([[[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]], [[4.0, 1.0], [0.0, -1.0], [-1.0, 2.0]]])
_TEXT = np.array([1.0, 0.5])
_HEAT = _PATCHES @ _TEXT
_WANT = np.log(np.exp(_HEAT).sum())
_MEAN = (
    "a mean drowns the one place that fits in the paper around it. Add up exponentials, and take the logarithm last."
)
_LARGE = (
    "exp(1000) is too large for a float. Subtract the largest heat before `exp`, and add it again after the logarithm."
)
_ROWS = "you pooled over one axis only. All places of the sheet count together, rows and columns."

SOFT_MAXIMUM = Exercise(
    id="image_text.soft-maximum",
    title="A maximum over places, but soft",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `sheet_score(patches, text)`: the heat of each place is its inner product with the text, and the score of the "
    r"sheet is $\log \sum_{x,y} \exp(\text{heat}_{xy})$. It must also work for heats of 1,000 and of -1,000.",
    defines="sheet_score",
    stub='''def sheet_score(patches, text):
    """patches: (rows, columns, d); text: (d,). Gives one number."""
    return ...  # your code
''',
    solution='''def sheet_score(patches, text):
    """patches: (rows, columns, d); text: (d,). Gives one number."""
    heat = patches @ text
    top = heat.max()
    return top + np.log(np.exp(heat - top).sum())
''',
    checks=(
        Try(
            "sheet_score",
            (_PATCHES, _TEXT),
            _WANT,
            (
                (_HEAT.mean(), _MEAN),
                (_HEAT.sum(), "that is the plain sum of the heat: the exponentials and the logarithm are missing."),
                (
                    _HEAT.max(),
                    "that is the hard maximum. It is close, but during training it would teach one place only.",
                ),
                (np.exp(_HEAT).sum(), "the logarithm is missing."),
                (np.log(np.exp(_HEAT).mean()), "you took the mean of the exponentials; the formula has their sum."),
                (np.log(np.exp(_HEAT).sum(0)), _ROWS),
                (np.log(np.exp(_HEAT).sum(1)), _ROWS),
                (
                    np.log(np.exp(_HEAT - _HEAT.max()).sum()),
                    "you subtracted the largest heat: add it again at the end.",
                ),
            ),
        ),
        Try("sheet_score", (1000 * _PATCHES[:, :2], _TEXT), 4500.0, ((np.inf, _LARGE), (np.nan, _LARGE))),
        Try("sheet_score", (np.full((1, 2, 1), -1000.0), np.ones(1)), -1000 + np.log(2), ((-np.inf, _LARGE),)),
    ),
    hints=(
        "Three steps: heat of every place, exponentials added up over both axes, logarithm.",
        "`patches @ text` has shape (rows, columns); `.sum()` without an axis adds up all of it.",
        "With `top = heat.max()`: log of the sum of exp(heat) is `top` plus the log of the sum of exp(heat - top).",
    ),
    wrong_answers=(
        WrongAnswer("def sheet_score(patches, text):\n    return (patches @ text).mean()\n", "drowns the one place"),
        WrongAnswer("def sheet_score(patches, text):\n    return np.log(np.exp(patches @ text).sum())\n", "too large"),
        WrongAnswer(
            "def sheet_score(patches, text):\n    return np.log(np.exp(patches @ text).sum(axis=0))\n", "one axis only"
        ),
        WrongAnswer("def sheet_score(patches, text):\n    return (patches @ text).max()\n", "hard maximum"),
    ),
    why="The soft maximum lies between the best heat and the best heat plus the logarithm of the number of places. So a place "
    "whose heat stands clearly above that logarithm (6.9 for 1,024 places) decides, where a mean would drown it, and every place "
    "still learns a little. That is why the *place* comes out of a model that was also trained to rank sheets.",
)
