"""Quality by kind of query: averages hide what kinds show."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.lab.exhibit import Exhibit
from labkit.lab.style import line_style, new_figure
from labkit.measure.intervals import bootstrap_ci, paired_difference, small_sample_note
from labkit.measure.metrics import Values
from labkit.measure.table import Table


def plot_by_kind(
    values: Mapping[str, ArrayLike], kinds: Sequence[str], title: str, *, metric: str = "nDCG@10"
) -> Exhibit:
    """The mean of each method for each kind of query, with its 95 % interval.

    Args:
        values: method -> one value a query, `(nq,)`.
        kinds: the kind of each query.
        title: the finding.
        metric: what the values are.

    Raises:
        ValueError: if a method has another number of values than there are kinds.
    """
    members = members_of(kinds)
    figure = new_figure(title, x="kind of query (number of queries)", y=metric, height=430)
    parts = []
    for index, (name, per_query) in enumerate(values.items()):
        array = _checked(name, per_query, kinds)
        means = [float(array[rows].mean()) for rows in members.values()]
        ends = [bootstrap_ci(array[rows], resamples=2_000) for rows in members.values()]
        offset = 0.8 * ((index + 0.5) / len(values) - 0.5)
        figure.add_scatter(
            x=[place + offset for place in range(len(members))],
            y=means,
            name=name,
            mode="markers",
            marker={**line_style(index)["marker"], "size": 10},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - mean for mean, (_, high) in zip(means, ends, strict=True)],
                "arrayminus": [mean - low for mean, (low, _) in zip(means, ends, strict=True)],
                "thickness": 1.5,
                "width": 3,
            },
            text=[
                f"{name}, {kind}<br>{metric} {mean:.3f} ({low:.3f} to {high:.3f})"
                for kind, mean, (low, high) in zip(members, means, ends, strict=True)
            ],
            hoverinfo="text",
        )
        each = ", ".join(f"{kind} {mean:.2f}" for kind, mean in zip(members, means, strict=True))
        parts.append(f"{name}: {each}")
    labels = [f"{kind}<br>({len(rows)})" for kind, rows in members.items()]
    figure.update_xaxes(tickvals=list(range(len(members))), ticktext=labels, range=[-0.5, len(members) - 0.5])
    figure.update_yaxes(range=[-0.02, 1.02])
    figure.update_layout(legend={"y": -0.32})
    return Exhibit(figure, f"{metric} by kind of query. {'; '.join(parts)}. Bars are 95 % bootstrap intervals.")


def difference_by_kind(a: ArrayLike, b: ArrayLike, kinds: Sequence[str], *, caption: str = "") -> Table:
    """How much better `a` is than `b`, over all queries and for each kind: mean, 95 % interval, p.

    Args:
        a: one value a query, `(nq,)`.
        b: the same queries.
        kinds: the kind of each query.
        caption: what a and b are.
    """
    first, second = _checked("a", a, kinds), _checked("b", b, kinds)
    groups = {"all": np.arange(len(kinds)), **members_of(kinds)}
    lines = []
    for kind, rows in groups.items():
        d = paired_difference(first[rows], second[rows])
        p = "<0.001" if d.p < 0.001 else f"{d.p:.3f}"
        lines.append((kind, str(len(rows)), f"{d.mean:+.3f}", f"{d.low:+.3f} to {d.high:+.3f}", p))
    note = small_sample_note(min(len(rows) for rows in groups.values()))
    text = f"{caption} Paired over queries. {note}".strip()
    return Table(("kind", "queries", "difference", "95% interval", "p"), tuple(lines), text)


def members_of(kinds: Sequence[str]) -> dict[str, NDArray[np.intp]]:
    """Kind -> the positions of its queries, kinds in alphabetical order."""
    array = np.array(kinds)
    return {str(kind) or "no kind": np.flatnonzero(array == kind) for kind in sorted(set(kinds))}


def _checked(name: str, values: ArrayLike, kinds: Sequence[str]) -> Values:
    array = np.asarray(values, np.float64)
    if array.shape != (len(kinds),):
        raise ValueError(f"{name!r} should have one value for each of {len(kinds)} queries, but has {array.shape}")
    return array
