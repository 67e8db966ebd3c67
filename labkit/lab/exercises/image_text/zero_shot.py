"""Exercise: a classifier that is written down instead of trained."""

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer


def _rows(scores: "np.typing.NDArray[np.float64]", axis: int = 1) -> "np.typing.NDArray[np.float64]":
    weights = np.exp(scores)
    out: np.typing.NDArray[np.float64] = weights / weights.sum(axis=axis, keepdims=True)
    return out


_IMAGES = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
# The phrasings of the first label agree, those of the second do not: its mean is shorter than 1.
_LABELS = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [-0.6, 0.8]]])
_MEANS = _LABELS.mean(axis=1)
_UNIT = _MEANS / np.linalg.norm(_MEANS, axis=1, keepdims=True)
_T = 0.5
_SHORT = "the mean of two unit vectors is shorter than 1, so a label whose phrasings disagree loses. Make it a unit vector again."
_AXIS = "the shares of one *label* over all images add up to 1. It is the shares of one *image* over the labels that should."
_HOT = "you multiplied by the temperature. Dividing by a small one makes the model surer."

ZERO_SHOT = Exercise(
    id="image_text.zero-shot",
    title="Labels that nobody trained",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `shares(images, labels, temperature)`. Each label comes in several phrasings: take their mean and make it a "
    "unit vector. The scores are the inner products, divided by the temperature; a softmax over the labels turns them into "
    "shares.",
    defines="shares",
    stub='''def shares(images, labels, temperature):
    """images: (n, d) unit vectors; labels: (m, p, d), p phrasings of each label. Gives (n, m); rows add up to 1."""
    return ...  # your code
''',
    solution='''def shares(images, labels, temperature):
    """images: (n, d) unit vectors; labels: (m, p, d), p phrasings of each label. Gives (n, m); rows add up to 1."""
    means = labels.mean(axis=1)
    means = means / np.linalg.norm(means, axis=1, keepdims=True)
    scores = images @ means.T / temperature
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
''',
    checks=(
        Try(
            "shares",
            (_IMAGES, _LABELS, _T),
            _rows(_IMAGES @ _UNIT.T / _T),
            (
                (_rows(_IMAGES @ _MEANS.T / _T), _SHORT),
                (_rows(_IMAGES @ _UNIT.T / _T, axis=0), _AXIS),
                (_rows(_IMAGES @ _MEANS.T / _T, axis=0), _AXIS),
                (_rows(_IMAGES @ _UNIT.T * _T), _HOT),
                (_rows(_IMAGES @ _MEANS.T * _T), _HOT),
                (_IMAGES @ _UNIT.T, "those are the scores. The softmax turns them into shares."),
                (_IMAGES @ _UNIT.T / _T, "those are the scores. The softmax turns them into shares."),
                (_rows(_IMAGES @ _LABELS[:, 0].T / _T), "only the first phrasing counts: take the mean over axis 1."),
                (_rows(_IMAGES @ _UNIT.T / _T).T, "rows and columns are swapped: one row for each image."),
            ),
        ),
        Try(
            "shares",
            (_IMAGES, _LABELS, 0.0005),
            _IMAGES @ _UNIT.T >= (_IMAGES @ _UNIT.T).max(axis=1, keepdims=True),
            otherwise="exp(2000) is too large for a float: subtract each row's largest score before `exp`.",
        ),
        Try("shares", (_IMAGES, _LABELS[:, :1], 1), _rows(_IMAGES @ _LABELS[:, 0].T)),
    ),
    hints=(
        "Which axis holds the phrasings, and which the labels? Write down the shape after each step.",
        "Mean over axis 1, divided by its norm; then `images @ means.T / temperature` has shape (n, m).",
        "Softmax of a row: exp(row - row.max()), divided by its sum. `axis=1, keepdims=True` does all rows at once.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def shares(images, labels, temperature):\n"
            "    weights = np.exp(images @ labels.mean(axis=1).T / temperature)\n"
            "    return weights / weights.sum(axis=1, keepdims=True)\n",
            "shorter than 1",
        ),
        WrongAnswer(
            "def shares(images, labels, temperature):\n    means = labels.mean(axis=1)\n"
            "    means = means / np.linalg.norm(means, axis=1, keepdims=True)\n"
            "    weights = np.exp(images @ means.T / temperature)\n    return weights / weights.sum(axis=0)\n",
            "over all images",
        ),
        WrongAnswer(
            "def shares(images, labels, temperature):\n    means = labels.mean(axis=1)\n"
            "    means = means / np.linalg.norm(means, axis=1, keepdims=True)\n"
            "    weights = np.exp(images @ means.T / temperature)\n"
            "    return weights / weights.sum(axis=1, keepdims=True)\n",
            "too large for a float",
        ),
    ),
    why="The labels are only texts, so tomorrow's label costs nothing. The shares are relative: with three wrong labels one of "
    "them still gets most of it.",
)
