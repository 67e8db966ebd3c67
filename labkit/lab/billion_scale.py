"""From 100,000 to a million measured, to a billion by a line: time, recall and the candidates that it takes."""

from dataclasses import dataclass

import numpy as np

from labkit.lab.billion import CANDIDATES, DEPTH, BillionLab
from labkit.lab.exhibit import Exhibit
from labkit.lab.style import GREY, PALETTE, add_band, line_style, new_figure
from labkit.measure.costs_machines import Assumptions, read_ms
from labkit.measure.latency import human_bytes
from labkit.measure.scaling import Line, Predicted, RecallTrend, SlowGrowth
from labkit.measure.table import Table

TARGET_RECALL = 0.9
TARGETS = (10_000_000, 100_000_000, 1_000_000_000)


@dataclass(frozen=True)
class Scaling:
    """What the sizes measured say about larger ones.

    Attributes:
        scan: milliseconds of the first pass, a line in n.
        rerank: milliseconds of the re-ranking with the file in memory, a line in log n or a power of n.
        recall: of the chain with 1,000 candidates.
        needed: log of the candidates for 90 % of the exact ten, a line in log n.
    """

    scan: Line
    rerank: SlowGrowth
    recall: RecallTrend
    needed: Line

    @classmethod
    def of(cls, lab: BillionLab) -> "Scaling":
        """Fit the four lines to what the lab measured."""
        sizes = np.array(lab.sizes, np.float64)
        scan, rerank = ([lab.times[n][i].median for n in lab.sizes] for i in (0, 1))
        needed = [np.log(candidates_needed(lab, n)) for n in lab.sizes]
        return cls(
            Line.fit(sizes, scan, relative=True),
            SlowGrowth.fit(sizes, rerank),
            RecallTrend.fit(lab.sizes, lab.recalls()),
            Line.fit(np.log(sizes), needed),
        )

    def milliseconds(self, n: float) -> tuple[Predicted, Predicted]:
        """First pass and re-ranking among `n` documents; an interval ends at zero, no search takes less."""
        both = self.scan.predict(n), self.rerank.predict(n)
        first, second = (Predicted(*(max(0.0, value) for value in predicted)) for predicted in both)
        return first, second

    def candidates(self, n: float) -> Predicted:
        """Candidates for 90 % of the exact ten among `n` documents."""
        value, low, high = np.exp(self.needed.predict(np.log(n)))
        return Predicted(float(value), float(low), float(high))


def candidates_needed(lab: BillionLab, size: int, *, recall: float = TARGET_RECALL) -> float:
    """How many candidates hold that share of the exact ten, between the measured ones by a line in log candidates.

    Raises:
        ValueError: if even the longest shortlist holds less.
    """
    shares = lab.shares(size).mean(axis=1)
    if shares[-1] < recall:
        raise ValueError(f"{CANDIDATES[-1]:,} candidates hold {shares[-1]:.3f} of the exact ten, less than {recall}")
    return float(np.exp(np.interp(recall, shares, np.log(CANDIDATES))))


def plot_time_scaling(lab: BillionLab, scaling: Scaling) -> Exhibit:
    """Milliseconds of both stages: measured points, then lines with 95 % bands up to a billion."""
    at, second = scaling.milliseconds(TARGETS[-1])
    figure = new_figure(
        f"A billion codes: {_ms(at.value)} for one core to scan, {_ms(second.value)} to re-rank",
        x="documents (log scale)",
        y="milliseconds a query, one core (log scale)",
        height=430,
    )
    xs = np.geomspace(lab.sizes[0], TARGETS[-1], 40)
    curves = np.array([scaling.milliseconds(x) for x in xs]).clip(1e-3)  # a logarithmic axis has no zero
    for index, name in enumerate(("first pass", "re-ranking, file in memory")):
        predicted = curves[:, index]
        add_band(figure, index, xs, predicted[:, 1], predicted[:, 2])
        style = line_style(index)
        figure.add_scatter(
            x=xs, y=predicted[:, 0], name=f"{name}, line", mode="lines", line=style["line"], hoverinfo="skip"
        )
        medians = [lab.times[n][index].median for n in lab.sizes]
        figure.add_scatter(
            x=list(lab.sizes), y=medians, name=f"{name}, measured", mode="markers", marker=style["marker"]
        )
    _outside(figure, lab.sizes[-1])
    figure.update_yaxes(type="log", minor={"ticks": ""}, exponentformat="none", dtick=1)
    return Exhibit(
        figure,
        f"First pass at a billion: {_ms(at.value)} ({_ms(at.low)} to {_ms(at.high)}); re-ranking "
        f"{_ms(second.value)} ({_ms(second.low)} to {_ms(second.high)}), were "
        f"{human_bytes(TARGETS[-1] * 4 * lab.simulator.dim)} of vectors in memory.",
    )


def plot_recall_scaling(lab: BillionLab, scaling: Scaling) -> Exhibit:
    """Recall@10 of the chain with 1,000 candidates: measured, then the trend with its 95 % band up to a billion."""
    at = scaling.recall.predict(TARGETS[-1])
    figure = new_figure(
        f"With {DEPTH:,} candidates, recall@10 goes from {lab.recalls()[-1].mean():.2f} at "
        f"{len(lab):,} to about {at.value:.2f} at a billion",
        x="documents (log scale)",
        y=f"recall@10, {DEPTH:,} candidates",
        height=400,
    )
    xs = np.geomspace(lab.sizes[0], TARGETS[-1], 40)
    predicted = np.array([scaling.recall.predict(x) for x in xs])
    add_band(figure, 2, xs, predicted[:, 1], predicted[:, 2])
    style = line_style(2)
    figure.add_scatter(x=xs, y=predicted[:, 0], name="trend", mode="lines", line=style["line"], hoverinfo="skip")
    means = lab.recalls().mean(axis=1)
    figure.add_scatter(x=list(lab.sizes), y=means, name="measured", mode="markers", marker=style["marker"])
    _outside(figure, lab.sizes[-1])
    figure.update_yaxes(range=[0, 1.02])
    many = scaling.candidates(TARGETS[-1])
    return Exhibit(
        figure,
        f"At a billion: {at.value:.2f} ({at.low:.2f} to {at.high:.2f}). To find 90 % of the exact ten there, about "
        f"{many.value:,.0f} candidates ({many.low:,.0f} to {many.high:,.0f}) would have to be read.",
    )


def scaling_table(lab: BillionLab, scaling: Scaling, assumptions: Assumptions | None = None) -> Table:
    """Measured at the largest size, predicted for 10 million to a billion: bytes, time, recall, candidates."""
    a, row_bytes = assumptions or Assumptions(), 4 * lab.simulator.dim
    rows = []
    for n in TARGETS:
        (scan, rerank), recall = scaling.milliseconds(n), scaling.recall.predict(n)
        many = scaling.candidates(n)
        rows.append(
            (
                f"{n:,}",
                human_bytes(n * lab.dims / 8),
                human_bytes(n * row_bytes),
                f"{scan.value:,.1f} ({scan.low:,.1f} to {scan.high:,.1f})",
                f"{rerank.value:.2f} ({rerank.low:.2f} to {rerank.high:.2f})",
                f"{read_ms(DEPTH, row_bytes, a):.1f}",
                f"{recall.value:.2f} ({recall.low:.2f} to {recall.high:.2f})",
                f"{many.value:,.0f} ({many.low:,.0f} to {many.high:,.0f})",
            )
        )
    header = (
        "documents", "codes, memory", "vectors, disk", "first pass, ms", "re-rank, ms", "from SSD, ms", "recall@10", "candidates for 90 %",
    )  # fmt: skip
    caption = (
        f"In brackets 95 %. Assumed: what was measured from {lab.sizes[0]:,} to {lab.sizes[-1]:,} goes on; one core, one query "
        f"at a time; re-rank with all vectors in memory; from SSD, {a.read_us:g} us a read, {a.reads_together} at a time."
    )
    return Table(header, tuple(rows), caption)


def _outside(figure: object, largest: int) -> None:
    """Mark where measuring ends."""
    figure.add_vline(x=largest, line={"color": GREY, "dash": "dot"})  # type: ignore[attr-defined]
    figure.add_annotation(  # type: ignore[attr-defined]
        x=np.log10(largest), y=1, yref="paper", text="measured up to here", showarrow=False, xanchor="left", xshift=6,
        font={"color": PALETTE[5]},
    )  # fmt: skip
    figure.update_xaxes(type="log", dtick=1, minor={"ticks": ""}, exponentformat="none", separatethousands=True)  # type: ignore[attr-defined]


def _ms(ms: float) -> str:
    return f"{ms / 1000:.2f} s" if ms >= 1000 else f"{ms:.0f} ms" if ms >= 10 else f"{ms:.2f} ms"
