"""Exercises of notebook 01: pooling, anisotropy, word pieces, and what a threshold costs."""

from functools import lru_cache

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant, setting

_TOKENS = np.array([[3.0, 0.0], [0.0, 1.0]])
_MEAN = np.array([3.0, 1.0]) / np.sqrt(10)
_EMPTY = "a text without tokens gave NaN or an error. Give zeros: they match nothing, and NaN poisons every sort."

POOL = Exercise(
    id="embeddings.pool",
    title="From token vectors to one vector",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `embed(tokens)` for an array of shape `(t, d)`: the mean over the tokens, divided by its length. "
    "For `t = 0` (or a mean of length 0) give `d` zeros and not NaN.",
    defines="embed",
    stub='''def embed(tokens):
    """tokens: array (t, d), one vector a word piece. Gives one vector (d,) of length 1."""
    return ...  # your code
''',
    solution='''def embed(tokens):
    """tokens: array (t, d), one vector a word piece. Gives one vector (d,) of length 1."""
    total = tokens.sum(axis=0)  # the mean points the same way, and a sum of nothing is 0
    length = np.sqrt((total**2).sum())
    return total / length if length > 0 else total
''',
    checks=(
        Try(
            "embed",
            (_TOKENS,),
            _MEAN,
            (
                (_TOKENS.mean(axis=0), "the mean is right, but its length is not 1."),
                (np.array([0.5, 0.5]), "you normalised each token. Take the mean first, and normalise that."),
                (np.array([1, 1]) / np.sqrt(2), "you normalised each token: a long token vector then counts no more."),
                (np.array([0.75, 0.25]), "you divided by the sum. The length is the root of the sum of squares."),
                (_TOKENS.mean(axis=1), "that is a mean over the dimensions. Tokens are the rows: axis 0."),
            ),
        ),
        Try("embed", (np.zeros((0, 3)),), np.zeros(3), ((np.full(3, np.nan), _EMPTY),), _EMPTY),
        Try("embed", (np.array([[1.0, -2.0], [-1.0, 2.0]]),), np.zeros(2), ((np.full(2, np.nan), _EMPTY),)),
        Try("embed", (np.array([[0.0, 0.02]]),), np.array([0.0, 1.0])),
    ),
    hints=(
        "Which axis are the tokens? Check the shape of what you get: it should be (d,).",
        "The length is `np.linalg.norm(mean)`. What is it if there is no token?",
        "A sum points the same way as the mean, and the sum of no rows is zeros. Divide only if the length is above 0.",
    ),
    wrong_answers=(
        WrongAnswer("def embed(tokens):\n    return tokens.mean(axis=0)\n", "its length is not 1"),
        WrongAnswer(
            "def embed(tokens):\n"
            "    unit = tokens / np.linalg.norm(tokens, axis=1, keepdims=True)\n    return unit.mean(axis=0)\n",
            "you normalised each token",
        ),
        WrongAnswer(
            "def embed(tokens):\n    mean = tokens.mean(axis=0)\n    return mean / np.linalg.norm(mean)\n", "gave NaN"
        ),
    ),
    why="An empty text is common in real data. One NaN row, and the order of a whole result list means nothing.",
)

_V = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
_RIGHT = (0.6 + 0.8 + 0.0) / 3
_SELF = "each text is still paired with itself, and that cosine is always 1."

PAIRS = Exercise(
    id="embeddings.pairs",
    title="A mean that is too high",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague measures the mean cosine of two different texts, and gets 0.15 from 50 texts where 5,000 texts give "
    "0.13. Find the pairs that should not be in, and leave them out.",
    defines="mean_cosine",
    stub='''def mean_cosine(vectors):
    """Mean cosine of two different texts; vectors: (n, d), unit rows."""
    cosines = vectors @ vectors.T
    return cosines.mean()
''',
    solution='''def mean_cosine(vectors):
    """Mean cosine of two different texts; vectors: (n, d), unit rows."""
    cosines = vectors @ vectors.T
    n = len(vectors)
    return (cosines.sum() - np.trace(cosines)) / (n * (n - 1))
''',
    checks=(
        Try(
            "mean_cosine",
            (_V,),
            _RIGHT,
            (
                ((3 + 2.8) / 9, _SELF),
                (2.8 / 9, "the pairs are gone from the sum, but the divisor still counts n x n of them."),
                ((3 + 1.4) / 6, _SELF),
                (
                    1.4 / 9,
                    "you sum half of the pairs and divide by all n x n. Divide by the number of pairs you summed.",
                ),
                (0.6, "a median or a maximum is no mean."),
            ),
        ),
        Try("mean_cosine", (np.eye(2),), 0.0, ((0.5, _SELF),)),
        Try("mean_cosine", (np.array([[1.0, 0.0], [1.0, 0.0]]),), 1.0),
    ),
    hints=(
        "Print `cosines` for three texts. Which numbers are there whatever the texts are?",
        "The diagonal is 1: each text with itself. Its share is n of n x n: 2 % at n = 50.",
        "Subtract `np.trace(cosines)` from the sum, and divide by n (n - 1).",
    ),
    wrong_answers=(
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    np.fill_diagonal(c, 0)\n    return c.mean()\n",
            "divisor still counts",
        ),
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    return c[np.triu_indices(len(c))].mean()\n",
            "paired with itself",
        ),
        WrongAnswer(
            "def mean_cosine(vectors):\n    c = vectors @ vectors.T\n    return np.triu(c, 1).mean()\n", "sum half of"
        ),
    ),
    why="The error shrinks as 1/n, so it looks like a finding about the number of texts. It is one about the diagonal.",
)

_WORDS = {"pump", "des", "d", "##al", "##a", "##alin", "##ation", "##s", "e", "##e"}

PIECES = Exercise(
    id="embeddings.pieces",
    title="Cut a word into pieces",
    kind="write",
    difficulty=3,
    minutes=20,
    task="Write `pieces(word, vocabulary)` as WordPiece does it: take the **longest** beginning that is in the vocabulary, "
    "then go on with the rest, whose pieces are written with `##` in front. If some rest has no piece at all, the whole "
    'word is `["[UNK]"]`.',
    defines="pieces",
    stub='''def pieces(word, vocabulary):
    """word: letters; vocabulary: a set of pieces, those within a word written with ## in front."""
    return ...  # your code
''',
    solution='''def pieces(word, vocabulary):
    """word: letters; vocabulary: a set of pieces, those within a word written with ## in front."""
    found, rest, mark = [], word, ""
    for _ in word:  # at most one piece a letter
        if not rest:
            break
        fitting = [end for end in range(len(rest), 0, -1) if mark + rest[:end] in vocabulary]
        if not fitting:
            return ["[UNK]"]
        found.append(mark + rest[: fitting[0]])
        rest, mark = rest[fitting[0] :], "##"
    return found
''',
    checks=(
        Try("pieces", ("pump", _WORDS), ["pump"], shown="pieces('pump', vocabulary)"),
        Try(
            "pieces",
            ("desalination", _WORDS),
            ["des", "##alin", "##ation"],
            (
                (["des", "alin", "ation"], "pieces within a word are looked up, and written, with ## in front."),
                (["[UNK]"], "you looked for the rest without its ##, or took a piece too short to go on from."),
            ),
            "take the longest piece that fits, not the first or the shortest.",
            shown="pieces('desalination', vocabulary)",
        ),
        Try(
            "pieces",
            ("pumpx", _WORDS),
            ["[UNK]"],
            (
                (["pump", "[UNK]"], "a rest without a piece makes the *whole* word unknown."),
                (["pump"], "the rest `x` was lost without a word."),
            ),
            shown="pieces('pumpx', vocabulary)",
        ),
        Try("pieces", ("see", {"s", "##e", "##ee"}), ["s", "##ee"], otherwise="take the longest piece that fits."),
        Try("pieces", ("al", _WORDS), ["[UNK]"], otherwise="a word cannot begin with a ## piece."),
    ),
    hints=(
        "Do it by hand for `desalination` with the pieces des, ##al, ##alin, ##ation. What do you repeat?",
        "For `end` from the length of the rest down to 1: is `mark + rest[:end]` in the vocabulary? The first that is, wins.",
        'Keep three things: the pieces found, the rest of the word, and a mark that is "" at first and "##" afterwards.',
    ),
    wrong_answers=(
        WrongAnswer(
            "def pieces(word, vocabulary):\n    found, mark = [], ''\n    while word:\n"
            "        end = next((e for e in range(1, len(word) + 1) if mark + word[:e] in vocabulary), 0)\n"
            "        if not end:\n            return ['[UNK]']\n"
            "        found.append(mark + word[:end])\n        word, mark = word[end:], '##'\n    return found\n",
            "too short to go on from",
        ),
        WrongAnswer(
            "def pieces(word, vocabulary):\n    found, mark = [], ''\n    while word:\n"
            "        end = next((e for e in range(len(word), 0, -1) if mark + word[:e] in vocabulary), 0)\n"
            "        if not end:\n            return found + ['[UNK]']\n"
            "        found.append(mark + word[:end])\n        word, mark = word[end:], '##'\n    return found\n",
            "*whole* word unknown",
        ),
    ),
    why="Nothing is ever unknown to a tokenizer whose vocabulary holds every letter: a part number becomes pieces with "
    "meanings of their own.",
)

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
    f"most {MOST_RANDOM:.0%} of the pairs of a query and a document that is no answer pass, and at least {LEAST_KEPT:.0%} of "
    "the answers (grade 2) do. Would you ship it?",
    defines="choice",
    stub='choice = {"threshold": ...}\n',
    solution='choice = {"threshold": 0.4}\n',
    checks=(setting("choice", {"threshold": (-1.0, 1.0)}, _threshold),),
    hints=(
        "The slider of section 5 shows both shares. Which of the two limits binds first as you move it up?",
        "For MiniLM, the cosines of unrelated texts lie mostly below 0.35.",
        "Try 0.35, 0.4 and 0.45, and read the two shares.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"threshold": 0.7}', "too high"),
        WrongAnswer('choice = {"threshold": 0.2}', "too low"),
    ),
    why="Even the best threshold throws away a large share of the right answers, and it is worth nothing for the next "
    "encoder.",
)

EXERCISES = (POOL, PAIRS, PIECES, THRESHOLD)
