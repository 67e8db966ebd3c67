"""The needle: what one token is worth to a document's single vector, and what it is worth to MaxSim.

    pooled    cosine of the mean of the query's tokens and the mean of the document's: a token is 1 in 130
    MaxSim    the best match of each query token, averaged over them: a token that is somebody's best match is missed

Both lie between -1 and 1, so that their changes can stand side by side.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors
from labkit.lab.exhibit import Exhibit, dropdown, live
from labkit.lab.kinds import members_of
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.metrics import Relevance
from labkit.measure.table import Table
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens_reading import is_frame


class Without(NamedTuple):
    """How the two scores change when one document token is left out: `(td,)` each, 0 or negative for MaxSim."""

    pooled: NDArray[np.float64]
    maxsim: NDArray[np.float64]


def without_each(query: ArrayLike, document: ArrayLike) -> Without:
    """The change of the pooled cosine and of MaxSim (a query token) when each token of a document is left out in turn.

    Args:
        query: `(tq, d)` token vectors.
        document: `(td, d)` token vectors, at least two.

    Raises:
        ValueError: if the query has no token or the document fewer than two.

    Example:
        >>> change = without_each([[1, 0]], [[1, 0], [0, 1], [0, 1], [0, 1]])
        >>> change.maxsim.tolist()
        [-1.0, 0.0, 0.0, 0.0]
    """
    a = as_vectors(query, name="query").astype(np.float64)
    b = as_vectors(document, dim=a.shape[1], name="document").astype(np.float64)
    if len(a) < 1 or len(b) < 2:
        raise ValueError(f"needs a query token and two document tokens, but there are {len(a)} and {len(b)}")
    similarities = a @ b.T
    second, best = np.sort(similarities, axis=1)[:, -2:].T
    maxsim = np.zeros(len(b))
    np.add.at(maxsim, similarities.argmax(axis=1), second - best)
    asked, total = a.sum(axis=0), b.sum(axis=0)
    rest = total - b
    pooled = (rest @ asked) / _length(rest) - (total @ asked) / _length(total[None])
    return Without(pooled / _length(asked[None]), maxsim / len(a))


def _length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(np.linalg.norm(vectors, axis=1), 1e-12), np.float64)


def plot_without(query: str, tokens: Sequence[str], change: Without) -> Exhibit:
    """Both changes for every token of a document, left out one at a time.

    Args:
        query: what was asked.
        tokens: the document's tokens, as text.
        change: what leaving out each of them does.
    """
    worst = int(change.maxsim.argmin())
    fell, moved = change.maxsim[worst], change.pooled[worst]
    asked = query if len(query) <= 60 else query[:59] + "…"
    figure = new_figure(
        f"“{asked}”: without “{tokens[worst]}” MaxSim falls by {-fell:.3f},<br>"
        f"the one vector's cosine changes by {moved:+.4f}",
        x="token left out (its place in the document)",
        y="change of the score",
        barmode="overlay",
    )
    places = np.arange(len(tokens))
    names = [f"without “{token}”" for token in tokens]
    for name, values, colour, width in (
        ("MaxSim, a query token", change.maxsim, PALETTE[1], 0.9),
        ("cosine of the pooled vectors", change.pooled, PALETTE[0], 0.5),
    ):
        figure.add_bar(
            x=places,
            y=values,
            name=name,
            width=width,
            marker={"color": colour, "line": {"width": 0}},
            text=names,
            textposition="none",
            hovertemplate="%{text}: %{y:+.4f}<extra>" + name + "</extra>",
        )
    figure.add_annotation(x=worst, y=fell, text=tokens[worst], ax=40, ay=-10, arrowcolor=GREY)
    figure.add_hline(y=0, line={"color": GREY, "width": 1})
    figure.update_layout(margin={"l": 84})
    needed = int((change.maxsim < 0).sum())
    return Exhibit(
        figure,
        f"{needed} of {len(tokens)} tokens are somebody's best match; the others can go and MaxSim stays as it is. "
        f"The one vector changes by at most {np.abs(change.pooled).max():.4f} whichever token goes.",
    )


def words_only(vectors: TokenVectors, tokens: Sequence[Sequence[str]]) -> tuple[TokenVectors, list[list[str]]]:
    """Token vectors and tokens without the frame (`[CLS]`, `[SEP]`), which stands around every text and means no word.

    Args:
        vectors: the token vectors of some texts.
        tokens: the tokens of each text, as text.

    Raises:
        ValueError: if a text has other than one token a vector.

    Example:
        >>> kept, tokens = words_only(TokenVectors.of([[[1, 0], [0, 1], [1, 0]]]), [["[CLS]", "pump", "[SEP]"]])
        >>> kept.lengths.tolist(), tokens
        ([1], [['pump']])
    """
    if [len(text) for text in tokens] != vectors.lengths.tolist():
        raise ValueError("each text should have one token a vector: pass the tokens of the same texts and encoder")
    rows = np.flatnonzero([not is_frame(token) for text in tokens for token in text])
    offsets = np.searchsorted(rows, vectors.offsets).astype(np.int64)
    left = [[token for token in text if not is_frame(token)] for text in tokens]
    return TokenVectors(vectors.vectors[rows], offsets), left


def needle_explorer(
    questions: Sequence[str],
    queries: TokenVectors,
    documents: TokenVectors,
    tokens: Sequence[Sequence[str]],
    choices: Sequence[tuple[int, int]],
) -> Any:  # noqa: ANN401
    """`plot_without` for a query chosen from a list.

    Args:
        questions: the queries as text.
        queries: their token vectors.
        documents: the documents' token vectors.
        tokens: the documents' tokens, as text.
        choices: pairs (position of a query, position of the document that answers it).
    """

    def draw(choice: tuple[int, int]) -> Exhibit:
        query, document = choice
        change = without_each(queries[query], documents[document])
        return plot_without(questions[query], tokens[document], change)

    options = [
        (text if len(text := questions[query]) < 80 else text[:79] + "…", (query, document))
        for query, document in choices
    ]
    return live(draw, {"choice": dropdown("Query", options, "A query, and the document that answers it")})


def best_answer(grades: dict[int, int]) -> int:
    """The document with the highest grade, the first of several; -1 if there is none.

    Example:
        >>> best_answer({7: 1, 4: 2, 9: 2})
        4
    """
    return min(grades, key=lambda document: (-grades[document], document), default=-1)


def needle_table(
    documents: TokenVectors, queries: TokenVectors, relevance: Relevance, kinds: Sequence[str]
) -> tuple[Table, float]:
    """By kind of query: what the most needed token of the answer is worth to either score; and the ratio over all.

    The answer is the document with the highest grade; its most needed token is the one whose loss costs MaxSim most.
    """
    fell, moved = np.full(len(kinds), np.nan), np.full(len(kinds), np.nan)
    for row, grades in enumerate(relevance):
        answer = best_answer(dict(grades))
        if answer >= 0 and len(documents[answer]) > 1 and len(queries[row]):
            change = without_each(queries[row], documents[answer])
            worst = change.maxsim.argmin()
            fell[row], moved[row] = -change.maxsim[worst], abs(change.pooled[worst])
    lines = []
    for kind, members in {"all": np.arange(len(kinds)), **members_of(kinds)}.items():
        rows = members[np.isfinite(fell[members])]
        if len(rows):
            low, high = bootstrap_ci(fell[rows])
            cells = f"{fell[rows].mean():.3f} ({low:.3f} to {high:.3f})", f"{moved[rows].mean():.4f}"
            lines.append((kind, str(len(rows)), *cells, f"{fell[rows].mean() / moved[rows].mean():.0f}"))
    caption = "One token of the answer is left out: the one that MaxSim needs most. 95 % intervals over the queries."
    header = ("kind", "queries", "MaxSim falls by", "one vector moves by", "times as much")
    ratio = float(np.nanmean(fell) / np.nanmean(moved))
    return Table(header, tuple(lines), caption), ratio
