"""Exercise: what a 0 stands for."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer


def _bytes(*values: int) -> "np.typing.NDArray[np.uint8]":
    return np.array(values, np.uint8)


_RQ = np.array([0.5, -1.0, 0.25, 2.0, 0.0, 0.0, 0.0, 0.0])
_RC = np.packbits(np.array([[1, 0, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 1, 1, 1]]), axis=1)
_BITS = np.unpackbits(_RC, axis=1).astype(float)

RESCORE = Exercise(
    id="quantization.rescore",
    title="What a 0 stands for",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague rescores a shortlist by the inner product of the float query with the documents' *bits*. The order "
    "gets worse than it could be. What does a bit of 0 say about a document, and what does this code make of it? Mend it.",
    defines="rescore",
    stub='''def rescore(query, codes):
    """query: (d,) floats; codes: (n, d / 8) uint8, bit 1 for positive, 0 for negative. Gives n scores."""
    bits = np.unpackbits(codes, axis=1)
    return bits @ query
''',
    solution='''def rescore(query, codes):
    """query: (d,) floats; codes: (n, d / 8) uint8, bit 1 for positive, 0 for negative. Gives n scores."""
    bits = np.unpackbits(codes, axis=1).astype(np.float32)
    return (2 * bits - 1) @ query
''',
    checks=(
        Try(
            "rescore",
            (_RQ, _RC),
            (2 * _BITS - 1) @ _RQ,
            (
                (_BITS @ _RQ, "a bit of 0 adds nothing, though it says “negative”: it should count -1."),
                ((1 - 2 * _BITS) @ _RQ, "the signs are swapped: bit 1 stands for +1."),
                ((2 * _BITS - 1) % 256 @ _RQ, "a uint8 cannot hold -1: 0 - 1 becomes 255. Convert the bits first."),
                ((_BITS - 1) @ _RQ, "a positive bit now adds nothing: it should count +1."),
                ((_BITS - 0.5) @ _RQ, "the order is right, but the bits should stand for +1 and -1, not for halves."),
            ),
        ),
        Try("rescore", (-np.ones(8), _bytes(0)[None, :]), [8.0]),
    ),
    hints=(
        "Take a query with a strongly negative number. A document that is negative there too should gain by it.",
        "Bits 0 and 1 should become -1 and +1: a line through two points.",
        "2 * bit - 1. Which numbers can a uint8 hold, and is -1 among them?",
    ),
    wrong_answers=(
        WrongAnswer(
            "def rescore(query, codes):\n    bits = np.unpackbits(codes, axis=1)\n    return (2 * bits - 1) @ query\n",
            "cannot hold -1",
        ),
        WrongAnswer(
            "def rescore(query, codes):\n    bits = np.unpackbits(codes, axis=1)\n"
            "    return np.where(bits > 0, -1, 1) @ query\n",
            "signs are swapped",
        ),
        WrongAnswer(
            "def rescore(query, codes):\n    bits = np.unpackbits(codes, axis=1).astype(float)\n"
            "    return bits @ query * 1.0\n",
            "adds nothing",
        ),
    ),
    why="With 0/1 bits a document with many ones gains wherever the query is positive, and is never punished where it is "
    "negative.",
)
