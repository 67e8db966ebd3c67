"""Exercise: a token made again from its centroid and two bits a dimension."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_CENTROIDS = np.array([[1.0, 0.0], [0.0, 1.0]])
_IDS = np.array([0, 1, 1])
_LEVELS = np.array([-0.3, -0.1, 0.1, 0.3])
_CODES = np.array([[1, 3], [2, 0], [3, 1]])
_SUM = _CENTROIDS[_IDS] + _LEVELS[_CODES]
_UNIT = _SUM / np.linalg.norm(_SUM, axis=1, keepdims=True)
_RESIDUAL = _LEVELS[_CODES]

DECODE = Exercise(
    id="late_interaction.decode",
    title="A token from a centroid and two bits",
    kind="write",
    difficulty=2,
    minutes=15,
    task="A compressed token is the number of its centroid and, for each dimension, a code of 2 bits that stands for one of four "
    "residual levels. Write `decode(centroids, ids, codes, levels)`: centroid plus residual, at unit length again.",
    defines="decode",
    stub='''def decode(centroids, ids, codes, levels):
    """centroids: (K, d); ids: (t,); codes: (t, d) from 0 to 3; levels: (4,). Gives (t, d) unit vectors."""
    return ...  # your code
''',
    solution='''def decode(centroids, ids, codes, levels):
    """centroids: (K, d); ids: (t,); codes: (t, d) from 0 to 3; levels: (4,). Gives (t, d) unit vectors."""
    tokens = centroids[ids] + levels[codes]
    return tokens / np.linalg.norm(tokens, axis=1, keepdims=True)
''',
    checks=(
        Try(
            "decode",
            (_CENTROIDS, _IDS, _CODES, _LEVELS),
            _UNIT,
            (
                (_SUM, "the sum is right, but its length is not 1: long tokens would win every maximum."),
                (_RESIDUAL, "these are the residuals alone: add each token's centroid."),
                (_CENTROIDS[_IDS], "these are the centroids alone: add the levels that the codes stand for."),
                (_SUM / np.linalg.norm(_SUM), "you divide by the length of the whole matrix; each *row* is a token."),
                (
                    _SUM / np.linalg.norm(_SUM, axis=0, keepdims=True),
                    "you divide by the lengths of the columns; each *row* is a token (axis=1).",
                ),
                (
                    (_CENTROIDS[_IDS] + _CODES) / np.linalg.norm(_CENTROIDS[_IDS] + _CODES, axis=1, keepdims=True),
                    "you add the codes themselves. A code is the place of a level: `levels[codes]`.",
                ),
                (
                    (_CENTROIDS[_IDS] - _RESIDUAL)
                    / np.linalg.norm(_CENTROIDS[_IDS] - _RESIDUAL, axis=1, keepdims=True),
                    "the residual is token minus centroid: to get the token back, *add* it.",
                ),
            ),
        ),
        Try(
            "decode",
            (_CENTROIDS, np.array([1]), np.array([[2, 2]]), _LEVELS),
            [[0.1 / np.sqrt(1.22), 1.1 / np.sqrt(1.22)]],
        ),
    ),
    hints=(
        "NumPy looks up many entries at once: `centroids[ids]` has one row a token. What is `levels[codes]`?",
        "Add the two. Are the rows still of length 1?",
        "Divide by `np.linalg.norm(tokens, axis=1, keepdims=True)`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    return centroids[ids] + levels[codes]\n",
            "its length is not 1",
        ),
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    tokens = centroids[ids] + codes\n"
            "    return tokens / np.linalg.norm(tokens, axis=1, keepdims=True)\n",
            "the place of a level",
        ),
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    tokens = centroids[ids] + levels[codes]\n"
            "    return tokens / np.linalg.norm(tokens)\n",
            "the whole matrix",
        ),
    ),
    why="A centroid says roughly where a token lies, a few bits say on which side of it: d / 4 + 2 bytes for 4 d.",
)
