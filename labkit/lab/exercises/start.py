"""Exercises of notebook 00: what the two numbers measure."""

import math

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant, setting

_PRECISION = "you divide by k. That is precision; recall divides by the number of relevant documents."
_ALL = "you look at the whole list. Only the first k ids count."
_NONE = "nothing is relevant to this query, so there is nothing to divide by: give 0.0."

RECALL = Exercise(
    id="start.recall",
    title="Recall at k",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `recall_at(ids, relevant, k)`: the share of the relevant documents that is among the first `k` ids. "
    "A query to which nothing is relevant gets 0.0.",
    defines="recall_at",
    stub='''def recall_at(ids, relevant, k):
    """ids: documents found, best first; relevant: the set of relevant documents."""
    return ...  # your code
''',
    solution='''def recall_at(ids, relevant, k):
    """ids: documents found, best first; relevant: the set of relevant documents."""
    if not relevant:
        return 0.0
    found = len(set(ids[:k]) & set(relevant))
    return found / len(relevant)
''',
    checks=(
        Try("recall_at", ([7, 2, 9, 4], {2, 4, 5}, 2), 1 / 3, ((1 / 2, _PRECISION), (2 / 3, _ALL))),
        Try("recall_at", ([7, 2, 9, 4], {2, 4, 5}, 4), 2 / 3, ((1 / 2, _PRECISION),)),
        Try("recall_at", ([3, 1], {3, 1}, 10), 1.0, ((0.2, _PRECISION),)),
        Try("recall_at", ([1, 2], set(), 2), 0.0, ((ZeroDivisionError, _NONE), (math.nan, _NONE))),
    ),
    hints=(
        "Two questions: which ids count at all, and what is the whole that the share is taken of?",
        "`ids[:k]` are the first k. `set(a) & set(b)` holds what is in both.",
        "Divide the size of that intersection by `len(relevant)`, after you have dealt with an empty `relevant`.",
    ),
    wrong_answers=(
        WrongAnswer("def recall_at(ids, relevant, k):\n    return len(set(ids[:k]) & relevant) / k\n", "precision"),
        WrongAnswer(
            "def recall_at(ids, relevant, k):\n    return len(set(ids) & relevant) / len(relevant)\n", "whole list"
        ),
        WrongAnswer(
            "def recall_at(ids, relevant, k):\n    return len(set(ids[:k]) & relevant) / len(relevant)\n",
            "nothing to divide by",
        ),
    ),
    why="Recall does not care about the order within the first k: it says what a later stage can still use.",
)

_ZERO = "the first hit is divided by log2(1) = 0. Ranks start from 1, and log2 is taken of rank + 1."
_SKIPPED = "the first hit earns nothing, and it is the one that matters most."
_NATURAL = "you take the natural logarithm. The discount is log2, so that the first place is divided by exactly 1."

DCG = Exercise(
    id="start.dcg",
    title="The first place is worth infinity",
    kind="bug",
    difficulty=1,
    minutes=5,
    task="A colleague's discounted gain is infinite as soon as the first hit is relevant. Find the bug and mend it.",
    defines="dcg",
    stub='''def dcg(grades):
    """Discounted gain of a list of hits; grades: the grade of each hit, best hit first."""
    total = 0.0
    for rank, grade in enumerate(grades):
        total += grade / np.log2(rank + 1)
    return total
''',
    solution='''def dcg(grades):
    """Discounted gain of a list of hits; grades: the grade of each hit, best hit first."""
    total = 0.0
    for rank, grade in enumerate(grades, start=1):
        total += grade / np.log2(rank + 1)
    return total
''',
    checks=(
        Try("dcg", ([2],), 2.0, ((math.inf, _ZERO), (0.0, _SKIPPED), (2 / math.log(2), _NATURAL))),
        Try("dcg", ([0, 1],), 1 / math.log2(3), ((1.0, "the second hit counts fully: the ranks are off by one."),)),
        Try("dcg", ([2, 0, 1],), 2.5, ((math.inf, _ZERO), (math.nan, _ZERO))),
        Try("dcg", ([],), 0.0),
    ),
    hints=(
        "Which number does `rank` hold for the first hit? Print it.",
        "log2(1) is 0. The formula has log2(rank + 1) with ranks that start from 1.",
        "`enumerate` takes a second argument, `start`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log2(rank + 1) for rank, g in enumerate(grades) if rank)\n",
            "earns nothing",
        ),
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log2(rank) for rank, g in enumerate(grades, start=1))\n", "log2(1)"
        ),
        WrongAnswer(
            "def dcg(grades):\n    return sum(g / np.log(rank + 1) for rank, g in enumerate(grades, start=1))\n",
            "natural logarithm",
        ),
    ),
    why="Off-by-one ranks are the commonest mistake in evaluation code, and they do not always announce themselves by inf.",
)

_BEST = 2 + 1 / math.log2(3)
_RETURNED = "your ideal order holds only what was found. What was missed must count against the search: use `judged`."
_UNSORTED = "your ideal order is not sorted: the highest grades come first."
_RAW = "this is not divided by the ideal: nDCG is between 0 and 1."
_DEPTH = "more than k hits count. Cut both lists, the hits and the ideal, at k."

NDCG = Exercise(
    id="start.ndcg",
    title="Divided by the ideal",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `ndcg(grades, judged, k)`: the discounted gain of the first `k` hits, divided by that of the best possible "
    "order of **all** judged documents. If nothing is judged relevant, give 0.0.",
    defines="ndcg",
    stub='''def ndcg(grades, judged, k):
    """grades: grade of each hit, best hit first; judged: grades of all judged documents, in any order."""
    return ...  # your code
''',
    solution='''def ndcg(grades, judged, k):
    """grades: grade of each hit, best hit first; judged: grades of all judged documents, in any order."""

    def gain(some):
        return sum(grade / np.log2(rank + 1) for rank, grade in enumerate(some[:k], start=1))

    ideal = gain(sorted(judged, reverse=True))
    return gain(grades) / ideal if ideal > 0 else 0.0
''',
    checks=(
        Try("ndcg", ([2, 1, 0], [1, 2], 10), 1.0, ((_BEST, _RAW), (_BEST / (1 + 2 / math.log2(3)), _UNSORTED))),
        Try("ndcg", ([1, 0], [2, 1], 10), 1 / _BEST, ((1.0, _RETURNED),)),
        Try("ndcg", ([1], [0, 1], 1), 1.0, otherwise="one document of grade 1, found first, is perfect."),
        Try("ndcg", ([0, 0, 2], [2], 2), 0.0, ((0.5, _DEPTH), (1.0, _RETURNED))),
        Try("ndcg", ([2, 1], [2, 1, 1], 2), 1.0, ((_BEST / (_BEST + 0.5), _DEPTH),)),
        Try("ndcg", ([0, 0], [], 2), 0.0, ((ZeroDivisionError, _NONE), (math.nan, _NONE))),
    ),
    hints=(
        "You need the same sum twice: once for the order that came, once for the best order there could be.",
        "The best order is `sorted(judged, reverse=True)`. Cut both orders at k.",
        "Write a small inner function `gain(some)` for the sum over `enumerate(some[:k], start=1)`, and divide the two.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some[:k]))\n"
            "    return gain(grades) / gain(sorted(grades, reverse=True)) if any(grades[:k]) else 0.0\n",
            "only what was found",
        ),
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some[:k]))\n"
            "    return gain(grades) / gain(judged) if judged else 0.0\n",
            "not sorted",
        ),
        WrongAnswer(
            "def ndcg(grades, judged, k):\n"
            "    gain = lambda some: sum(g / np.log2(r + 2) for r, g in enumerate(some))\n"
            "    return gain(grades) / gain(sorted(judged, reverse=True)) if judged else 0.0\n",
            "more than k hits",
        ),
    ),
    why="An ideal made from the returned hits only gives a search that finds one document of five a perfect score.",
)

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

EXERCISES = (RECALL, DCG, NDCG, DEPTH)
