"""Exercise: one scale for two searches."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

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
