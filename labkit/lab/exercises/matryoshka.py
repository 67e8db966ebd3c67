"""Exercises of notebook 02: cutting vectors, comparing them, the funnel, and its budget."""

import numpy as np

from labkit.compress.matryoshka import truncate
from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import ordered, plant, refined, setting
from labkit.search.hits import Hits

_V = np.array([[3.0, 4.0, 12.0], [0.0, 0.0, 1.0]], np.float32)
_CUT = np.array([[0.6, 0.8], [0.0, 0.0]])
_NAN = np.array([[0.6, 0.8], [np.nan, np.nan]])
_ZERO_ROW = "the second row is all zero after the cut, and 0 / 0 is NaN. A row that keeps nothing should stay zero."

TRUNCATE = Exercise(
    id="matryoshka.truncate",
    title="Cut and make unit length again",
    kind="write",
    difficulty=1,
    minutes=10,
    task="Write `truncate(vectors, m)`: the first `m` numbers of each row, divided by their own length. A row whose first "
    "`m` numbers are all zero stays zero.",
    defines="truncate",
    stub='''def truncate(vectors, m):
    """vectors: (n, d). Gives (n, m), every row of length 1 (or all zero)."""
    return ...  # your code
''',
    solution='''def truncate(vectors, m):
    """vectors: (n, d). Gives (n, m), every row of length 1 (or all zero)."""
    short = vectors[:, :m]
    length = np.sqrt((short**2).sum(axis=1, keepdims=True))
    return short / np.where(length > 0, length, 1)
''',
    checks=(
        Try(
            "truncate",
            (_V, 2),
            _CUT,
            (
                (_V[:, :2], "the rows are cut, but not made unit length again."),
                (np.array([[3 / 13, 4 / 13], [0, 0]]), "you divided by the length of the whole row: cut first."),
                (_NAN, _ZERO_ROW),
                (_V[:2, :], "you kept the first m rows. The numbers of a vector are the columns: `[:, :m]`."),
            ),
        ),
        Try(
            "truncate",
            (np.array([[3.0, 4.0], [5.0, 12.0]], np.float32), 2),
            np.array([[0.6, 0.8], [5 / 13, 12 / 13]]),
            otherwise="you divided by one length for all rows, or by those of columns: each row has its own (axis 1).",
        ),
        Try("truncate", (np.array([[0.02, 0.0]]), 1), np.array([[1.0]]), otherwise="short rows become long too."),
    ),
    hints=(
        "Two steps: cut the columns, then divide. By the length of what?",
        "`np.linalg.norm(short, axis=1, keepdims=True)` has shape (n, 1) and divides row by row. When is it 0?",
        "`np.where(length > 0, length, 1)` gives a divisor that is never 0.",
    ),
    wrong_answers=(
        WrongAnswer("def truncate(vectors, m):\n    return vectors[:, :m]\n", "not made unit length"),
        WrongAnswer(
            "def truncate(vectors, m):\n    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[:, :m]\n",
            "length of the whole row",
        ),
        WrongAnswer(
            "def truncate(vectors, m):\n    s = vectors[:, :m]\n"
            "    return s / np.linalg.norm(s, axis=1, keepdims=True)\n",
            "0 / 0 is NaN",
        ),
        WrongAnswer(
            "def truncate(vectors, m):\n    s = vectors[:, :m]\n    return s / np.linalg.norm(s)\n",
            "one length for all rows",
        ),
    ),
    why="This is all that “Matryoshka search” does to a vector. The training decides whether what is left means anything.",
)

# Document 0 keeps most of its length in front but points elsewhere; document 2 points the query's way and keeps little.
_Q = np.array([0.6, 0.8, 0.0], np.float32)
_D = np.array([[0.96, 0.28, 0.0], [-0.6, 0.8, 0.0], [0.3, 0.4, 0.8660254]], np.float32)
_LONG = "document 0 wins because it keeps more of its *length* in front, not because it points the query's way."
_DEFECT = "the documents are still as long as the cut left them. It is they that must be made unit length."

DOCUMENTS = Exercise(
    id="matryoshka.documents",
    title="Cut, but not made unit length",
    kind="bug",
    difficulty=2,
    minutes=10,
    task="A colleague cuts queries and documents and makes the *queries* unit length. Ranking by inner product, the wrong "
    "documents come first. Would it have helped to leave the queries alone? Mend it.",
    defines="ranking",
    stub='''def ranking(query, documents, m):
    """Positions of the documents, best first, by the cosine of their first m numbers with the query's."""
    q = query[:m] / np.linalg.norm(query[:m])
    d = documents[:, :m]
    return np.argsort(-(d @ q), kind="stable")
''',
    solution='''def ranking(query, documents, m):
    """Positions of the documents, best first, by the cosine of their first m numbers with the query's."""
    q = query[:m]  # its length changes no order
    d = documents[:, :m]
    length = np.linalg.norm(d, axis=1)
    return np.argsort(-(d @ q) / np.where(length > 0, length, 1), kind="stable")
''',
    checks=(
        Try(
            "ranking",
            (_Q, _D, 2),
            [2, 0, 1],
            (
                ([0, 2, 1], f"{_LONG} {_DEFECT}"),
                ([1, 0, 2], "that is worst first: argsort goes upwards, so sort the negative scores."),
            ),
        ),
        Try(
            "ranking",
            (_Q, _D[:2], 1),
            [0, 1],
            (([1, 0], "a negative cosine ranks below a positive one: do not take the absolute value."),),
        ),
        Try("ranking", (np.array([1.0, 0.0]), np.array([[0.6, 0.8], [0.8, 0.6]]), 2), [1, 0]),
        Try(
            "ranking",
            (np.array([1.0, 0.0, 0.0]), np.array([[0.0, 0.0, 1.0], [0.1, 0.0, 0.9], [-0.5, 0.0, 0.5]]), 2),
            [1, 0, 2],
            otherwise="a document whose prefix is all zero scores 0 (and not NaN): below a positive cosine, above a "
            "negative one.",
        ),
    ),
    hints=(
        "A positive factor that is the same for every document changes no order. Which of the two lengths is such a factor?",
        "Print the lengths of the rows of `d`. Documents with longer prefixes get larger inner products.",
        "Divide `d @ q` by `np.linalg.norm(d, axis=1)`, and think of a length of 0.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def ranking(query, documents, m):\n    q = query[:m]\n"
            "    return np.argsort(-(documents[:, :m] @ q), kind='stable')\n",
            "more of its *length*",
        ),
        WrongAnswer(
            "def ranking(query, documents, m):\n    d = documents[:, :m]\n"
            "    d = d / np.linalg.norm(d, axis=1, keepdims=True)\n    return np.argsort(d @ query[:m], kind='stable')\n",
            "worst first",
        ),
        WrongAnswer(
            "def ranking(query, documents, m):\n    d = documents / np.linalg.norm(documents, axis=1, keepdims=True)\n"
            "    return np.argsort(-(d[:, :m] @ query[:m]), kind='stable')\n",
            "more of its *length*",
        ),
    ),
    why="The query's length is a common factor and changes no order; the documents' lengths differ, and do.",
)

_FQ = np.array([0.8, 0.0, 0.6], np.float32)
_FD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.8, 0.0, 0.6], [0.6, 0.0, 0.8], [0.0, 1.0, 0.0]], np.float32)
_FD = _FD[[4, 1, 0, 3, 2]]

FUNNEL = Exercise(
    id="matryoshka.funnel",
    title="A funnel of two stages",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `two_stages(query, documents, m, shortlist, k)`: the `shortlist` best documents by the inner product of the first "
    "`m` numbers, then of those the `k` best by the full inner product. Give positions in `documents`, best first. (For "
    "once, do not renormalise: one idea at a time.)",
    defines="two_stages",
    stub='''def two_stages(query, documents, m, shortlist, k):
    """Positions of k documents, best first."""
    return ...  # your code
''',
    solution='''def two_stages(query, documents, m, shortlist, k):
    """Positions of k documents, best first."""
    first = np.argsort(-(documents[:, :m] @ query[:m]), kind="stable")[:shortlist]
    full = documents[first] @ query
    return first[np.argsort(-full, kind="stable")[:k]]
''',
    checks=(
        Try(
            "two_stages",
            (_FQ, _FD, 1, 3, 2),
            [4, 3],
            (
                ([1, 2], "those are positions in the *shortlist*. Translate them back: `first[...]`."),
                ([2, 4], "that is still the order of the first stage: sort the shortlist by the full inner product."),
                ([4, 2], "the shortlist is shorter than asked for: cut the first stage at `shortlist`, not at `k`."),
            ),
        ),
        Try(
            "two_stages",
            (_FQ, _FD, 1, 2, 2),
            [4, 2],
            (([4, 3], "document 3 is not on the shortlist: the second stage may look at the shortlist only."),),
        ),
        Try("two_stages", (_FQ, _FD, 3, 5, 4), [4, 3, 2, 1], (([4, 3, 2], "fewer than k documents come back."),)),
        Try(
            "two_stages",
            (np.array([0.0, 1.0, 1.0]), np.array([[0.0, 1.0, 0.0], [1.0, 0.5, 1.0], [1.0, 0.0, 1.0]]), 2, 2, 1),
            [1],
        ),
    ),
    hints=(
        "Each stage is an argsort of negative scores and a cut. What does the second argsort count positions in?",
        "`first = np.argsort(-(documents[:, :m] @ query[:m]))[:shortlist]`. Then score `documents[first]` in full.",
        "The second argsort gives positions in the shortlist: `first[that]` are the documents.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n"
            "    first = np.argsort(-(documents[:, :m] @ query[:m]), kind='stable')[:shortlist]\n"
            "    return np.argsort(-(documents[first] @ query), kind='stable')[:k]\n",
            "positions in the *shortlist*",
        ),
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n"
            "    return np.argsort(-(documents[:, :m] @ query[:m]), kind='stable')[:shortlist][:k]\n",
            "order of the first stage",
        ),
        WrongAnswer(
            "def two_stages(query, documents, m, shortlist, k):\n    return np.argsort(-(documents @ query))[:k]\n",
            "not on the shortlist",
        ),
    ),
    why="The first stage sets the recall, the second the order. Mixing up positions in two arrays is its classic bug.",
)

MOST_BYTES, MOST_READ, SHARE = 256, 100, 0.95


def _budget(dims: int, shortlist: int) -> Finding | None:
    given, nbytes = f"{dims} dimensions, shortlist {shortlist}", 4 * dims
    if nbytes > MOST_BYTES:
        said = f"the prefixes do not fit into memory: {dims} float32 numbers are {nbytes} bytes."
        return Finding(given, f"{nbytes} bytes a document", f"at most {MOST_BYTES}", said)
    if shortlist > MOST_READ:
        said = "too many full vectors are read from disk for each query."
        return Finding(given, f"{shortlist} full vectors a query", f"at most {MOST_READ}", said)
    documents, queries = ordered()
    first = Hits.from_scores(truncate(queries, dims) @ truncate(documents, dims).T, shortlist)
    quality, exact = plant().mean(refined(first.ids)), plant().mean(plant().exact.top(10))
    if quality < SHARE * exact:
        said = "the shortlist misses too many answers: give the first pass more dimensions or a longer list."
        return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {SHARE * exact:.3f} ({SHARE:.0%} of exact)", said)
    return None


BUDGET = Exercise(
    id="matryoshka.budget",
    title="A funnel under a budget",
    kind="decide",
    difficulty=2,
    minutes=15,
    task=f"You have {MOST_BYTES} bytes a document in memory for the first pass (float32), and may read at most {MOST_READ} "
    f"full vectors a query. Keep at least {SHARE:.0%} of the exact search's nDCG@10 on the plant. Choose `dims` and "
    "`shortlist`; the check runs them with the trained adapter. Several answers pass: which one would you defend?",
    defines="choice",
    stub='choice = {"dims": ..., "shortlist": ...}\n',
    solution='choice = {"dims": 64, "shortlist": 100}\n',
    checks=(setting("choice", {"dims": range(1, 385), "shortlist": range(10, 660)}, _budget),),
    hints=(
        "A float32 number takes 4 bytes. How many of them does the memory hold?",
        "Use the memory up first, then look how short the list may become; or the other way round.",
        "With 48 to 64 dimensions, the sliders of section 7 show which shortlists are long enough.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"dims": 128, "shortlist": 50}', "do not fit into memory"),
        WrongAnswer('choice = {"dims": 64, "shortlist": 500}', "too many full vectors"),
        WrongAnswer('choice = {"dims": 12, "shortlist": 20}', "misses too many"),
    ),
    why="Dimensions are paid in memory by every document, a shortlist in reads by every query: different bills.",
)

EXERCISES = (TRUNCATE, DOCUMENTS, FUNNEL, BUDGET)
