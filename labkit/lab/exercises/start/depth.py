"""Exercise: how many candidates?"""

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant
from labkit.lab.exercises.setting import setting

MS_A_CANDIDATE, MS_ALLOWED, SHARE = 20, 1800, 0.95


def _depth(depth: int) -> Finding | None:
    data, given = plant(), f"hand over the best {depth}"
    ms = depth * MS_A_CANDIDATE
    if ms > MS_ALLOWED:
        said = f"re-ranking {depth} candidates takes too long: every candidate costs {MS_A_CANDIDATE} ms."
        return Finding(given, f"{ms:,} ms a query", f"at most {MS_ALLOWED:,} ms", said)
    recall = {k: data.mean(data.exact.top(k), f"recall@{k}") for k in (depth, 100)}
    if recall[depth] < SHARE * recall[100]:
        said = "too few of the answers are handed over, and no re-ranker can bring back what it is not given."
        got = f"recall@{depth} {recall[depth]:.3f}"
        return Finding(given, got, f"at least {SHARE * recall[100]:.3f} ({SHARE:.0%} of recall@100)", said)
    return None


DEPTH = Exercise(
    id="start.depth",
    title="How many candidates?",
    kind="decide",
    difficulty=1,
    minutes=10,
    task=f"The encoder hands its best `depth` documents to a re-ranker that takes {MS_A_CANDIDATE} ms a candidate. You may "
    f"spend {MS_ALLOWED / 1000:g} s a query, and want at least {SHARE:.0%} of the recall@100. Choose; the check runs it on "
    "the plant.",
    defines="choice",
    stub='choice = {"depth": ...}  # a whole number\n',
    solution='choice = {"depth": 80}\n',
    checks=(setting("choice", {"depth": range(1, 151)}, _depth),),
    hints=(
        "Two limits: time sets the most, recall the least. Which one can you work out without running anything?",
        f"{MS_ALLOWED:,} / {MS_A_CANDIDATE} is the most. For the least, measure recall at several depths.",
        '`lk.evaluate(hits.top(k), collection.relevance(), f"recall@{k}").mean()` for k = 20, 40, 60, 80.',
    ),
    wrong_answers=(
        WrongAnswer('choice = {"depth": 10}', "no re-ranker can bring back"),
        WrongAnswer('choice = {"depth": 150}', "takes too long"),
        WrongAnswer('choice = {"depth": 0}', "cannot be 0"),
    ),
    why="A first stage is judged by recall at the depth that the next stage can afford, not by the order of its hits.",
)
