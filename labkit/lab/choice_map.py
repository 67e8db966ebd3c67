"""The bake-off as a picture: quality against bytes and against milliseconds, and models across collections."""

from collections.abc import Mapping, Sequence

import numpy as np

from labkit.lab.bits import pareto_front
from labkit.lab.exhibit import Exhibit
from labkit.lab.style import GREY, PALETTE, line_style, new_figure
from labkit.measure.bakeoff_record import Bakeoff, Entry
from labkit.measure.intervals import paired_difference

_AXES = {
    "bytes in memory": ("memory", "bytes a document in memory (log scale)"),
    "milliseconds": ("query_ms", "milliseconds a query (log scale)"),
}


def plot_bakeoff(found: Bakeoff, title: str) -> Exhibit:
    """Every entry as a point with its interval; buttons switch the cost from bytes to milliseconds.

    Entries that another one beats in both are crosses; the line joins those that none beats.

    Args:
        found: from `bakeoff`.
        title: the finding.

    Raises:
        ValueError: if no entry has a cost.
    """
    figure = new_figure(title, y=found.metric, height=520)
    fronts = {}
    for axis, (attribute, label) in _AXES.items():
        known = [entry for entry in found.entries if getattr(entry, attribute)]
        if not known:
            raise ValueError(f"no entry of this bake-off says its {axis}")
        fronts[axis] = _add_points(figure, known, attribute, found.metric, visible=axis == "bytes in memory")
        if axis == "bytes in memory":
            figure.update_xaxes(title_text=label)
    traces = len(figure.data) // len(_AXES)
    buttons = [
        {
            "label": axis,
            "method": "update",
            "args": [
                {"visible": [other == axis for other in _AXES for _ in range(traces)]},
                {"xaxis.title.text": label},
            ],
        }
        for axis, (_, label) in _AXES.items()
    ]
    look = {"bgcolor": "rgba(128,128,128,0.15)", "font": {"color": GREY}, "showactive": True}
    figure.update_layout(
        updatemenus=[
            {
                "type": "buttons",
                "direction": "left",
                "buttons": buttons,
                "x": 1,
                "xanchor": "right",
                "y": -0.2,
                "yanchor": "top",
                **look,
            }
        ],
        legend={"y": -0.2},
        margin={"b": 100},
    )
    figure.update_xaxes(type="log", dtick=1)
    told = "; ".join(f"by {axis}: {', '.join(entry.name for entry in front)}" for axis, front in fronts.items())
    return Exhibit(figure, f"Not beaten by any other, cheapest first, {told}. Bars are 95 % intervals.")


def _add_points(figure: object, entries: Sequence[Entry], attribute: str, metric: str, *, visible: bool) -> list[Entry]:
    costs = np.array([getattr(entry, attribute) for entry in entries], np.float64)
    best = pareto_front(costs, [entry.quality.mean for entry in entries])
    front = sorted(np.flatnonzero(best).tolist(), key=lambda row: costs[row])
    for label, rows, mode in (
        ("beaten in both", np.flatnonzero(~best).tolist(), "markers"),
        ("Pareto front", front, "lines+markers+text"),
    ):
        chosen = [entries[row] for row in rows]
        on_front = mode != "markers"
        figure.add_scatter(  # type: ignore[attr-defined]
            x=costs[rows],
            y=[entry.quality.mean for entry in chosen],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [entry.quality.high - entry.quality.mean for entry in chosen],
                "arrayminus": [entry.quality.mean - entry.quality.low for entry in chosen],
                "thickness": 1,
                "width": 3,
            },
            mode=mode,
            name=label,
            visible=visible,
            text=[entry.name for entry in chosen] if on_front else None,
            textposition=["top left" if place == len(rows) - 1 else "bottom right" for place in range(len(rows))]
            if on_front
            else None,
            marker={"color": PALETTE[2], "symbol": "diamond", "size": 10}
            if on_front
            else {"color": GREY, "symbol": "x", "size": 7},
            line={"color": PALETTE[2], "dash": "dash"},
            hovertext=[
                f"{entry.name}<br>{metric} {entry.quality.mean:.3f} ({entry.quality.low:.3f} to {entry.quality.high:.3f})<br>{cost:,.3g}"
                for entry, cost in zip(chosen, costs[rows], strict=True)
            ],
            hoverinfo="text",
        )
    return [entries[row] for row in front]


def plot_ranking(results: Mapping[str, Bakeoff], baseline: str, names: Sequence[str], title: str) -> Exhibit:
    """How much better than a baseline each model is, on each collection, with paired 95 % intervals.

    Args:
        results: what each collection is called -> its bake-off.
        baseline: the model that the others are compared with.
        names: the other models.
        title: the finding.

    Raises:
        ValueError: if there is nothing to compare.
        KeyError: if a model was not measured on each collection.
    """
    if not results or not names:
        raise ValueError("plot_ranking needs at least one collection and one model beside the baseline")
    metric = next(iter(results.values())).metric
    figure = new_figure(title, x=f"{metric} minus {baseline}'s", height=140 + 70 * len(names))
    told = []
    for index, (label, found) in enumerate(results.items()):
        differences = [paired_difference(found[name].values, found[baseline].values) for name in names]
        offset = 0.5 * ((index + 0.5) / len(results) - 0.5)
        figure.add_scatter(
            x=[d.mean for d in differences],
            y=[row + offset for row in range(len(names))],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [d.high - d.mean for d in differences],
                "arrayminus": [d.mean - d.low for d in differences],
                "thickness": 2,
                "width": 4,
            },
            mode="markers",
            name=label,
            marker={**line_style(index)["marker"], "size": 11},
            text=[
                f"{name} on {label}: {d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})"
                for name, d in zip(names, differences, strict=True)
            ],
            hoverinfo="text",
        )
        order = sorted([baseline, *names], key=lambda name: -found[name].quality.mean)
        told.append(f"On {label}: {' > '.join(f'{name} {found[name].quality.mean:.3f}' for name in order)}")
    figure.add_vline(x=0, line={"color": GREY, "dash": "dot"})
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=list(names), range=[len(names) - 0.5, -0.5], automargin=True
    )
    figure.update_layout(legend={"y": -0.3})
    return Exhibit(
        figure, f"{'. '.join(told)}. A bar that touches the dotted line is no difference that these queries show."
    )
