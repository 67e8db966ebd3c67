"""Exercise: from token vectors to one vector."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_TOKENS = np.array([[3.0, 0.0], [0.0, 1.0]])
_MEAN = np.array([3.0, 1.0]) / np.sqrt(10)
_EMPTY = "a text without tokens gave NaN or an error. Give zeros: they match nothing, and NaN poisons every sort."

POOL = Exercise(
    id="embeddings.pool",
    title="From token vectors to one vector",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `embed(tokens)` for an array of shape `(t, d)`: the mean over the tokens, divided by its length. "
    "For `t = 0` (or a mean of length 0) give `d` zeros and not NaN.",
    defines="embed",
    stub='''def embed(tokens):
    """tokens: array (t, d), one vector a word piece. Gives one vector (d,) of length 1."""
    return ...  # your code
''',
    solution='''def embed(tokens):
    """tokens: array (t, d), one vector a word piece. Gives one vector (d,) of length 1."""
    total = tokens.sum(axis=0)  # the mean points the same way, and a sum of nothing is 0
    length = np.sqrt((total**2).sum())
    return total / length if length > 0 else total
''',
    checks=(
        Try(
            "embed",
            (_TOKENS,),
            _MEAN,
            (
                (_TOKENS.mean(axis=0), "the mean is right, but its length is not 1."),
                (np.array([0.5, 0.5]), "you normalised each token. Take the mean first, and normalise that."),
                (np.array([1, 1]) / np.sqrt(2), "you normalised each token: a long token vector then counts no more."),
                (np.array([0.75, 0.25]), "you divided by the sum. The length is the root of the sum of squares."),
                (_TOKENS.mean(axis=1), "that is a mean over the dimensions. Tokens are the rows: axis 0."),
            ),
        ),
        Try("embed", (np.zeros((0, 3)),), np.zeros(3), ((np.full(3, np.nan), _EMPTY),), _EMPTY),
        Try("embed", (np.array([[1.0, -2.0], [-1.0, 2.0]]),), np.zeros(2), ((np.full(2, np.nan), _EMPTY),)),
        Try("embed", (np.array([[0.0, 0.02]]),), np.array([0.0, 1.0])),
    ),
    hints=(
        "Which axis are the tokens? Check the shape of what you get: it should be (d,).",
        "The length is `np.linalg.norm(mean)`. What is it if there is no token?",
        "A sum points the same way as the mean, and the sum of no rows is zeros. Divide only if the length is above 0.",
    ),
    wrong_answers=(
        WrongAnswer("def embed(tokens):\n    return tokens.mean(axis=0)\n", "its length is not 1"),
        WrongAnswer(
            "def embed(tokens):\n"
            "    unit = tokens / np.linalg.norm(tokens, axis=1, keepdims=True)\n    return unit.mean(axis=0)\n",
            "you normalised each token",
        ),
        WrongAnswer(
            "def embed(tokens):\n    mean = tokens.mean(axis=0)\n    return mean / np.linalg.norm(mean)\n", "gave NaN"
        ),
    ),
    why="An empty text is common in real data. One NaN row, and the order of a whole result list means nothing.",
)
