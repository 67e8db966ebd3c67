"""Which words made the score? BM25's sum, term by term."""

import html
from collections.abc import Sequence
from typing import Any

from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit, live
from labkit.lab.list_and_field import choose_or_type
from labkit.lab.style import PALETTE, new_figure
from labkit.search.bm25 import BM25Index

_PATTERNS = ("", "/", "x", ".", "-", "\\", "+")


def plot_contributions(bm25: BM25Index, collection: Collection, query: str, *, k: int = 5) -> Exhibit | str:
    """One bar a hit, cut into what each term of the query adds to its score; a sentence if nothing is found.

    Args:
        bm25: the index of the collection's documents.
        collection: titles and judgements.
        query: any text.
        k: hits shown.
    """
    hits = next(iter(bm25.search([query], k)))
    if not hits:
        return f"No document holds any word of “{query}”. A word search then finds nothing at all."
    grades = collection.relevance()[collection.queries.index(query)] if query in collection.queries else {}
    parts = {document: {c.term: c for c in bm25.explain(query, document)} for document, _ in hits}
    weights = {c.term: c.idf for terms in parts.values() for c in terms.values()}
    labels = [_label(collection, document, rank, grades) for rank, (document, _) in enumerate(hits, start=1)]
    first = max(parts[hits[0][0]].values(), key=lambda c: c.score)
    figure = new_figure(
        f"“{html.escape(_short(query, 60))}”: {html.escape(first.term)} makes "
        f"{first.score / hits[0][1]:.0%} of the best score",
        x="BM25 score",
        height=150 + 52 * len(hits),
        barmode="stack",
    )
    for index, term in enumerate(sorted(weights, key=lambda term: -weights[term])):
        found = [parts[document].get(term) for document, _ in hits]
        figure.add_bar(
            y=labels,
            x=[c.score if c else 0.0 for c in found],
            orientation="h",
            name=f"{term} (in {next(c.documents for c in found if c)} documents)",
            text=[term if c else "" for c in found],
            textposition="inside",
            insidetextanchor="middle",
            marker={
                "color": PALETTE[index % len(PALETTE)],
                "pattern": {
                    "shape": _PATTERNS[index % len(_PATTERNS)],
                    "fillmode": "overlay",
                    "fgopacity": 0.35,
                    "solidity": 0.2,
                },
            },
            hovertext=[
                f"{term}: {c.count} times here, idf {c.idf:.2f}, adds {c.score:.2f}" if c else "" for c in found
            ],
            hoverinfo="text",
        )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(legend={"y": -0.35}, margin={"l": 20})
    rarest = max(weights, key=lambda term: weights[term])
    return Exhibit(
        figure,
        f"The best hit scores {hits[0][1]:.2f}, of which {first.term} adds {first.score:.2f}. The rarest term found is "
        f"{rarest} (idf {weights[rarest]:.2f}).",
    )


def contribution_explorer(bm25: BM25Index, collection: Collection, choices: Sequence[str], *, k: int = 5) -> Any:  # noqa: ANN401
    """`plot_contributions` for a query chosen from a list, or typed.

    Args:
        bm25: the index of the collection's documents.
        collection: titles and judgements.
        choices: queries offered.
        k: hits shown.
    """
    import ipywidgets as widgets

    typed = widgets.Text(
        placeholder="or type a query and press Enter",
        description="Your query",
        continuous_update=False,
        tooltip="Any text; it takes the place of the choice in the list",
        style={"description_width": "initial"},
        layout=widgets.Layout(width="640px", max_width="95%"),
    )
    options = [(_short(query, 80), query) for query in choices]
    chosen = choose_or_type("Query", options, "A query of the collection", typed)
    return live(
        lambda query, own: plot_contributions(bm25, collection, own.strip() or query, k=k),
        {"query": chosen, "own": typed},
    )


def _label(collection: Collection, document: int, rank: int, grades: dict[int, int]) -> str:
    mark = f" [grade {grades[document]}]" if document in grades else ""
    title = collection.titles[document] or collection.documents[document]
    return f"{rank}. {html.escape(_short(title, 44))}{mark} "


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"
