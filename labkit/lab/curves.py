"""Figures of quality against dimensions."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exhibit import Exhibit
from labkit.lab.style import add_band, line_style, new_figure
from labkit.measure.sweep import Curve


def plot_truncation(curves: Sequence[Curve], title: str, *, quote: int = 64) -> Exhibit:
    """Quality against the dimensions kept, one line a method with its 95 % interval; buttons switch the metric.

    Args:
        curves: measured with the same metrics.
        title: the finding.
        quote: the number of dimensions whose figures the summary gives.

    Raises:
        ValueError: if there are no curves or their metrics differ.
    """
    metrics = list(curves[0].per_query) if curves else []
    if not metrics or any(list(curve.per_query) != metrics for curve in curves):
        raise ValueError("plot_truncation needs at least one curve, all of them measured with the same metrics")
    figure = new_figure(title, x="dimensions kept (log scale)", y=metrics[0], height=460)
    for metric in metrics:
        for index, curve in enumerate(curves):
            _add_line(figure, index, curve, metric, visible=metric == metrics[0])
    dims = sorted({dim for curve in curves for dim in curve.dims})
    quote = max((dim for dim in dims if dim <= quote), default=dims[0])
    figure.update_xaxes(type="log", tickvals=dims, ticktext=[str(dim) for dim in dims], minor={"ticks": ""})
    figure.update_yaxes(rangemode="tozero")
    if len(metrics) > 1:
        figure.update_layout(updatemenus=[_metric_buttons(metrics, len(curves))])
    return Exhibit(figure, _summary(curves, metrics[0], quote))


def _add_line(figure: object, index: int, curve: Curve, metric: str, *, visible: bool) -> None:
    quality = curve.quality(metric)
    low, mean, high = ([getattr(q, name) for q in quality] for name in ("low", "mean", "high"))
    dims = list(curve.dims)
    add_band(figure, index, dims, low, high, visible=visible)
    hover = [
        f"{curve.name}, {dim} dims<br>{metric} {q.mean:.3f} ({q.low:.3f} to {q.high:.3f})"
        for dim, q in zip(dims, quality, strict=True)
    ]
    figure.add_scatter(  # type: ignore[attr-defined]
        x=dims,
        y=mean,
        name=curve.name,
        mode="lines+markers",
        text=hover,
        hoverinfo="text",
        visible=visible,
        **line_style(index),
    )


def _metric_buttons(metrics: list[str], n_curves: int) -> dict[str, object]:
    buttons = [
        {
            "label": metric,
            "method": "update",
            "args": [
                {"visible": [other == metric for other in metrics for _ in range(2 * n_curves)]},
                {"yaxis.title.text": metric},
            ],
        }
        for metric in metrics
    ]
    return {
        "type": "buttons",
        "direction": "left",
        "buttons": buttons,
        "x": 1,
        "xanchor": "right",
        "y": -0.2,
        "yanchor": "top",
        "showactive": True,
        "bgcolor": "rgba(128,128,128,0.15)",
        "font": {"color": "#808080"},
    }


def _summary(curves: Sequence[Curve], metric: str, quote: int) -> str:
    parts = []
    for curve in curves:
        if quote in curve.dims:
            values, full = curve.at(metric, quote).mean(), curve.at(metric, curve.dims[-1]).mean()
            parts.append(f"{curve.name} {values:.3f} ({values / full:.0%} of its {full:.3f} at {curve.dims[-1]})")
    return f"{metric} at {quote} dimensions: {'; '.join(parts)}. Bands are 95 % bootstrap intervals over the queries."


def plot_retention(shares: Mapping[str, tuple[Sequence[int], NDArray[np.float64]]], title: str) -> Exhibit:
    """Several scores against dimensions, each as a share of its own value at full length.

    Args:
        shares: name -> (dims, share at each of them, the last one being 1).
        title: the finding.

    Raises:
        ValueError: if there is nothing to draw.
    """
    if not shares:
        raise ValueError("plot_retention needs at least one score")
    figure = new_figure(title, x="dimensions kept (log scale)", y="share of the score at full length")
    ticks = sorted({dim for dims, _ in shares.values() for dim in dims})
    for index, (name, (dims, values)) in enumerate(shares.items()):
        figure.add_scatter(
            x=list(dims),
            y=list(values),
            name=name,
            mode="lines+markers",
            **line_style(index),
            hovertemplate="%{x} dims: %{y:.1%}<extra>" + name + "</extra>",
        )
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(dim) for dim in ticks], minor={"ticks": ""})
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    quoted = next((dim for dim in ticks if dim >= 48), ticks[-1])
    parts = [
        f"{name} keeps {values[list(dims).index(quoted)]:.0%}"
        for name, (dims, values) in shares.items()
        if quoted in dims
    ]
    return Exhibit(figure, f"At {quoted} dimensions: {'; '.join(parts)}.")


def plot_energy(energies: Mapping[str, NDArray[np.float64]], title: str, *, quote: int = 64) -> Exhibit:
    """Share of the vectors' squared length that the first dimensions hold, one line a representation.

    Args:
        energies: name -> `(d,)` cumulative shares, as `prefix_energy` and `spectrum` give them.
        title: the finding.
        quote: the number of dimensions that the summary quotes.

    Raises:
        ValueError: if there is nothing to draw.
    """
    if not energies:
        raise ValueError("plot_energy needs at least one representation")
    quote = min(quote, *(len(energy) for energy in energies.values()))
    figure = new_figure(title, x="dimensions kept", y="share of squared length")
    parts = []
    for index, (name, energy) in enumerate(energies.items()):
        style = line_style(index)
        figure.add_scatter(
            x=np.arange(1, len(energy) + 1),
            y=energy,
            name=name,
            mode="lines",
            line=style["line"],
            hovertemplate="first %{x}: %{y:.1%}<extra>" + name + "</extra>",
        )
        parts.append(f"{name} {energy[quote - 1]:.0%}")
    figure.update_yaxes(tickformat=".0%", range=[0, 1.03])
    return Exhibit(figure, f"The first {quote} dimensions hold: {', '.join(parts)} of the squared length.")
