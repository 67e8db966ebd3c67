"""Exercise: from bytes to machines."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_COPIES = "one copy is no copy: every replica holds all documents, so the machines are multiplied by `replicas`."
_FULL = "the machines are filled to the brim. Only `use` of a machine's memory may hold the index."
_DOWN = "rounded down, or not at all: a part of a machine cannot be bought. Round up."
_SPREAD = "replicas were multiplied in before rounding up. Each copy is a set of whole machines; then a failure takes one copy's."

MACHINES = Exercise(
    id="billion.machines",
    title="How many machines?",
    kind="write",
    difficulty=2,
    minutes=10,
    task="Write `machines(n, each, ram_gb, use, replicas)`: how many machines hold `n` documents of `each` bytes in memory. "
    "Only a share `use` of a machine's `ram_gb` (GB of 1,000,000,000 bytes) may be filled; each of the `replicas` is a whole "
    "copy on machines of its own.",
    defines="machines",
    stub='''def machines(n, each, ram_gb, use, replicas):
    """n documents of so many bytes; ram_gb a machine, of which a share may be used. Gives a whole number."""
    return ...  # your code
''',
    solution='''def machines(n, each, ram_gb, use, replicas):
    """n documents of so many bytes; ram_gb a machine, of which a share may be used. Gives a whole number."""
    one_copy = int(np.ceil(n * each / (ram_gb * use * 1e9)))
    return one_copy * replicas
''',
    checks=(
        Try(
            "machines",
            (1_000_000_000, 6280, 256, 0.7, 3),
            108,
            (
                (36, _COPIES),
                (75, _FULL),
                (25, _FULL),
                (74, _FULL),
                (105, _DOWN),
                (6280 / 256 / 0.7 * 3, _DOWN),
                (106, _SPREAD),
                (99, "a GB has 1,000,000,000 bytes here, not 1,024 ** 3."),
                (54, "`use` is the share that may be filled: a machine offers ram_gb * use."),
            ),
        ),
        Try("machines", (1_000_000_000, 16, 64, 0.5, 3), 3, ((1, _COPIES), (2, _SPREAD))),
        Try("machines", (1_000_000_000, 64, 64, 1.0, 1), 1, otherwise="just full is still one machine."),
    ),
    hints=(
        "Bytes of one copy, divided by what one machine offers.",
        "A machine offers ram_gb * use * 1e9 bytes. `np.ceil` rounds up.",
        "Round up the machines of *one* copy, then multiply by the replicas.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def machines(n, each, ram_gb, use, replicas):\n    return int(np.ceil(n * each / (ram_gb * use * 1e9)))\n",
            "one copy is no copy",
        ),
        WrongAnswer(
            "def machines(n, each, ram_gb, use, replicas):\n    return int(np.ceil(n * each / (ram_gb * 1e9))) * replicas\n",
            "to the brim",
        ),
        WrongAnswer(
            "def machines(n, each, ram_gb, use, replicas):\n"
            "    return int(n * each / (ram_gb * use * 1e9)) * replicas\n",
            "Round up",
        ),
        WrongAnswer(
            "def machines(n, each, ram_gb, use, replicas):\n"
            "    return int(np.ceil(replicas * n * each / (ram_gb * use * 1e9)))\n",
            "before rounding up",
        ),
    ),
    why="108 machines for everything in float32, 3 for 16 bytes a document with three copies: at this size the choice of the "
    "first pass is a choice of how many machines to run.",
)
