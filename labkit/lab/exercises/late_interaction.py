"""Exercises of notebook 04: MaxSim, padding, residuals, and a budget of bytes."""

from functools import lru_cache

import numpy as np

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant, setting
from labkit.measure.neighbours import recall_of_exact
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits

_Q = np.array([[1.0, 0.0], [0.0, 1.0]])
_D = np.array([[0.6, 0.8], [1.0, 0.0], [-0.8, 0.6]])
_TURNED = "the maximum runs over the wrong tokens: each *query* token takes its best document token."

MAXSIM = Exercise(
    id="late_interaction.maxsim",
    title="MaxSim",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `maxsim(query, document)`: for each query token the largest inner product with any document token, and the sum "
    "of these over the query tokens.",
    defines="maxsim",
    stub='''def maxsim(query, document):
    """query: (tq, d) token vectors; document: (td, d). Gives one number."""
    return ...  # your code
''',
    solution='''def maxsim(query, document):
    """query: (tq, d) token vectors; document: (td, d). Gives one number."""
    similarities = query @ document.T
    return similarities.max(axis=1).sum()
''',
    checks=(
        Try(
            "maxsim",
            (_Q, _D),
            1.8,
            (
                (2.4, _TURNED),
                (2.2, "you add all similarities: the bad matches count too. Take the maximum of each row first."),
                (1.0, "that is the one best pair. Every query token takes part: sum over them."),
                (0.9, "that is the mean over the query tokens; ColBERT's score is their sum."),
                (2.2 / 6, "you averaged the tokens before comparing: that is the single vector's score."),
                ([1.0, 0.8], "these are the best of each query token: now add them up."),
            ),
        ),
        Try(
            "maxsim",
            (np.array([[1.0, 0.0]]), np.array([[-0.6, 0.8], [-1.0, 0.0]])),
            -0.6,
            (
                (0.0, "no match is better than -0.6 here, so the maximum is negative: do not start from 0."),
                (-1.6, "you add all similarities; take the largest of each row."),
            ),
        ),
        Try("maxsim", (np.vstack([_Q, -_Q]), np.array([[0.6, 0.8]])), 0.0, ((0.8, _TURNED),)),
    ),
    hints=(
        "First make all similarities at once: a matrix with a row a query token and a column a document token.",
        "`query @ document.T` is this matrix. What is the best entry of each row?",
        "`.max(axis=1)` gives one number a row, `.sum()` adds them.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def maxsim(query, document):\n    return (query @ document.T).max(axis=0).sum()\n", "wrong tokens"
        ),
        WrongAnswer("def maxsim(query, document):\n    return (query @ document.T).sum()\n", "bad matches count too"),
        WrongAnswer(
            "def maxsim(query, document):\n    return query.mean(axis=0) @ document.mean(axis=0)\n",
            "single vector's score",
        ),
        WrongAnswer("def maxsim(query, document):\n    return (query @ document.T).max(axis=1)\n", "now add them up"),
    ),
    why="It is not symmetric: the document may say a hundred other things at no cost, but each query token must find its match.",
)

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

_CENTROIDS = np.array([[1.0, 0.0], [0.0, 1.0]])
_IDS = np.array([0, 1, 1])
_LEVELS = np.array([-0.3, -0.1, 0.1, 0.3])
_CODES = np.array([[1, 3], [2, 0], [3, 1]])
_SUM = _CENTROIDS[_IDS] + _LEVELS[_CODES]
_UNIT = _SUM / np.linalg.norm(_SUM, axis=1, keepdims=True)
_RESIDUAL = _LEVELS[_CODES]

DECODE = Exercise(
    id="late_interaction.decode",
    title="A token from a centroid and two bits",
    kind="write",
    difficulty=2,
    minutes=15,
    task="A compressed token is the number of its centroid and, for each dimension, a code of 2 bits that stands for one of four "
    "residual levels. Write `decode(centroids, ids, codes, levels)`: centroid plus residual, at unit length again.",
    defines="decode",
    stub='''def decode(centroids, ids, codes, levels):
    """centroids: (K, d); ids: (t,); codes: (t, d) from 0 to 3; levels: (4,). Gives (t, d) unit vectors."""
    return ...  # your code
''',
    solution='''def decode(centroids, ids, codes, levels):
    """centroids: (K, d); ids: (t,); codes: (t, d) from 0 to 3; levels: (4,). Gives (t, d) unit vectors."""
    tokens = centroids[ids] + levels[codes]
    return tokens / np.linalg.norm(tokens, axis=1, keepdims=True)
''',
    checks=(
        Try(
            "decode",
            (_CENTROIDS, _IDS, _CODES, _LEVELS),
            _UNIT,
            (
                (_SUM, "the sum is right, but its length is not 1: long tokens would win every maximum."),
                (_RESIDUAL, "these are the residuals alone: add each token's centroid."),
                (_CENTROIDS[_IDS], "these are the centroids alone: add the levels that the codes stand for."),
                (_SUM / np.linalg.norm(_SUM), "you divide by the length of the whole matrix; each *row* is a token."),
                (
                    _SUM / np.linalg.norm(_SUM, axis=0, keepdims=True),
                    "you divide by the lengths of the columns; each *row* is a token (axis=1).",
                ),
                (
                    (_CENTROIDS[_IDS] + _CODES) / np.linalg.norm(_CENTROIDS[_IDS] + _CODES, axis=1, keepdims=True),
                    "you add the codes themselves. A code is the place of a level: `levels[codes]`.",
                ),
                (
                    (_CENTROIDS[_IDS] - _RESIDUAL)
                    / np.linalg.norm(_CENTROIDS[_IDS] - _RESIDUAL, axis=1, keepdims=True),
                    "the residual is token minus centroid: to get the token back, *add* it.",
                ),
            ),
        ),
        Try(
            "decode",
            (_CENTROIDS, np.array([1]), np.array([[2, 2]]), _LEVELS),
            [[0.1 / np.sqrt(1.22), 1.1 / np.sqrt(1.22)]],
        ),
    ),
    hints=(
        "NumPy looks up many entries at once: `centroids[ids]` has one row a token. What is `levels[codes]`?",
        "Add the two. Are the rows still of length 1?",
        "Divide by `np.linalg.norm(tokens, axis=1, keepdims=True)`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    return centroids[ids] + levels[codes]\n",
            "its length is not 1",
        ),
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    tokens = centroids[ids] + codes\n"
            "    return tokens / np.linalg.norm(tokens, axis=1, keepdims=True)\n",
            "the place of a level",
        ),
        WrongAnswer(
            "def decode(centroids, ids, codes, levels):\n    tokens = centroids[ids] + levels[codes]\n"
            "    return tokens / np.linalg.norm(tokens)\n",
            "the whole matrix",
        ),
    ),
    why="A centroid says roughly where a token lies, a few bits say on which side of it: d / 4 + 2 bytes for 4 d.",
)

MOST_BYTES, SHARE, CENTROIDS = 8_000, 0.85, 256


@lru_cache(maxsize=1)
def _tokens() -> tuple[TokenVectors, TokenVectors, Hits]:
    """The plant's token vectors, every third query's, and the exact search's ten hits for these."""
    from labkit.models.tokens_load import load_token_encoder
    from labkit.search.maxsim import MaxSimIndex

    encoder, collection = load_token_encoder(), plant().collection
    documents = encoder.encode_documents(collection.documents)
    queries = encoder.encode_queries(collection.queries[::3])
    return documents, queries, MaxSimIndex(documents).search(queries, 10)


@lru_cache(maxsize=16)
def compressed(pool: int, nbits: int) -> tuple[float, float]:
    """Bytes a document, and recall@10 of exact MaxSim, of the plant's tokens pooled and compressed."""
    from labkit.compress.token_pooling import pool_tokens
    from labkit.search.residual import ResidualIndex

    documents, queries, exact = _tokens()
    index = ResidualIndex(pool_tokens(documents, pool), nbits=nbits, centroids=CENTROIDS, progress=False)
    found = index.search(queries, 10)
    return index.bytes_per_item, float(recall_of_exact(found, exact).mean())


def _budget(pool: int, nbits: int) -> Finding | None:
    given = f"tokens pooled {pool} to 1, {nbits} bits a dimension"
    nbytes, recall = compressed(pool, nbits)
    if nbytes > MOST_BYTES:
        said = (
            "this does not fit: fewer vectors or fewer bits. How many bytes has one token, and how many has a document?"
        )
        return Finding(given, f"{nbytes:,.0f} bytes a document", f"at most {MOST_BYTES:,}", said)
    if recall < SHARE:
        said = "it fits, but too much is lost: spend the bytes otherwise, on more vectors or on more bits."
        return Finding(given, f"recall {recall:.3f} of exact MaxSim", f"at least {SHARE:g}", said)
    return None


BUDGET = Exercise(
    id="late_interaction.budget",
    title=f"{MOST_BYTES:,} bytes a document",
    kind="decide",
    difficulty=2,
    minutes=15,
    task=f"At most {MOST_BYTES:,} bytes a document of the plant, and at least {SHARE:.0%} of exact MaxSim's first ten. Choose "
    "`pool` (1 keeps every token; 2, 3 or 4 joins as many into one) and `nbits` (1, 2 or 4 a dimension). The check builds the "
    f"index (with {CENTROIDS} centroids, so that they do not weigh) and searches.",
    defines="choice",
    stub='choice = {"pool": ..., "nbits": ...}\n',
    solution='choice = {"pool": 2, "nbits": 2}\n',
    checks=(setting("choice", {"pool": (1, 2, 3, 4), "nbits": (1, 2, 4)}, _budget),),
    hints=(
        "A token costs 3 + 384 x nbits / 8 bytes, and a document has about 118 of them before pooling.",
        "Work out the bytes of all twelve combinations first; some fall out. The ledger of section 5 shows what each step costs.",
        "Between few coarse vectors and many fine ones lies a middle: try both in the middle.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"pool": 1, "nbits": 4}', "does not fit"),
        WrongAnswer('choice = {"pool": 4, "nbits": 1}', "too much is lost"),
        WrongAnswer('choice = {"pool": 2, "nbits": 3}', "`nbits` cannot be 3"),
    ),
    why="Bits and vectors are two ways to spend the same bytes; which is dearer is a question for a measurement, not for a rule.",
)

EXERCISES = (MAXSIM, PADDING, DECODE, BUDGET)
