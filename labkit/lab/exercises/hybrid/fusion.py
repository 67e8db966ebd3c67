"""Exercise: a fusion that holds on other queries."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant
from labkit.lab.exercises.setting import setting
from labkit.lab.fusion_lab import halves
from labkit.measure.metrics import evaluate
from labkit.search.bm25 import BM25Index
from labkit.search.fusion import fuse
from labkit.search.hits import Hits

GAIN = 0.03


@lru_cache(maxsize=1)
def _arms() -> tuple[Hits, Hits, NDArray[np.int64]]:
    """The plant's hits by BM25 and by MiniLM, and the queries to report on."""
    data = plant()
    words = BM25Index(data.collection.documents).search(data.collection.queries, 100)
    return words, data.exact.top(100), halves(data.collection.kinds)[1]


def _fusion(method: str, weight: float) -> Finding | None:
    words, meaning, report = _arms()
    given = f"{method}{', k = 60' if method == 'rrf' else ''}, weight of MiniLM {weight:g}"

    def quality(hits: Hits) -> float:
        return float(evaluate(hits, plant().relevance, "nDCG@10")[report].mean())

    better = max(quality(words), quality(meaning))
    reached = quality(fuse([words, meaning], 10, method=method, weights=[1 - weight, weight]))
    if reached < better + GAIN:
        said = "this fusion gains too little over the better search alone."
        if method == "rrf":
            said += " Ranks hide how sure each search is, most of all with k = 60; try a method that keeps the scores."
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
    task='Choose `method` (`"rrf"`, here always with k = 60, `"min-max"`, `"z-score"` or `"dbsf"`) and the `weight` of MiniLM '
    "(0 to 1) on the half of the queries to choose on. The check runs your "
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
