"""Exercise: a threshold for “no answer”."""

from functools import lru_cache

import numpy as np

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant
from labkit.lab.exercises.setting import setting

MOST_RANDOM, LEAST_KEPT = 0.01, 0.55


@lru_cache(maxsize=1)
def _cosines() -> tuple[np.ndarray, np.ndarray]:
    """Cosines of the plant's queries with their answers, and with documents that are not judged relevant."""
    data = plant()
    scores, judged = data.queries @ data.documents.T, np.zeros((len(data.queries), len(data.documents)), bool)
    answers = np.zeros_like(judged)
    for query, grades in enumerate(data.relevance):
        for document, grade in grades.items():
            judged[query, document] = True
            answers[query, document] = grade == 2
    return scores[answers], scores[~judged]


def _threshold(threshold: float) -> Finding | None:
    answers, others = _cosines()
    kept, passed, given = float((answers >= threshold).mean()), float((others >= threshold).mean()), f"{threshold:g}"
    if passed > MOST_RANDOM:
        said = "too much rubbish passes: the threshold is too low."
        return Finding(given, f"{passed:.2%} of other pairs pass", f"at most {MOST_RANDOM:.0%}", said)
    if kept < LEAST_KEPT:
        said = "too many answers are thrown away: the threshold is too high for this encoder."
        return Finding(given, f"{kept:.0%} of the answers pass", f"at least {LEAST_KEPT:.0%}", said)
    return None


THRESHOLD = Exercise(
    id="embeddings.threshold",
    title="A threshold for “no answer”",
    kind="decide",
    difficulty=2,
    minutes=10,
    task="A help desk wants “no answer” where nothing fits. Choose a cosine `threshold` for MiniLM on the plant at which at "
    f"most {MOST_RANDOM:.0%} of the pairs of a query and a document that is not judged relevant to it pass, and at least "
    f"{LEAST_KEPT:.0%} of the pairs with an answer (grade 2) do. How many wrong documents may then pass for one question? "
    "Would you ship it?",
    defines="choice",
    stub='choice = {"threshold": ...}\n',
    solution='choice = {"threshold": 0.4}\n',
    checks=(setting("choice", {"threshold": (-1.0, 1.0)}, _threshold),),
    hints=(
        "The slider of section 5 shows the same two shares for half of the queries and one answer each: good for a first guess. "
        "The check counts all judged pairs.",
        "For MiniLM, the cosines of unrelated texts lie mostly below 0.35.",
        "Try 0.35, 0.4 and 0.45 in the check: it says which share fails, and by how much.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"threshold": 0.7}', "too high"),
        WrongAnswer('choice = {"threshold": 0.2}', "too low"),
    ),
    why="Even the best threshold throws away a large share of the right answers. And 1% of the pairs sounds strict, but of 659 "
    "documents it is six or seven wrong ones a question: “no answer” has to be judged question by question, on some that have "
    "none, and again for the next encoder.",
)
