"""How figures look: one template that reads well in JupyterLab's light and dark themes, and never by colour alone.

Colours are Okabe and Ito's set for colour-blind readers (jfly.uni-koeln.de/color), lightened or darkened where needed
so that each has a contrast of at least 3 against white and against JupyterLab's dark grey. Every line also has a
marker and a dash of its own.
"""

from collections.abc import Iterable
from typing import Any

PALETTE = ("#0f7fbf", "#d55e00", "#009e73", "#c060a0", "#b38600", "#5e8a9e", "#8a6fd1")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
GREY = "#808080"
GRID = "rgba(128, 128, 128, 0.25)"


def line_style(index: int) -> dict[str, Any]:
    """Colour, dash and marker of the n-th line of a figure, as arguments of `go.Scatter`."""
    return {
        "line": {"color": PALETTE[index % len(PALETTE)], "dash": DASHES[index % len(DASHES)], "width": 2},
        "marker": {"color": PALETTE[index % len(PALETTE)], "symbol": MARKERS[index % len(MARKERS)], "size": 8},
    }


def band_colour(index: int, opacity: float = 0.15) -> str:
    """The n-th colour, mostly transparent, for intervals."""
    red, green, blue = (int(PALETTE[index % len(PALETTE)][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def add_band(
    figure: Any,  # noqa: ANN401
    index: int,
    xs: Iterable[float],
    low: Iterable[float],
    high: Iterable[float],
    *,
    visible: bool = True,
) -> None:
    """Fill the space between `low` and `high` in the n-th colour: the intervals of a line."""
    right, back = list(xs), list(low)[::-1]
    figure.add_scatter(
        x=right + right[::-1],
        y=list(high) + back,
        fill="toself",
        fillcolor=band_colour(index),
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        visible=visible,
    )


def new_figure(title: str, *, x: str = "", y: str = "", height: int = 420, **layout: Any) -> Any:  # noqa: ANN401
    """An empty plotly figure in the course's style.

    Args:
        title: the finding in one sentence; `<br>` breaks a long one.
        x: title of the x axis, with its unit.
        y: title of the y axis, with its unit.
        height: in pixels.
        layout: anything else that `update_layout` takes.
    """
    import plotly.graph_objects as go

    use_offline_renderer()
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": GREY, "ticks": "outside", "tickcolor": GREY}
    figure = go.Figure()
    figure.update_layout(
        template="none",
        title={"text": title, "x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
        xaxis={**axis, "title": {"text": x, "standoff": 6}},
        yaxis={**axis, "title": {"text": y}},
        height=height,
        font={"color": GREY, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(PALETTE),
        hoverlabel={"align": "left"},
        margin={"l": 64, "r": 24, "t": 64, "b": 56},
        legend={"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0},  # under the title of the axis, never on it
    )
    figure.update_layout(**layout)
    return figure


def use_offline_renderer() -> None:
    """Let JupyterLab's own plotly extension draw: no script in the notebook, no request to a network."""
    import plotly.io as pio

    pio.renderers.default = "plotly_mimetype"
    # plotly's tool bar can upload a figure to a cloud service; a lab that promises to work offline should not offer it.
    pio.renderers["plotly_mimetype"].config.update(showSendToCloud=False, displaylogo=False)
