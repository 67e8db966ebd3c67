"""Who finds what: relevant documents that both searches find, only one of them, or neither."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exhibit import Exhibit
from labkit.lab.kinds import members_of
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.metrics import Relevance
from labkit.search.hits import Hits


def found_by(a: Hits, b: Hits, relevance: Relevance, *, k: int = 10) -> NDArray[np.int64]:
    """Per query the relevant documents among the first `k` of both, of `a` only, of `b` only, and of neither, `(nq, 4)`.

    Example:
        >>> a, b = Hits.from_lists([[(1, 1.0), (2, 0.5)]], 2), Hits.from_lists([[(1, 1.0), (3, 0.5)]], 2)
        >>> found_by(a, b, [{1: 2, 3: 1, 4: 1}])
        array([[1, 0, 1, 1]])
    """
    if not len(a) == len(b) == len(relevance):
        raise ValueError(f"needs the same queries three times, but got {len(a)}, {len(b)} and {len(relevance)}")
    counts = np.zeros((len(relevance), 4), np.int64)
    for row, grades in enumerate(relevance):
        wanted = {document for document, grade in grades.items() if grade >= 1}
        first, second = (set(hits.ids[row, :k].tolist()) & wanted for hits in (a, b))
        counts[row] = len(first & second), len(first - second), len(second - first), len(wanted - first - second)
    return counts


def plot_overlap(counts: NDArray[np.int64], names: tuple[str, str], kinds: Sequence[str], title: str) -> Exhibit:
    """Shares of the relevant documents by who finds them, one bar a kind of query.

    Args:
        counts: from `found_by`.
        names: what a and b are called.
        kinds: the kind of each query.
        title: the finding.
    """
    groups = {kind: counts[rows].sum(axis=0) for kind, rows in members_of(kinds).items()}
    figure = new_figure(title, x="share of the relevant documents", height=400, barmode="stack")
    labels = ("both", f"only {names[0]}", f"only {names[1]}", "neither")
    looks = ((PALETTE[2], ""), (PALETTE[1], "/"), (PALETTE[0], "x"), (GREY, "."))
    for column, (label, (colour, pattern)) in enumerate(zip(labels, looks, strict=True)):
        shares = [float(total[column] / total.sum()) for total in groups.values()]
        figure.add_bar(
            y=[f"{kind} " for kind in groups],
            x=shares,
            orientation="h",
            name=label,
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay", "fgopacity": 0.35}},
            opacity=0.45 if label == "neither" else 1.0,
            text=[f"{share:.0%}" if share > 0.04 else "" for share in shares],
            textposition="inside",
            insidetextanchor="middle",
            hovertext=[f"{kind}: {label} {total[column]} of {total.sum()} documents" for kind, total in groups.items()],
            hoverinfo="text",
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(legend={"y": -0.32, "traceorder": "normal"})
    whole = counts.sum(axis=0) / counts.sum()
    each = ", ".join(f"{label} {share:.0%}" for label, share in zip(labels, whole, strict=True))
    return Exhibit(figure, f"Of all {counts.sum():,} relevant documents: {each}.")
