"""Exercise: "a pump but no check valve", asked so that the model can answer it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.setting import setting
from labkit.measure.metrics import evaluate
from labkit.search.hits import Hits

MOST_WITH_B, LEAST_NDCG = 0.15, 0.75


@dataclass(frozen=True)
class _Negations:
    """The library's queries for A without B, as vectors of A and of B; `banned[q, i]`: drawing i shows B."""

    wanted: NDArray[np.float32]
    unwanted: NDArray[np.float32]
    images: NDArray[np.float32]
    banned: NDArray[np.bool_]
    relevance: list[dict[int, int]]


@lru_cache(maxsize=1)
def _negations() -> _Negations:
    from labkit.data.schematics import Schematics
    from labkit.models.image_text import load_image_text

    library, encoder = Schematics.load(), load_image_text()
    rows = [i for i, kind in enumerate(library.kinds) if kind == "negation"][1::2]  # the half to report on
    asks: list[Any] = [library.asks[i] for i in rows]
    relevance = library.relevance()
    shown = [{component.kind for component in components} for components in library.components]
    return _Negations(
        encoder.encode_queries([f"a drawing with a {ask['kind']}" for ask in asks]),
        encoder.encode_queries([f"a drawing with a {ask['without']}" for ask in asks]),
        encoder.encode_images(library.images),
        np.array([[ask["without"] in kinds for kinds in shown] for ask in asks]),
        [relevance[i] for i in rows],
    )


def _subtract(share: float) -> Finding | None:
    data, given = _negations(), f"score of A minus {share:g} x score of B"
    hits = Hits.from_scores((data.wanted - np.float32(share) * data.unwanted) @ data.images.T, 10)
    banned = float(np.take_along_axis(data.banned, hits.ids, axis=1).mean())
    quality = float(evaluate(hits, data.relevance, "nDCG@10").mean())
    if banned > MOST_WITH_B:
        said = "too many of the drawings found show B all the same: subtract more of its score."
        return Finding(given, f"{banned:.0%} of the first ten show B", f"at most {MOST_WITH_B:.0%}", said)
    if quality < LEAST_NDCG:
        said = "B is gone, and so is A: the less a drawing looks like B, the better it ranks, whatever it shows."
        return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {LEAST_NDCG}", said)
    return None


WITHOUT = Exercise(
    id="image_text.without",
    title="A, but no B",
    kind="decide",
    difficulty=2,
    minutes=15,
    task='Rank the drawings for "A but no B" by the score of A minus `share` times the score of B, each asked as "a drawing '
    'with a …". Choose `share` on every second negation query (`negations[0::2]` of section 6). The check runs it on the '
    f"others: at most {MOST_WITH_B:.0%} of the first ten may show B, and nDCG@10 must reach {LEAST_NDCG}. Several answers "
    "pass.",
    defines="choice",
    stub='choice = {"share": ...}  # a number from 0 to 2\n',
    solution='choice = {"share": 0.5}\n',
    checks=(setting("choice", {"share": (0.0, 2.0)}, _subtract),),
    hints=(
        "Two things pull in opposite directions: how many of the ten show B, and how many still show A.",
        "Scores are linear: `(a - share * b) @ images.T`, where a and b are the vectors of the two texts.",
        "Try 0, 0.1, 0.2 ... 1 on `negations[0::2]`. Take a share from the middle of where both numbers are good.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"share": 0.1}', "subtract more"),
        WrongAnswer('choice = {"share": 1.0}', "so is A"),
        WrongAnswer('choice = {"share": -1.0}', "cannot be -1"),
    ),
    why='The model cannot read "no", but it can be asked twice; the word\'s meaning then lies in your own minus sign. Whoever '
    "needs it exact detects the symbols and filters in code.",
)
