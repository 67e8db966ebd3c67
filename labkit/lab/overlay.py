"""Where in the drawing: the heat map of a query laid over the picture, with the box it points at."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.schematics import Schematics
from labkit.lab.exhibit import Exhibit, dropdown, live
from labkit.lab.gallery import data_url
from labkit.lab.style import PALETTE, new_figure
from labkit.search.places import Box, PatchEncoder, Place, locate


def plot_place(image: NDArray[np.uint8], place: Place, title: str, *, true: Sequence[Box] = ()) -> Exhibit:
    """A drawing with the heat of each place over it; the box found (full line) and the true ones (dashed).

    Args:
        image: `(height, width)` uint8.
        place: what `locate` returned for it.
        title: the finding.
        true: where the thing really stands, if that is known.
    """
    high, wide = image.shape
    rows, columns = place.heat.shape
    figure = new_figure(title, height=560, width=600, margin={"l": 8, "r": 8, "t": 56, "b": 8})
    bare = {"visible": False, "showgrid": False}
    figure.update_xaxes(range=[0, wide], **bare)
    figure.update_yaxes(range=[high, 0], scaleanchor="x", **bare)
    figure.add_layout_image(
        source=data_url(image), xref="x", yref="y", x=0, y=0, sizex=wide, sizey=high, sizing="stretch", layer="below"
    )
    step = wide / columns
    figure.add_heatmap(
        z=np.maximum(place.heat, 0).round(2).tolist(),
        x=((np.arange(columns) + 0.5) * step).tolist(),
        y=((np.arange(rows) + 0.5) * step).tolist(),
        colorscale=[[0, "rgba(213, 94, 0, 0)"], [0.35, "rgba(213, 94, 0, 0.12)"], [1, "rgba(213, 94, 0, 0.75)"]],
        showscale=False,
        hovertemplate="score %{z:.1f}<extra></extra>",
    )
    for box in true:
        _rectangle(figure, box, PALETTE[2], "dash")
    _rectangle(figure, place.box, PALETTE[0], "solid")
    x, y = place.centre
    x0, y0, x1, y1 = place.box
    said = f"The best place has its middle at pixel ({x:.0f}, {y:.0f}), score {place.score:.1f}"
    if true:
        hit = any(a <= x <= c and b <= y <= d for a, b, c, d in true)
        said += ", inside the true box" if hit else ", outside every true box"
    return Exhibit(figure, f"{said}. Blue line: what was found ({x0}, {y0}) to ({x1}, {y1})" +
                   ("; green dashes: where it really is." if true else "."))  # fmt: skip


def _rectangle(figure: Any, box: Box, colour: str, dash: str) -> None:  # noqa: ANN401
    x0, y0, x1, y1 = box
    figure.add_shape(type="rect", x0=x0, y0=y0, x1=x1, y1=y1, line={"color": colour, "width": 3, "dash": dash})


def place_explorer(encoder: PatchEncoder, library: Schematics, drawings: Sequence[int]) -> Any:  # noqa: ANN401
    """A drawing and a kind of thing to choose, and the heat map of "where is it?".

    Args:
        encoder: a model with patch vectors.
        library: drawings with the boxes of their components.
        drawings: positions to choose from.
    """
    kinds = sorted({c.kind for i in drawings for c in library.components[i]})
    names = [(f"{library.ids[i]}: {library.drawings[i].title.lower()}", i) for i in drawings]
    controls = {
        "drawing": dropdown("Drawing", names, "Which drawing"),
        "kind": dropdown("Where is the", [(kind, kind) for kind in kinds], "What to look for; it need not be there"),
    }
    controls["kind"].value = library.components[drawings[0]][0].kind

    def draw(drawing: int, kind: str) -> Exhibit:
        true = library.boxes(drawing, kind)
        place = locate(encoder, f"where is the {kind}?", library.images[drawing])
        there = f"{len(true)} on this sheet" if true else "none on this sheet: mind the score"
        return plot_place(library.images[drawing], place, f"Where is the {kind}? ({there})", true=true)

    return live(draw, controls, layout="column")
