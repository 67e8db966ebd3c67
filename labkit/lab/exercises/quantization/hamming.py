"""Exercise: Hamming distance."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer


def _bytes(*values: int) -> "np.typing.NDArray[np.uint8]":
    return np.array(values, np.uint8)


_BYTES = "you count differing *bytes*. Unpack them to bits first, or count the ones of the XOR."
_AND = "you count the bits that are 1 in both: what the codes share. Hamming counts what differs: XOR, not AND."

HAMMING = Exercise(
    id="quantization.hamming",
    title="Hamming distance",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `hamming(a, b)` for two `uint8` codes of equal length: the number of bits in which they differ.",
    defines="hamming",
    stub='''def hamming(a, b):
    """a, b: uint8 arrays of equal length. Gives a whole number."""
    return ...  # your code
''',
    solution='''def hamming(a, b):
    """a, b: uint8 arrays of equal length. Gives a whole number."""
    return int(np.unpackbits(a ^ b).sum())
''',
    checks=(
        Try(
            "hamming",
            (_bytes(0b1100, 255), _bytes(0b1010, 0)),
            10,
            (
                (2, _BYTES),
                (1, _AND),
                (6, "you count the bits that are equal: the distance is the number of those that differ."),
                (257, "you add differences of bytes. A byte is eight bits here, and no number."),
                (5, "you divided by two somewhere: every differing bit counts 1."),
                (10 / 16, "that is a share of all bits; the distance is their number."),
            ),
        ),
        Try("hamming", (_bytes(7, 7, 7), _bytes(7, 7, 7)), 0, ((9, _AND), (24, "you count equal bits."))),
        Try("hamming", (_bytes(128, 1), _bytes(1, 128)), 4, ((2, _BYTES), (0, _AND))),
        Try("hamming", (_bytes(*[255] * 48), _bytes(*[0] * 48)), 384, ((128, "the sum overflowed a uint8."),)),
    ),
    hints=(
        "Which operation on two bits gives 1 exactly where they differ?",
        "`a ^ b` is the XOR, byte by byte. Now count its ones.",
        "`np.unpackbits` turns each byte into eight numbers 0 or 1, and a sum counts the ones.",
    ),
    wrong_answers=(
        WrongAnswer("def hamming(a, b):\n    return int((a != b).sum())\n", "differing *bytes*"),
        WrongAnswer("def hamming(a, b):\n    return int(np.unpackbits(a & b).sum())\n", "XOR, not AND"),
        WrongAnswer(
            "def hamming(a, b):\n    return int((np.unpackbits(a) == np.unpackbits(b)).sum())\n", "bits that are equal"
        ),
    ),
    why="One XOR and one count of ones compare 64 dimensions at once; that, and 1/32 of the memory traffic, is the speed.",
)
