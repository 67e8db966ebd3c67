"""Exercise: reciprocal rank fusion."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

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
