"""Exercises of notebook 06: reciprocal ranks, scales, one term of BM25, and a fusion that holds on other queries."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant, setting
from labkit.lab.fusion_lab import halves
from labkit.measure.metrics import evaluate
from labkit.search.bm25 import BM25Index
from labkit.search.fusion import fuse
from labkit.search.hits import Hits

_BASE0 = "the first hit gets 1 / k. Ranks start from 1: it gets 1 / (k + 1)."
_LAST = "a document in both lists keeps only one of its two parts: add them up."
_MEAN = "that is a mean over the lists. The sum rewards a document that both lists hold."
_FUSED = {4: 1 / 61, 2: 1 / 62 + 1 / 61, 7: 1 / 62}

RRF = Exercise(
    id="hybrid.rrf",
    title="Reciprocal rank fusion",
    kind="write",
    difficulty=1,
    minutes=15,
    task="Write `rrf(lists, k=60)`: each list holds ids, best first. Every list adds `1 / (k + rank)` to each of its ids, with "
    "ranks from 1. Give a dictionary from id to score.",
    defines="rrf",
    stub='''def rrf(lists, k=60):
    """lists: lists of ids, best first. Gives {id: score}."""
    return ...  # your code
''',
    solution='''def rrf(lists, k=60):
    """lists: lists of ids, best first. Gives {id: score}."""
    scores = {}
    for ids in lists:
        for rank, id in enumerate(ids, start=1):
            scores[id] = scores.get(id, 0) + 1 / (k + rank)
    return scores
''',
    checks=(
        Try(
            "rrf",
            ([[4, 2], [2, 7]],),
            _FUSED,
            (
                ({4: 1 / 60, 2: 1 / 61 + 1 / 60, 7: 1 / 61}, _BASE0),
                ({4: 1 / 61, 2: 1 / 61, 7: 1 / 62}, _LAST),
                ({4: 1 / 61, 2: 1 / 62, 7: 1 / 62}, _LAST),
                ({key: value / 2 for key, value in _FUSED.items()}, _MEAN),
                ([2, 4, 7], "give the scores too: a dictionary from id to score."),
            ),
        ),
        Try("rrf", ([[1], [1], [1]], 2), {1: 1.0}, (({1: 3 / 61}, "`k` is an argument: 60 is only its default."),)),
        Try("rrf", ([[5, 6], []],), {5: 1 / 61, 6: 1 / 62}),
    ),
    hints=(
        "Two loops: over the lists, and over the ranks within a list. What do you remember between them?",
        "`enumerate(ids, start=1)` gives ranks from 1.",
        "`scores[id] = scores.get(id, 0) + 1 / (k + rank)`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def rrf(lists, k=60):\n    scores = {}\n    for ids in lists:\n        for rank, id in enumerate(ids):\n"
            "            scores[id] = scores.get(id, 0) + 1 / (k + rank)\n    return scores\n",
            "Ranks start from 1",
        ),
        WrongAnswer(
            "def rrf(lists, k=60):\n    return {id: 1 / (k + r) for ids in lists for r, id in enumerate(ids, 1)}\n",
            "add them up",
        ),
        WrongAnswer(
            "def rrf(lists, k=60):\n    scores = {}\n    for ids in lists:\n        for rank, id in enumerate(ids, 1):\n"
            "            scores[id] = scores.get(id, 0) + 1 / (60 + rank)\n    return scores\n",
            "only its default",
        ),
    ),
    why="The paper counts ranks from 1. A program that counts from 0 needs k = 61 to be the paper's 60; with small k the "
    "difference shows.",
)

_WORDS, _MEANING = {1: 20.0, 2: 10.0, 3: 0.0}, {1: 0.2, 2: 0.6, 4: 0.4}
_GOOD = {1: 1.0, 2: 0.5 + 1.0, 3: 0.0, 4: 0.5}
_COMMON = {1: 1.01, 2: 0.53, 3: 0.0, 4: 0.02}
_PEAK = {1: 1 + 1 / 3, 2: 1.5, 3: 0.0, 4: 2 / 3}

SCALES = Exercise(
    id="hybrid.scales",
    title="One scale for two searches",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague adds min-max scores of BM25 (0 to 20) and cosines (0 to 1). The result is BM25's order, whatever the "
    "cosines say. Find out why and mend it. Where all scores of a list are equal, each counts 1.",
    defines="fused",
    stub='''def fused(words, meaning):
    """words, meaning: {id: score}. Gives {id: sum of the scores scaled to 0 .. 1}; a missing id counts 0."""
    everything = [*words.values(), *meaning.values()]
    low, high = min(everything), max(everything)
    total = {}
    for scores in (words, meaning):
        for id, score in scores.items():
            total[id] = total.get(id, 0) + (score - low) / (high - low)
    return total
''',
    solution='''def fused(words, meaning):
    """words, meaning: {id: score}. Gives {id: sum of the scores scaled to 0 .. 1}; a missing id counts 0."""
    total = {}
    for scores in (words, meaning):
        low, high = min(scores.values()), max(scores.values())
        for id, score in scores.items():
            share = (score - low) / (high - low) if high > low else 1
            total[id] = total.get(id, 0) + share
    return total
''',
    checks=(
        Try(
            "fused",
            (_WORDS, _MEANING),
            _GOOD,
            (
                (_COMMON, "the cosines are squeezed into the lowest 3 % of BM25's range: each list needs its own."),
                (_PEAK, "you divide by the maximum only: subtract the minimum of the list first."),
                ({1: 20.2, 2: 10.6, 3: 0.0, 4: 0.4}, "the scores are added as they are, so the larger scale wins."),
            ),
        ),
        Try(
            "fused",
            ({1: 3.0}, {1: 0.5, 2: 0.7}),
            {1: 1.0, 2: 1.0},
            (
                (
                    ZeroDivisionError,
                    "a list whose scores are all equal has no range to divide by: give each of them 1.",
                ),
                ({1: 0.0, 2: 1.0}, "a lone hit counted 0, as if it had not been found: give it 1."),
            ),
        ),
        Try("fused", ({1: -2.0, 2: -1.0}, {3: 0.1, 4: 0.5}), {1: 0.0, 2: 1.0, 3: 0.0, 4: 1.0}),
    ),
    hints=(
        "Print the scaled cosines before they are added. How large do they get?",
        "`low` and `high` come from both lists together. Whose are they in truth?",
        "Compute them inside the loop, from `scores.values()`, and mind the list with one hit.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def fused(words, meaning):\n    total = {}\n    for scores in (words, meaning):\n"
            "        for id, score in scores.items():\n"
            "            total[id] = total.get(id, 0) + score / max(scores.values())\n    return total\n",
            "maximum only",
        ),
        WrongAnswer(
            "def fused(words, meaning):\n    total = {}\n    for scores in (words, meaning):\n"
            "        low, high = min(scores.values()), max(scores.values())\n        for id, score in scores.items():\n"
            "            total[id] = total.get(id, 0) + (score - low) / (high - low)\n    return total\n",
            "no range to divide by",
        ),
        WrongAnswer(
            "def fused(words, meaning):\n"
            "    return {id: words.get(id, 0) + meaning.get(id, 0) for id in {**words, **meaning}}\n",
            "larger scale wins",
        ),
    ),
    why="A scale belongs to one list and one query. Shared, the search with the larger numbers decides alone.",
)


def _term(tf: float, length: float, mean: float, df: float, n: float, k1: float = 1.2, b: float = 0.75) -> float:
    """One term of BM25, the plain definition that the checks compare with."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean))


_A, _B = (2, 50, 100, 3, 1000), (1, 200, 100, 900, 1000)
_IDF_A, _IDF_B = (math.log(1 + (n - df + 0.5) / (df + 0.5)) for *_, df, n in (_A, _B))

TERM = Exercise(
    id="hybrid.term",
    title="What one word is worth to BM25",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `term(tf, length, mean_length, df, n, k1=1.2, b=0.75)` by the formula of section 1: "
    r"$\ln\left(1 + \frac{n - df + 0.5}{df + 0.5}\right) \cdot \frac{tf}{tf + k_1 (1 - b + b \cdot length / mean)}$.",
    defines="term",
    stub='''def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):
    """Score of a word that occurs tf times in a document of so many words, and in df of n documents."""
    return ...  # your code
''',
    solution='''def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):
    """Score of a word that occurs tf times in a document of so many words, and in df of n documents."""
    rarity = np.log(1 + (n - df + 0.5) / (df + 0.5))
    return rarity * tf / (tf + k1 * (1 - b + b * length / mean_length))
''',
    checks=(
        Try(
            "term",
            _A,
            _term(*_A),
            (
                (_IDF_A, "that is the rarity alone: tf and the length do not count yet."),
                (_IDF_A * 2, "tf counts without limit: the second factor is missing its divisor."),
                (
                    _term(2, 200, 100, 3, 1000),
                    "length and mean are the wrong way round: a *short* document should gain.",
                ),
                (math.log(997.5 / 3.5) * _term(*_A) / _IDF_A, "the `1 +` inside the logarithm is missing."),
                (_term(*_A) / math.log(2), "that is a logarithm to base 2; the formula has the natural one."),
                (_term(*_A) / math.log(10), "that is a logarithm to base 10; the formula has the natural one."),
            ),
        ),
        Try(
            "term",
            _B,
            _term(*_B),
            ((math.log(100.5 / 900.5) * _term(*_B) / _IDF_B, "a frequent word costs points: the `1 +` is missing."),),
        ),
        Try("term", (*_A, 2.0, 0.0), _term(*_A, 2.0, 0.0), otherwise="with b = 0 the length should not matter at all."),
        Try("term", (*_B, 0.0, 0.5), _IDF_B, otherwise="with k1 = 0 only the rarity is left: does k1 count?"),
        Try("term", (0, 50, 100, 3, 1000), 0.0, otherwise="a word that does not occur adds nothing."),
    ),
    hints=(
        "Work out the two factors by themselves: how rare the word is, and how much this document has of it.",
        "The first is `np.log(1 + ...)`. In the second, brackets: everything behind `tf +` is multiplied by k1.",
        "`tf / (tf + k1 * (1 - b + b * length / mean_length))`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n    idf = np.log((n - df + 0.5) / (df + 0.5))\n"
            "    return idf * tf / (tf + k1 * (1 - b + b * length / mean_length))\n",
            "`1 +`",
        ),
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n"
            "    idf = np.log(1 + (n - df + 0.5) / (df + 0.5))\n"
            "    return idf * tf / (tf + k1 * (1 - b + b * mean_length / length))\n",
            "wrong way round",
        ),
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n"
            "    return np.log(1 + (n - df + 0.5) / (df + 0.5)) * tf\n",
            "without limit",
        ),
    ),
    why="Diminishing returns (k1), a handicap for length (b), and rarity: three lines that are hard to beat on exact codes.",
)

GAIN = 0.03


@lru_cache(maxsize=1)
def _arms() -> tuple[Hits, Hits, NDArray[np.int64]]:
    """The plant's hits by BM25 and by MiniLM, and the queries to report on."""
    data = plant()
    words = BM25Index(data.collection.documents).search(data.collection.queries, 100)
    return words, data.exact.top(100), halves(data.collection.kinds)[1]


def _fusion(method: str, weight: float) -> Finding | None:
    words, meaning, report = _arms()
    given = f"{method}, weight of MiniLM {weight:g}"

    def quality(hits: Hits) -> float:
        return float(evaluate(hits, plant().relevance, "nDCG@10")[report].mean())

    better = max(quality(words), quality(meaning))
    reached = quality(fuse([words, meaning], 10, method=method, weights=[1 - weight, weight]))
    if reached < better + GAIN:
        said = "this fusion gains too little over the better search alone."
        if method == "rrf":
            said += " Ranks hide how sure each search is; try a method that keeps the scores."
        elif not 0.2 <= weight <= 0.8:
            said += " One of the two searches has next to no say."
        wanted = f"at least {better + GAIN:.3f} ({GAIN:g} above the better search alone)"
        return Finding(given, f"nDCG@10 {reached:.3f} on the queries to report on", wanted, said)
    return None


FUSION = Exercise(
    id="hybrid.fusion",
    title="A fusion that holds on other queries",
    kind="decide",
    difficulty=2,
    minutes=15,
    task="Choose `method` and the `weight` of MiniLM (0 to 1) on the half of the queries to choose on. The check runs your "
    f"choice on the *other* half: it must be at least {GAIN:g} nDCG@10 better than the better search alone.",
    defines="choice",
    stub='choice = {"method": ..., "weight": ...}\n',
    solution='choice = {"method": "z-score", "weight": 0.5}\n',
    checks=(setting("choice", {"method": ("rrf", "min-max", "z-score", "dbsf"), "weight": (0.0, 1.0)}, _fusion),),
    hints=(
        "Section 5 draws nDCG@10 against the weight for several methods. Which curves are high *and* flat?",
        "Compare a method that sums ranks with one that sums scores.",
        "On a flat top the exact weight does not matter: take one from its middle.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"method": "rrf", "weight": 0.5}', "Ranks hide"),
        WrongAnswer('choice = {"method": "z-score", "weight": 0.0}', "no say"),
        WrongAnswer('choice = {"method": "borda", "weight": 0.5}', "cannot be 'borda'"),
    ),
    why="A setting from the middle of a flat top is likely to hold elsewhere; the peak of a sharp one is likely luck.",
)

EXERCISES = (RRF, SCALES, TERM, FUSION)
