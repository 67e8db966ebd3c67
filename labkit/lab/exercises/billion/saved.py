"""Exercise: 99.7 % less memory, and where the rest has gone."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_FREE = (
    "the full vectors have vanished. They are read to rescore a shortlist, so they lie on disk and cost bytes there."
)
_FLOATS = "the prefix is billed as float32. The first pass keeps one *bit* for each of its numbers: short / 8 bytes."
_KEPT = "that is the share that is *kept* in memory. Saved is one less that."

SAVED = Exercise(
    id="billion.saved",
    title="99.7 % saved, and where did the rest go?",
    kind="bug",
    difficulty=1,
    minutes=10,
    task="Before: `dim` float32 numbers a document, all in memory. After: the first `short` of them as bits in memory, and the "
    "full float32 vectors on disk to rescore a shortlist. A slide says “over 90 % saved” from this function. What does it "
    "forget? Give the share of the *memory* that is saved, and all bytes that are *stored* afterwards.",
    defines="saved",
    stub='''def saved(dim, short):
    """Gives (share of the memory saved, bytes stored a document in memory and on disk together)."""
    before = 4 * dim
    memory = 4 * short
    return 1 - memory / before, memory
''',
    solution='''def saved(dim, short):
    """Gives (share of the memory saved, bytes stored a document in memory and on disk together)."""
    before = 4 * dim
    memory = short / 8
    return 1 - memory / before, memory + before
''',
    checks=(
        Try(
            "saved",
            (1536, 128),
            (1 - 16 / 6144, 6160),
            (
                ((1 - 128 / 1536, 512), _FLOATS),
                ((1 - 128 / 1536, 6656), _FLOATS),
                ((1 - 16 / 6144, 16), _FREE),
                ((1 - 16 / 6144, 6144), "the bits of the first pass are stored as well, beside the full vectors."),
                ((16 / 6144, 6160), _KEPT),
                ((16 / 6144, 16), _KEPT),
                ((100 * (1 - 16 / 6144), 6160), "give a share between 0 and 1, not a percentage."),
                ((1 - 6160 / 6144, 6160), "the full vectors lie on disk: they cost no memory."),
                ((1 - 128 / 6144, 6272), "a byte holds eight bits: the first pass keeps short / 8 bytes."),
            ),
        ),
        Try("saved", (64, 64), (1 - 1 / 32, 264)),
    ),
    hints=(
        "Two mistakes. Work out the bytes for dim = 1536 and short = 128 on paper: in memory, and on disk.",
        "128 bits are 16 bytes. And what is the shortlist rescored with?",
        "Memory is short / 8; stored is that and the 4 * dim bytes on disk.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def saved(dim, short):\n    return 1 - (short / 8) / (4 * dim), short / 8\n", "full vectors have vanished"
        ),
        WrongAnswer("def saved(dim, short):\n    return 1 - short / dim, 4 * short + 4 * dim\n", "billed as float32"),
        WrongAnswer(
            "def saved(dim, short):\n    return short / 8 / (4 * dim), short / 8 + 4 * dim\n", "that is *kept*"
        ),
    ),
    why="The saving is real, and it is a saving of *memory*: the bytes moved to disk, where a GB costs a small part "
    "(a thirtieth by the notebook's assumptions) and each candidate costs a read. A "
    "slide that says neither has sold you a search without its second half.",
)
