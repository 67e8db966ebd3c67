"""The token heat-map: how similar every token of a query is to every token of a document, and which one won.

    query token    document tokens                      best
    101            [e .23] [- .40] [101 .94] [2 .44]    101  .94
    leak           [e .11] [- .10] [101 .20] [2 .15]    101  .20     MaxSim = .94 + .20 + ...

MaxSim keeps the largest number of every row and adds them up. This file makes the numbers and the plain HTML table;
`heatmap_widget` makes the picture that a reader can click.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.measure.table import Table


@dataclass(frozen=True)
class Matches:
    """A query's tokens against a document's tokens.

    Attributes:
        title: what the document is called.
        tokens: the document's `td` tokens, as text.
        similarities: `(tq, td)` inner products.
    """

    title: str
    tokens: tuple[str, ...]
    similarities: Vectors

    @property
    def winners(self) -> NDArray[np.int64]:
        """For each query token the position of its best document token, `(tq,)`; -1 if the document has none."""
        if not self.tokens:
            return np.full(len(self.similarities), -1, np.int64)
        return np.asarray(self.similarities.argmax(axis=1), np.int64)

    @property
    def best(self) -> Vectors:
        """The similarity of each winner, `(tq,)`; 0 if the document has no token."""
        if not self.tokens:
            return np.zeros(len(self.similarities), np.float32)
        best: Vectors = self.similarities.max(axis=1)
        return best

    @property
    def score(self) -> float:
        """MaxSim: the sum of the best."""
        return float(self.best.sum())


def matches(query: ArrayLike, document: ArrayLike, tokens: Sequence[str], *, title: str = "") -> Matches:
    """Every query token against every document token.

    Args:
        query: `(tq, d)` the query's token vectors.
        document: `(td, d)` the document's token vectors.
        tokens: the document's `td` tokens, as text.
        title: what the document is called.

    Raises:
        ValueError: if there are more or fewer tokens than document vectors, or the dimensions differ.

    Example:
        >>> found = matches([[1, 0], [0, 1]], [[0.6, 0.8], [1, 0], [0, -1]], ["a", "b", "c"])
        >>> found.winners.tolist(), round(found.score, 2)
        ([1, 0], 1.8)
    """
    a = as_vectors(query, name="query")
    b = as_vectors(document, dim=a.shape[1], name="document")
    if len(tokens) != len(b):
        raise ValueError(f"there should be one token for each of the {len(b)} document vectors, but got {len(tokens)}")
    return Matches(title, tuple(tokens), np.ascontiguousarray(a @ b.T))


def match_table(query: Sequence[str], sides: Sequence[Matches]) -> Table:
    """A row a query token: the document token that it matched best and their similarity, for each document.

    It says in text what the heat-map says in colour: for a terminal, a screen reader, and a page without scripts.

    Raises:
        ValueError: if a document was matched with another number of query tokens.
    """
    rows = []
    for row, token in enumerate(query):
        cells = [token]
        for side in sides:
            if len(side.similarities) != len(query):
                raise ValueError(f"{len(query)} query tokens, but a document matched with {len(side.similarities)}")
            winner = int(side.winners[row])
            cells += [side.tokens[winner] if winner >= 0 else "(nothing)", f"{side.best[row]:.2f}"]
        rows.append(tuple(cells))
    total = ["MaxSim"]
    header = ["query token"]
    for number, side in enumerate(sides, 1):
        total += ["", f"{side.score:.2f}"]
        header += [side.title or f"document {number}", f"similarity {number}"]
    return Table(tuple(header), (*rows, tuple(total)), "The best document token of each query token; MaxSim adds them.")


def heat_table(query: Sequence[str], tokens: Sequence[str], similarities: ArrayLike) -> "HeatTable":
    """A small matrix of similarities with the largest of each row marked: for a few tokens, worked by hand.

    Args:
        query: the query's tokens, as text.
        tokens: the document's tokens, as text.
        similarities: `(tq, td)`.

    Raises:
        ValueError: if the matrix has another shape than the tokens say, or no column.
    """
    array = np.asarray(similarities, np.float64)
    if array.shape != (len(query), len(tokens)) or not tokens:
        raise ValueError(
            f"{len(query)} query tokens and {len(tokens)} document tokens, but the matrix has shape {array.shape}; "
            "it should be (query tokens, document tokens), with at least one document token"
        )
    return HeatTable(tuple(query), tuple(tokens), array)


@dataclass(frozen=True)
class HeatTable:
    """A matrix of similarities as a coloured table; the winner of each row is bold, framed, and named in the text."""

    query: tuple[str, ...]
    tokens: tuple[str, ...]
    similarities: NDArray[np.float64]

    def __str__(self) -> str:
        """The table as text, the winners with a star."""
        return str(self._table(lambda value, won: f"{value:.2f}{'*' if won else ' '}"))

    def _table(self, cell: Callable[[float, bool], str]) -> Table:
        rows = []
        for token, row in zip(self.query, self.similarities, strict=True):
            won = int(row.argmax())
            cells = [cell(float(value), i == won) for i, value in enumerate(row)]
            rows.append((token, *cells, f"{row.max():.2f}"))
        total = ("MaxSim", *[""] * len(self.tokens), f"{self.similarities.max(axis=1).sum():.2f}")
        return Table(("", *self.tokens, "best"), (*rows, total))

    def _repr_html_(self) -> str:
        def cell(value: float, won: bool) -> str:
            frame = "outline: 2px solid currentColor; outline-offset: -3px; font-weight: bold; " if won else ""
            shade = f"background: rgba(15, 127, 191, {max(0.0, min(1.0, value)) * 0.6:.2f}); "
            return f'<td style="{frame}{shade}text-align: right; padding: 6px 10px">{value:.2f}</td>'

        heads = "".join(f'<th scope="col">{html.escape(token)}</th>' for token in ("", *self.tokens, "best"))
        body = ""
        for token, row in zip(self.query, self.similarities, strict=True):
            cells = "".join(cell(float(value), i == row.argmax()) for i, value in enumerate(row))
            body += f'<tr><th scope="row">{html.escape(token)}</th>{cells}<td><b>{row.max():.2f}</b></td></tr>'
        total = self.similarities.max(axis=1).sum()
        foot = f'<tr><th scope="row">MaxSim</th><td colspan="{len(self.tokens)}"></td><td><b>{total:.2f}</b></td></tr>'
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"
