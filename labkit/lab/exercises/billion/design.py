"""Exercise: a first pass for a billion documents, its quality measured on a small collection."""

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import first_pass, plant, refined
from labkit.lab.exercises.setting import setting

N, MOST_GB, MOST_READS, SHARE = 1_000_000_000, 24, 30, 0.95


def _design(dims: int, bits: int, shortlist: int) -> Finding | None:
    given, gigabytes = f"{dims} dimensions of {bits} bits, shortlist {shortlist}", N * dims * bits / 8 / 1e9
    if gigabytes > MOST_GB:
        said = f"a billion of these codes do not fit into memory: {dims} x {bits} / 8 bytes each."
        return Finding(given, f"{gigabytes:g} GB", f"at most {MOST_GB} GB", said)
    if shortlist > MOST_READS:
        said = "every candidate is a full vector to be read from disk, and that is too many reads a query."
        return Finding(given, f"{shortlist} reads a query", f"at most {MOST_READS}", said)
    quality, exact = plant().mean(refined(first_pass(dims, bits, shortlist).ids)), plant().mean(plant().exact.top(10))
    if quality < SHARE * exact:
        said = "the first pass loses too many answers, and rescoring cannot bring back what it never reads."
        if bits > 1:
            said += " Spend the same bytes on more numbers of fewer bits."
        return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {SHARE * exact:.3f} ({SHARE:.0%} of exact)", said)
    return None


DESIGN = Exercise(
    id="billion.design",
    title="A first pass for a billion",
    kind="decide",
    difficulty=3,
    minutes=15,
    task=f"The codes of a billion documents must fit into {MOST_GB} GB of memory, and a query may read at most {MOST_READS} "
    f"full vectors from disk. Choose `dims` of the Matryoshka adapter (8 to 384), `bits` (1, 4, 8 or 32) and `shortlist`. The "
    f"check works out the memory for a billion, and measures the quality on the plant: at least {SHARE:.0%} of the exact "
    "nDCG@10. Several answers pass.",
    defines="choice",
    stub='choice = {"dims": ..., "bits": ..., "shortlist": ...}\n',
    solution='choice = {"dims": 192, "bits": 1, "shortlist": 30}\n',
    checks=(setting("choice", {"dims": range(8, 385), "bits": (1, 4, 8, 32), "shortlist": range(10, 660)}, _design),),
    hints=(
        f"{MOST_GB} GB for a billion documents are how many bytes for one?",
        "24 bytes: 192 numbers of 1 bit, 48 of 4 bits, 24 of 8 bits, 6 of 32 bits.",
        "For a shortlist many coarse numbers beat few fine ones; and read as many candidates as you may.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"dims": 384, "bits": 1, "shortlist": 30}', "do not fit into memory"),
        WrongAnswer('choice = {"dims": 192, "bits": 1, "shortlist": 200}', "too many reads"),
        WrongAnswer('choice = {"dims": 24, "bits": 8, "shortlist": 30}', "more numbers of fewer bits"),
        WrongAnswer('choice = {"dims": 64, "bits": 1, "shortlist": 20}', "never reads"),
    ),
    why="Both halves of the answer are needed: a Matryoshka prefix decides how many numbers, quantization how many bits for each. "
    "The shortlist that is enough for a few hundred documents is far too short for a billion: section 4.",
)
