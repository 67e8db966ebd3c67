"""Exercise: the bill in gigabytes, term by term."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_N = 1_000_000_000
_BITS = "the vectors are billed eight times too dear: `bits` are bits, and a byte has eight of them."
_LINKS = "the graph is free in this bill: HNSW with parameter M keeps 2 M links of 4 bytes a document."
_HALF = "the lowest layer of HNSW holds 2 M links a document, not M."
_LINK_BYTES = "a link is the number of a document, and takes 4 bytes."
_ID = "the id of 8 bytes is missing, or is not multiplied by n: a billion of them are 8 GB."
_GIB = "you divided by 1,024 three times: those are GiB. A GB is 1,000,000,000 bytes; the two differ by 7 %."

BILL = Exercise(
    id="billion.bill",
    title="The bill in memory",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `memory_gb(n, dim, bits, m)`: gigabytes (of 1,000,000,000 bytes) that `n` vectors of `dim` numbers with `bits` "
    "bits each need in memory, with an HNSW graph of `2 * m` links of 4 bytes a document, and an id of 8 bytes each.",
    defines="memory_gb",
    stub='''def memory_gb(n, dim, bits, m):
    """n documents; dim numbers of so many bits; 2 * m links of 4 bytes; an id of 8 bytes. Gives GB."""
    return ...  # your code
''',
    solution='''def memory_gb(n, dim, bits, m):
    """n documents; dim numbers of so many bits; 2 * m links of 4 bytes; an id of 8 bytes. Gives GB."""
    vector = dim * bits / 8
    links = 2 * m * 4
    return n * (vector + links + 8) / 1e9
''',
    checks=(
        Try(
            "memory_gb",
            (_N, 1536, 32, 16),
            6280.0,
            (
                (49288.0, _BITS),
                (6152.0, _LINKS),
                (6144.0, "that is the vectors alone. The graph and the ids live in memory too."),
                (6216.0, _HALF),
                (6184.0, _LINK_BYTES),
                (6272.0, _ID),
                (6272.000000008, _ID),
                (6280e9 / 2**30, _GIB),
                (6280e9, "those are bytes. A GB has 1,000,000,000 of them."),
                (6.28, "those are terabytes."),
            ),
        ),
        Try("memory_gb", (_N, 128, 1, 0), 24.0, ((16.0, _ID), (136.0, _BITS), (24e9 / 2**30, _GIB))),
        Try("memory_gb", (2_000_000, 100, 4, 8), 0.244),
    ),
    hints=(
        "Bytes of one document first: vector, links, id. Then times n.",
        "The vector takes dim * bits / 8 bytes, the links 2 * m * 4.",
        "`n * (dim * bits / 8 + 2 * m * 4 + 8) / 1e9`",
    ),
    wrong_answers=(
        WrongAnswer(
            "def memory_gb(n, dim, bits, m):\n    return n * (dim * bits + 2 * m * 4 + 8) / 1e9\n",
            "eight times too dear",
        ),
        WrongAnswer(
            "def memory_gb(n, dim, bits, m):\n    return n * (dim * bits / 8 + 8) / 1e9\n", "the graph is free"
        ),
        WrongAnswer(
            "def memory_gb(n, dim, bits, m):\n    return n * (dim * bits / 8 + 2 * m * 4 + 8) / 1024**3\n",
            "those are GiB",
        ),
        WrongAnswer("def memory_gb(n, dim, bits, m):\n    return n * (dim * bits / 8 + 2 * m * 4) / 1e9\n", "the id"),
    ),
    why="At 6,144 bytes a vector nobody notices links and ids. With 16 bytes a code, the graph's 128 are most of the bill: that "
    "is why the smallest designs scan their codes.",
)
