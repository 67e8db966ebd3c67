"""Exercise: a mask of zeros, under which padding beats every negative similarity."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_BATCH = np.array([[[-0.6, 0.8], [0.0, 0.0], [0.0, 0.0]], [[0.6, 0.8], [0.0, 1.0], [-0.6, 0.8]]])
_MASK = np.array([[1, 0, 0], [1, 1, 1]])
_ASKED = np.array([[1.0, 0.0], [0.0, -1.0]])
_ZERO = "a padding token scores 0, and 0 is above every negative similarity: the short document gains by what it lacks."

PADDING = Exercise(
    id="late_interaction.padding",
    title="Padding that scores",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="To score a batch, a colleague filled the short documents up with zeros and masks them. Short documents rank higher "
    "than they should (a library in wide use had this). What does a masked token score, and whom does it beat? Mend it.",
    defines="scores",
    stub='''def scores(query, documents, mask):
    """query: (tq, d); documents: (n, t, d), padded; mask: (n, t), 1 for a token, 0 for padding. Gives n scores."""
    similarities = documents @ query.T  # (n, t, tq)
    similarities = similarities * mask[:, :, None]
    return similarities.max(axis=1).sum(axis=1)
''',
    solution='''def scores(query, documents, mask):
    """query: (tq, d); documents: (n, t, d), padded; mask: (n, t), 1 for a token, 0 for padding. Gives n scores."""
    similarities = documents @ query.T  # (n, t, tq)
    similarities = np.where(mask[:, :, None] == 1, similarities, -np.inf)
    return similarities.max(axis=1).sum(axis=1)
''',
    checks=(
        Try(
            "scores",
            (_ASKED, _BATCH, _MASK),
            [-1.4, -0.2],
            (
                ([0.0, -0.2], _ZERO),
                ([0.0, 0.0], "the padding counts for both documents now."),
                (
                    [-np.inf, 0.0],
                    "minus infinity came into the sum: the maximum must run over the document's tokens, "
                    "axis 1, after the padding was set to minus infinity.",
                ),
                ([-np.inf, -np.inf], "minus infinity came into the sum: set only the padding to it."),
            ),
            otherwise="a document must score the same alone and in a batch; the first one alone scores -0.6 - 0.8 = -1.4.",
        ),
        Try(
            "scores",
            (
                np.array([[1.0, 0.0]]),
                np.array([[[0.0, 1.0], [-1.0, 0.0]], [[-1.0, 0.0], [0.0, 0.0]]]),
                np.array([[1, 1], [1, 0]]),
            ),
            [0.0, -1.0],
            (
                ([-1.0, -1.0], "a *real* token with similarity 0 was taken for padding: ask the mask, not the number."),
                ([0.0, 0.0], _ZERO),
            ),
        ),
    ),
    hints=(
        "Score the first document of a batch alone, without padding, and compare.",
        "A masked token may never win the maximum. Which number loses against everything?",
        "`np.where(mask[:, :, None] == 1, similarities, -np.inf)` before the maximum.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def scores(query, documents, mask):\n    documents = documents * mask[:, :, None]\n"
            "    return (documents @ query.T).max(axis=1).sum(axis=1)\n",
            "above every negative similarity",
        ),
        WrongAnswer(
            "def scores(query, documents, mask):\n    similarities = documents @ query.T * mask[:, :, None]\n"
            "    similarities = np.where(similarities == 0, -np.inf, similarities)\n"
            "    return similarities.max(axis=1).sum(axis=1)\n",
            "ask the mask",
        ),
        WrongAnswer(
            "def scores(query, documents, mask):\n"
            "    similarities = np.where(mask[:, :, None] == 1, documents @ query.T, -np.inf)\n"
            "    return similarities.sum(axis=1).max(axis=1)\n",
            "minus infinity came into the sum",
        ),
    ),
    why="Zero is neutral in a sum but not in a maximum. labkit never pads: token vectors lie end to end with offsets.",
)
