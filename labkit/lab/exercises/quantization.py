"""Exercises of notebook 03: counting bits, rescoring with them, clipping, and a budget of bytes."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import first_pass, plant, refined, setting


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

_CX = np.array([0.1, -0.26, 1.5, -2.0, 1.27])
_CWANT = np.array([10, -26, 127, -127, 127])
_WRAP = "a number beyond the range *wrapped round*: 150 became -106. Clip before you cast."

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
    ),
    why="Clipping a large value loses a little; wrapping it turns a document's strongest property into its opposite.",
)

MOST_BYTES, MOST_READ, SHARE = 48, 30, 0.95


def _memory(dims: int, bits: int, shortlist: int) -> Finding | None:
    given, nbytes = f"{dims} dimensions of {bits} bits, shortlist {shortlist}", dims * bits / 8
    if nbytes > MOST_BYTES:
        said = f"the codes do not fit: {dims} x {bits} bits are {nbytes:g} bytes."
        return Finding(given, f"{nbytes:g} bytes a document", f"at most {MOST_BYTES}", said)
    if shortlist > MOST_READ:
        said = "too many full vectors are read for each query."
        return Finding(given, f"{shortlist} full vectors a query", f"at most {MOST_READ}", said)
    quality = plant().mean(refined(first_pass(dims, bits, shortlist).ids))
    exact = plant().mean(plant().exact.top(10))
    if quality < SHARE * exact:
        said = "the codes are spent on the wrong thing: at this size, more dimensions of fewer bits find more."
        return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {SHARE * exact:.3f} ({SHARE:.0%} of exact)", said)
    return None


MEMORY = Exercise(
    id="quantization.memory",
    title="48 bytes a document",
    kind="decide",
    difficulty=3,
    minutes=15,
    task=f"{MOST_BYTES} bytes a document in memory, at most {MOST_READ} full vectors read a query, at least {SHARE:.0%} of "
    "the exact nDCG@10 on the plant. Choose `dims`, `bits` (1, 4, 8 or 32) and `shortlist`; the check quantizes and "
    "searches (float query on the codes, shortlist rescored in full). Several answers pass.",
    defines="choice",
    stub='choice = {"dims": ..., "bits": ..., "shortlist": ...}\n',
    solution='choice = {"dims": 384, "bits": 1, "shortlist": 30}\n',
    checks=(setting("choice", {"dims": range(8, 385), "bits": (1, 4, 8, 32), "shortlist": range(10, 660)}, _memory),),
    hints=(
        "dims x bits / 8 is at most 48. List the combinations that use it up: 384 x 1, 96 x 4, 48 x 8, 12 x 32.",
        "Section 6 draws these combinations. Which one finds the largest share of the exact top ten?",
        "Spend the budget on many coarse numbers, and let the shortlist of 30 repair the order.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"dims": 384, "bits": 4, "shortlist": 30}', "do not fit"),
        WrongAnswer('choice = {"dims": 12, "bits": 32, "shortlist": 30}', "fewer bits"),
        WrongAnswer('choice = {"dims": 384, "bits": 1, "shortlist": 200}', "too many full vectors"),
        WrongAnswer('choice = {"dims": 384, "bits": 2, "shortlist": 30}', "`bits` cannot be 2"),
    ),
    why="For a shortlist, many coarse numbers beat few fine ones; the fine ones are needed only for the order at the top.",
)

EXERCISES = (HAMMING, RESCORE, CLIP, MEMORY)
