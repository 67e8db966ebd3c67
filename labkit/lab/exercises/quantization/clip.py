"""Exercise: the largest value becomes negative."""

from typing import Any

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer

_CX = np.array([0.1, -0.26, 1.5, -2.0, 1.27])
_CWANT = np.array([10, -26, 127, -127, 127])
_WRAP = "a number beyond the range *wrapped round*: 150 became -106. Clip before you cast."


def _stored(to_int8: Any) -> Finding | None:  # noqa: ANN401
    """None if the levels come as bytes."""
    dtype = np.asarray(to_int8(np.array([0.1]), 0.01)).dtype
    said = "the levels are right, but not stored as int8: cast last, after the clip."
    return None if dtype == np.int8 else Finding("to_int8([0.1], 0.01)", f"dtype {dtype}", "dtype int8", said)


CLIP = Exercise(
    id="quantization.clip",
    title="The largest value becomes negative",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="This int8 quantizer was calibrated on other documents; a few new values are larger than any seen then. Its search "
    "finds nonsense for just those documents (a real library had this bug). Mend it: levels from -127 to 127.",
    defines="to_int8",
    stub='''def to_int8(values, scale):
    """values: floats; scale: size of one level. Gives int8 levels from -127 to 127."""
    levels = np.round(values / scale)
    with np.errstate(invalid="ignore"):
        return levels.astype(np.int64).astype(np.int8)
''',
    solution='''def to_int8(values, scale):
    """values: floats; scale: size of one level. Gives int8 levels from -127 to 127."""
    levels = np.round(values / scale)
    return np.clip(levels, -127, 127).astype(np.int8)
''',
    checks=(
        Try(
            "to_int8",
            (_CX, 0.01),
            _CWANT,
            (
                (np.array([10, -26, -106, 56, 127]), _WRAP),
                (np.array([10, -26, 127, -128, 127]), "-128 has no partner on the other side: use -127 to 127."),
                (np.array([10, 0, 127, 0, 127]), "negative numbers are cut to 0. The levels go from -127 to 127."),
                (np.array([10, 0, 150, 0, 127]), "those are levels of a uint8. int8 goes from -127 to 127."),
                (np.array([10, -26, -127, 56, 127]), "negative overflow is cured in part only: clip before the cast."),
            ),
            otherwise="Round, then clip to -127 and 127, then cast. Do those three, in this order.",
        ),
        Try(
            "to_int8",
            (np.array([0.016, -0.016, 0.004]), 0.01),
            [2, -2, 0],
            (([1, -1, 0], "a cast cuts off towards zero: round first, to the *nearest* level."),),
        ),
        Try("to_int8", (np.array([-1.27, 1.28, 1.26]), 0.01), [-127, 127, 126]),
        _stored,
    ),
    hints=(
        "Give it one value that is twice as large as the range, and look at what comes back.",
        "A cast to int8 keeps the lowest eight bits. What lies beyond the range must be dealt with before.",
        "`np.clip(levels, -127, 127)` before `.astype(np.int8)`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def to_int8(values, scale):\n"
            "    levels = np.round(values / scale).astype(np.int64).astype(np.int8)\n"
            "    return np.clip(levels, -127, 127)\n",
            "*wrapped round*",
        ),
        WrongAnswer(
            "def to_int8(values, scale):\n    return np.clip(np.round(values / scale), -128, 127).astype(np.int8)\n",
            "no partner",
        ),
        WrongAnswer(
            "def to_int8(values, scale):\n    return np.clip(values / scale, -127, 127).astype(np.int8)\n",
            "to the *nearest* level",
        ),
        WrongAnswer(
            "def to_int8(values, scale):\n    return np.clip(np.round(values / scale), -127, 127)\n",
            "not stored as int8",
        ),
    ),
    why="Clipping a large value loses a little; wrapping it turns a document's strongest property into its opposite.",
)
