"""Figures about one query at a time: what moves when dimensions go, and how a metric is worked out by hand."""

import html
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import Vectors
from labkit.compress.matryoshka import truncate
from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit, dropdown, live
from labkit.lab.style import GREY, PALETTE, line_style, new_figure
from labkit.measure.table import Table
from labkit.search.hits import Hits

Cut = Callable[[ArrayLike, int], Vectors]


def plot_rank_changes(
    collection: Collection,
    documents: Vectors,
    queries: Vectors,
    query: int,
    *,
    dims: Sequence[int] = (16, 32, 64, 128, 256),
    follow: int = 8,
    cut: Cut = truncate,
) -> Exhibit:
    """How the best documents of one query move as dimensions are taken away.

    Args:
        collection: texts and judgements.
        documents: `(n, d)` document vectors.
        queries: `(nq, d)` query vectors.
        query: position of the query.
        dims: numbers of dimensions, rising; the full width is always the last.
        follow: how many of the full vectors' best documents to follow; relevant ones are followed besides.
        cut: how a vector is shortened.

    Raises:
        ValueError: if the vectors are not those of the collection, or it has no such query.
    """
    if (len(documents), len(queries)) != (len(collection), len(collection.queries)):
        raise ValueError(
            f"{collection!r} should come with as many vectors, but there are {len(documents):,} and {len(queries):,}"
        )
    if not 0 <= query < len(queries):
        raise ValueError(f"query should be a position from 0 to {len(queries) - 1}, but is {query}")
    width = documents.shape[1]
    dims = [*(dim for dim in dims if dim < width), width]
    ranks = {dim: _ranks(cut(documents, dim), cut(queries[query : query + 1], dim)) for dim in dims}
    relevant = collection.relevance()[query]
    best = np.argsort(ranks[dims[-1]])[:follow].tolist()
    followed = best + [document for document in relevant if document not in best]
    asked = collection.queries[query]
    figure = new_figure(
        f"“{html.escape(_short(asked, 90))}”", x="dimensions kept", y="rank (1 is best, log scale)", height=440
    )
    figure.update_layout(showlegend=False)
    for document in followed:
        places = [int(ranks[dim][document]) for dim in dims]
        is_relevant = document in relevant
        style = (
            line_style(1)
            if is_relevant
            else {"line": {"color": GREY, "width": 1}, "marker": {"color": GREY, "size": 6}}
        )
        label = "relevant: " if is_relevant else ""
        figure.add_scatter(
            x=list(range(len(dims))),
            y=places,
            mode="lines+markers",
            opacity=1.0 if is_relevant else 0.7,
            text=[
                f"{label}rank {place} at {dim} dims<br>{_wrap(collection.documents[document])}"
                for place, dim in zip(places, dims, strict=True)
            ],
            hoverinfo="text",
            **style,
        )
        if is_relevant:
            figure.add_annotation(
                x=0,
                y=np.log10(places[0]),
                text=f"relevant, rank {places[0]}",
                showarrow=False,
                xanchor="left",
                yanchor="bottom",
                yshift=8,
                font={"color": PALETTE[1]},
            )
    figure.update_xaxes(tickvals=list(range(len(dims))), ticktext=[str(dim) for dim in dims])
    worst = max(ranks[dim][document] for dim in dims for document in followed)
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000) if tick <= 2 * worst]
    figure.update_yaxes(type="log", tickvals=ticks, range=[np.log10(worst * 1.4), -0.1], minor={"ticks": ""})
    return Exhibit(figure, _rank_summary(ranks, relevant, best, dims))


def _rank_summary(ranks: dict[int, Vectors], relevant: dict[int, int], best: list[int], dims: list[int]) -> str:
    few, full = dims[0], dims[-1]
    kept = sum(int(ranks[few][document] <= len(best)) for document in best)
    text = (
        f"At {few} dimensions, {kept} of the {len(best)} best documents at {full} are left among the first {len(best)}."
    )
    if relevant:
        first = min(relevant, key=lambda document: ranks[full][document])
        path = ", ".join(f"{int(ranks[dim][first])} at {dim}" for dim in reversed(dims))
        text += f" The relevant document stands at rank {path}."
    return text


def _ranks(documents: Vectors, query: Vectors) -> Vectors:
    order = Hits.from_scores(query @ documents.T, len(documents)).ids[0]
    ranks = np.empty(len(documents), np.float32)
    ranks[order] = np.arange(1, len(documents) + 1)
    return ranks


def rank_explorer(
    collection: Collection, documents: Vectors, queries: Vectors, choices: Sequence[int], *, cut: Cut = truncate
) -> object:
    """`plot_rank_changes` with a drop-down list of queries.

    Args:
        collection: texts and judgements.
        documents: `(n, d)` document vectors.
        queries: `(nq, d)` query vectors.
        choices: positions of the queries offered.
        cut: how a vector is shortened.
    """
    if not len(choices):
        raise ValueError("there are no choices: name the positions of some queries")
    options = [(_short(collection.queries[i], 80), i) for i in choices]
    return live(
        lambda query: plot_rank_changes(collection, documents, queries, query, cut=cut),
        {"query": dropdown("Query", options, "The query whose documents are followed")},
    )


def worked_ndcg(hits: Hits, collection: Collection, query: int, *, k: int = 10) -> list[object]:
    """nDCG@k of one query worked out line by line: a table and a sentence.

    Args:
        hits: ranked lists of every query of the collection.
        collection: texts and judgements.
        query: position of the query.
        k: how deep to look.

    Raises:
        ValueError: if the query has no relevant document, or fewer than `k` hits were searched.
    """
    depth = hits.ids.shape[1]
    if not 1 <= k <= depth:
        raise ValueError(f"k should be between 1 and the {depth} hits a query that were searched, but is {k}")
    grades = collection.relevance()[query]
    if not grades:
        raise ValueError(f"query number {query} has no relevant document, so nDCG is not defined for it")
    found = [int(document) for document in hits.ids[query, :k] if document >= 0]
    rows, total = [], 0.0
    for rank, document in enumerate(found, start=1):
        gain, discount = grades.get(document, 0), 1 / np.log2(rank + 1)
        total += gain * discount
        rows.append(
            (
                str(rank),
                _short(collection.documents[document], 70),
                str(gain),
                f"{discount:.3f}",
                f"{gain * discount:.3f}",
            )
        )
    ideal_gains = sorted(grades.values(), reverse=True)[:k]
    ideal = sum(gain / np.log2(rank + 1) for rank, gain in enumerate(ideal_gains, start=1))
    depth = min(depth, 100)
    seen = sum(document in grades for document in hits.ids[query, :depth].tolist())
    table = Table(("rank", "document", "grade", "1 / log2(rank + 1)", "grade x discount"), tuple(rows))
    sentence = (
        f"DCG@{k} is the sum of the last column, **{total:.3f}**. The best possible order would put the grades "
        f"{', '.join(map(str, ideal_gains))} first and reach {ideal:.3f}. So nDCG@{k} = {total:.3f} / {ideal:.3f} = "
        f"**{total / ideal:.3f}**. Of the {len(grades)} relevant documents {seen} are among the first {depth} hits: "
        f"recall@{depth} = **{seen / len(grades):.2f}**."
    )
    return [table, sentence]


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"


def _wrap(text: str, width: int = 60, lines: int = 4) -> str:
    import textwrap

    return "<br>".join(html.escape(line) for line in textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))
