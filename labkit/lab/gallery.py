"""Drawings as thumbnails: the answer of an image search, with a search box above it."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.schematics import Schematics
from labkit.lab.list_and_field import fill_from
from labkit.search.hits import Hits
from labkit.search.places import Box
from labkit.search.retriever import Searcher


@dataclass(frozen=True)
class Gallery:
    """Thumbnails in a row that breaks where the page ends.

    Attributes:
        html: what a notebook shows.
        summary: the same in words.
    """

    html: str
    summary: str

    def __str__(self) -> str:
        """The summary."""
        return self.summary

    def _repr_html_(self) -> str:
        return self.html


def gallery(
    images: NDArray[np.uint8], captions: Sequence[str], *, boxes: Sequence[Sequence[Box]] = (), width: int = 200
) -> Gallery:
    """Thumbnails `(n, height, width)` with a caption each, and boxes drawn on them if there are any.

    Args:
        images: uint8, 255 = white.
        captions: one a picture; also the text alternative.
        boxes: for each picture the boxes x0 y0 x1 y1 to mark, in its pixels.
        width: of a thumbnail on the page, in pixels.

    Raises:
        ValueError: if images, captions and boxes differ in number.
    """
    if len(images) != len(captions) or (boxes and len(boxes) != len(images)):
        raise ValueError(f"{len(images)} images came with {len(captions)} captions and boxes for {len(boxes)}")
    figures = []
    for i, (image, caption) in enumerate(zip(images, captions, strict=True)):
        text = html.escape(caption)
        high, wide = image.shape[:2]
        marks = "".join(
            f'<rect x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}" fill="none" stroke="#d55e00" '
            'stroke-width="4"/>'
            for x0, y0, x1, y1 in (boxes[i] if boxes else ())
        )
        figures.append(
            f'<figure style="margin: 0; width: {width}px"><svg viewBox="0 0 {wide} {high}" width="{width}" role="img" '
            f'aria-label="{text}" style="border: 1px solid #808080; background: white; display: block">'
            f'<image href="{data_url(image)}" width="{wide}" height="{high}"/>{marks}</svg>'
            f'<figcaption style="font-size: 0.85em; line-height: 1.3; padding: 4px 0">{text}</figcaption></figure>'
        )
    if not figures:
        return Gallery('<p role="status">Nothing found. Try other words.</p>', "Nothing found.")
    shown = f'<div style="display: flex; flex-wrap: wrap; gap: 12px; max-width: 1080px">{"".join(figures)}</div>'
    return Gallery(shown, "; ".join(captions))


def data_url(image: NDArray[np.uint8]) -> str:
    """A picture as a PNG that stands in the page itself."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(image).quantize(16).save(buffer, "PNG", optimize=True)  # 16 greys: a third of the bytes
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def found_gallery(hits: Hits, library: Schematics, query: str) -> Gallery:
    """The drawings that a search found for one query, with rank and title, and the judgement where there is one.

    Raises:
        ValueError: if the hits are not those of one query.
    """
    if len(hits) != 1:
        raise ValueError(f"found_gallery shows the hits of one query, but was given {len(hits)}")
    grades = library.relevance()[library.queries.index(query)] if query in library.queries else None
    captions = []
    for rank, (drawing, _) in enumerate(list(hits)[0], start=1):
        said = "" if grades is None else (", no", ", comes close", ", yes")[grades.get(drawing, 0)]
        captions.append(f"{rank}{said}: {library.drawings[drawing].title.capitalize()} ({library.ids[drawing]})")
    return gallery(library.images[[i for i, _ in list(hits)[0]]], captions)


def image_search_box(searchers: Mapping[str, Searcher], library: Schematics, *, query: str = "", k: int = 5) -> Any:  # noqa: ANN401
    """A text field over the drawings, queries with known answers as examples, and a choice of searchers.

    Args:
        searchers: name -> searcher.
        library: what is searched.
        query: what the field holds at first.
        k: how many drawings to show.
    """
    import ipywidgets as widgets

    wide, style = widgets.Layout(width="640px", max_width="95%"), {"description_width": "90px"}
    hint = "Type what should be on the drawing and press Enter"
    field = widgets.Text(query, placeholder=hint, description="Find", continuous_update=False, tooltip=hint,
                         layout=wide, style=style)  # fmt: skip
    firsts = [(f"{kind}: {text}", text) for kind, text in zip(library.kinds, library.queries, strict=True)]
    examples = widgets.Dropdown(
        options=[("choose an example …", ""), *firsts],
        description="Examples",
        tooltip="Queries with known answers, by kind",
        layout=wide,
        style=style,
    )
    choice = widgets.ToggleButtons(
        options=list(searchers), description="Search by", tooltip="Which searcher answers", style=style
    )
    area = widgets.HTML()

    def answer(_: object = None) -> None:
        area.value = found_html(searchers[choice.value], library, field.value, k)

    answer()
    field.observe(answer, names="value")
    choice.observe(answer, names="value")
    fill_from(examples, field)
    return widgets.VBox([field, examples, *([choice] if len(searchers) > 1 else []), area])


def found_html(searcher: Searcher, library: Schematics, query: str, k: int) -> str:
    """What the box shows for a query; an error becomes a sentence instead of silence."""
    if not query.strip():
        return '<p role="status">Type what should be on the drawing and press Enter.</p>'
    try:
        return found_gallery(searcher.search([query], k), library, query).html
    except Exception as error:  # a widget's callback has nowhere else to report to
        return f"<p role='alert'>The search failed: {html.escape(f'{type(error).__name__}: {error}')}</p>"
