"""Exercise: a funnel under a budget."""

from labkit.compress.matryoshka import truncate
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import ordered, plant, refined
from labkit.lab.exercises.setting import setting
from labkit.search.hits import Hits

MOST_BYTES, MOST_READ, SHARE = 256, 100, 0.95


def _budget(dims: int, shortlist: int) -> Finding | None:
    given, nbytes = f"{dims} dimensions, shortlist {shortlist}", 4 * dims
    if nbytes > MOST_BYTES:
        said = f"the prefixes do not fit into memory: {dims} float32 numbers are {nbytes} bytes."
        return Finding(given, f"{nbytes} bytes a document", f"at most {MOST_BYTES}", said)
    if shortlist > MOST_READ:
        said = "too many full vectors are read from disk for each query."
        return Finding(given, f"{shortlist} full vectors a query", f"at most {MOST_READ}", said)
    documents, queries = ordered()
    first = Hits.from_scores(truncate(queries, dims) @ truncate(documents, dims).T, shortlist)
    quality, exact = plant().mean(refined(first.ids)), plant().mean(plant().exact.top(10))
    if quality < SHARE * exact:
        said = "the shortlist misses too many answers: give the first pass more dimensions or a longer list."
        return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {SHARE * exact:.3f} ({SHARE:.0%} of exact)", said)
    return None


BUDGET = Exercise(
    id="matryoshka.budget",
    title="A funnel under a budget",
    kind="decide",
    difficulty=2,
    minutes=15,
    task=f"You have {MOST_BYTES} bytes a document in memory for the first pass (float32), and may read at most {MOST_READ} "
    f"full vectors a query. Keep at least {SHARE:.0%} of the exact search's nDCG@10 on the plant. Choose `dims` and "
    "`shortlist`; the check runs them with the trained adapter. Several answers pass: which one would you defend?",
    defines="choice",
    stub='choice = {"dims": ..., "shortlist": ...}\n',
    solution='choice = {"dims": 64, "shortlist": 100}\n',
    checks=(setting("choice", {"dims": range(1, 385), "shortlist": range(10, 660)}, _budget),),
    hints=(
        "A float32 number takes 4 bytes. How many of them does the memory hold?",
        "Use the memory up first, then look how short the list may become; or the other way round.",
        "With 48 to 64 dimensions, the sliders of section 7 show which shortlists are long enough.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"dims": 128, "shortlist": 50}', "do not fit into memory"),
        WrongAnswer('choice = {"dims": 64, "shortlist": 500}', "too many full vectors"),
        WrongAnswer('choice = {"dims": 12, "shortlist": 20}', "misses too many"),
    ),
    why="Dimensions are paid in memory by every document, a shortlist in reads by every query: different bills.",
)
