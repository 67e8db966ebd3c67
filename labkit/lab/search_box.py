"""A search box over any searcher: type a question, see what it finds."""

import html
import re
from collections.abc import Mapping
from typing import Any

from labkit.data.collection import Collection
from labkit.lab.list_and_field import fill_from
from labkit.measure.table import Table
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher
from labkit.search.tokenize import STOP_WORDS


def results_html(hits: Hits, collection: Collection, query: str, *, max_chars: int = 280) -> str:
    """The hits of one query as an ordered list: score, title, text with the query's words in bold, judgement if known.

    Raises:
        ValueError: if the hits are not those of one query, or not of this collection.
    """
    if len(hits) != 1:
        raise ValueError(f"results_html shows the hits of one query, but was given {len(hits)}")
    if hits.ids.size and hits.ids.max() >= len(collection):
        raise ValueError(f"hit {hits.ids.max()} is no document of {collection!r}; was another collection indexed?")
    grades: dict[int, int] = {}
    if query in collection.queries:
        grades = collection.relevance()[collection.queries.index(query)]
    words = {word.lower() for word in re.findall(r"\w[\w-]*", query)} - STOP_WORDS
    items = []
    for document, score in next(iter(hits)):
        title, text = collection.titles[document], collection.texts[document]
        if len(text) > max_chars:
            text = text[:max_chars].rsplit(" ", 1)[0] + " …"
        heading = html.escape(title or collection.doc_ids[document])
        tags = [f"{score:.3f}", html.escape(collection.types[document]), html.escape(collection.doc_ids[document])]
        if document in grades:
            tags.append(f"<b>judged relevant ({grades[document]})</b>")
        items.append(
            f'<li style="margin: 0 0 10px 0"><b>{heading}</b> '
            f'<span style="opacity: 0.75">{" · ".join(tag for tag in tags if tag)}</span><br>{_bold(text, words)}</li>'
        )
    if not items:
        return '<p role="status">Nothing found. Try other words.</p>'
    return f'<ol style="max-width: 860px; line-height: 1.45">{"".join(items)}</ol>'


def _bold(text: str, words: set[str]) -> str:
    parts = re.split(r"(\w[\w-]*)", text)
    return "".join(f"<b>{html.escape(part)}</b>" if part.lower() in words else html.escape(part) for part in parts)


def search_box(
    searchers: Searcher | Mapping[str, Searcher], collection: Collection, *, query: str = "", k: int = 5
) -> Any:  # noqa: ANN401
    """A text field, a list of example queries and, for several searchers, a choice between them.

    Args:
        searchers: one searcher, or name -> searcher.
        collection: what was indexed; its own queries are offered as examples.
        query: what the field holds at first.
        k: how many hits to show.

    Raises:
        ValueError: if there is no searcher.
    """
    import ipywidgets as widgets

    named: Mapping[str, Searcher] = searchers if isinstance(searchers, Mapping) else {"search": searchers}
    if not named:
        raise ValueError("there is no searcher to ask; pass one, or {name: searcher}")
    wide = widgets.Layout(width="640px", max_width="95%")
    style = {"description_width": "90px"}
    field = widgets.Text(
        value=query,
        placeholder="Type a question and press Enter",
        description="Question",
        continuous_update=False,
        tooltip="Type a question and press Enter",
        layout=wide,
        style=style,
    )
    examples = widgets.Dropdown(
        options=[("choose an example …", ""), *((text[:110], text) for text in collection.queries[:60])],
        description="Examples",
        tooltip="Queries of the collection, with known answers",
        layout=wide,
        style=style,
    )
    choice = widgets.ToggleButtons(
        options=list(named), description="Search by", tooltip="Which searcher answers", style=style
    )
    area = widgets.HTML()

    def answer(_: object = None) -> None:
        area.value = search_html(named[choice.value], collection, field.value, k=k)

    answer()
    field.observe(answer, names="value")
    choice.observe(answer, names="value")
    fill_from(examples, field)
    rows = [field, *([examples] if collection.queries else []), *([choice] if len(named) > 1 else []), area]
    return widgets.VBox(rows)


def search_html(searcher: Searcher, collection: Collection, query: str, *, k: int = 5) -> str:
    """What the search box shows for a query; an error becomes a sentence instead of silence."""
    if not query.strip():
        return '<p role="status">Type a question and press Enter.</p>'
    try:
        return results_html(searcher.search([query], k), collection, query)
    except Exception as error:  # a widget's callback has nowhere else to report to
        return f"<p role='alert'>The search failed: {html.escape(f'{type(error).__name__}: {error}')}</p>"


def hits_table(hits: Hits, collection: Collection, query: int, *, k: int = 5, max_chars: int = 90) -> Table:
    """The first `k` hits of the query at a position, as a table: rank, score, grade, document."""
    grades = collection.relevance()[query]
    rows = []
    for rank, (document, score) in enumerate(list(hits)[query][:k], start=1):
        text = collection.documents[document]
        text = text if len(text) <= max_chars else text[:max_chars].rsplit(" ", 1)[0] + " …"
        rows.append((str(rank), f"{score:.3f}", str(grades.get(document, "")), text))
    return Table(("rank", "score", "grade", "document"), tuple(rows), f"Query: {collection.queries[query]}")
