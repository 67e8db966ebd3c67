"""Exercise: 48 bytes a document."""

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import first_pass, plant, refined
from labkit.lab.exercises.setting import setting

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
        said = (
            f"the shortlist is short: you may read {MOST_READ}."
            if shortlist < MOST_READ
            else "the codes are spent on the wrong thing: at this size, more dimensions of fewer bits find more."
        )
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
