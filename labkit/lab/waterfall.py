"""A pipeline, stage by stage: what each one adds to quality, and what it adds to the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.lab.exhibit import Exhibit
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.intervals import paired_difference
from labkit.measure.metrics import Values
from labkit.measure.table import Table


@dataclass(frozen=True)
class Stage:
    """A pipeline up to and with one stage.

    Attributes:
        name: the stage.
        values: the quality of each query after it, `(nq,)`.
        ms: milliseconds that the stage itself adds to a query.
    """

    name: str
    values: Values
    ms: float


def plot_waterfall(stages: Sequence[Stage], title: str, *, metric: str = "nDCG@10") -> list[Exhibit | Table]:
    """A waterfall of the stages' gains, and a table with intervals and milliseconds.

    Args:
        stages: in order, all measured on the same queries.
        title: the finding.
        metric: what the values are.

    Raises:
        ValueError: if there are fewer than two stages.
    """
    if len(stages) < 2:
        raise ValueError(f"a waterfall needs at least two stages, but there are {len(stages)}")
    means = [float(stage.values.mean()) for stage in stages]
    steps = [after - before for before, after in zip(means, means[1:], strict=False)]
    figure = new_figure(title, y=metric, height=430)
    figure.add_waterfall(
        x=[*(f"{stage.name}<br>+{_ms(stage.ms)}" for stage in stages), f"whole pipeline<br>{_ms(_total(stages))}"],
        y=[means[0], *steps, 0],
        measure=["absolute", *(["relative"] * len(steps)), "total"],
        text=[f"{means[0]:.3f}", *(f"{step:+.3f}" for step in steps), f"{means[-1]:.3f}"],
        textposition="outside",
        connector={"line": {"color": GREY, "width": 1}},
        increasing={"marker": {"color": PALETTE[2]}},
        decreasing={"marker": {"color": PALETTE[1]}},
        totals={"marker": {"color": PALETTE[0]}},
        cliponaxis=False,
        hoverinfo="skip",
    )
    top, bottom = max(means), min(means)
    # From zero the steps would be hairs: the axis starts below the lowest bar, and its title says so.
    start = max(0.0, bottom - 2 * (top - bottom) - 0.02)
    figure.update_yaxes(
        range=[start, top + 0.25 * (top - start)], title={"text": f"{metric} (axis starts at {start:.2f})"}
    )
    figure.update_layout(showlegend=False, margin={"b": 70})
    rows, before = [], stages[0]
    for stage, mean in zip(stages, means, strict=True):
        change = ("", "")
        if stage is not stages[0]:
            d = paired_difference(stage.values, before.values)
            change = (f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})", "<0.001" if d.p < 0.001 else f"{d.p:.3f}")
        rows.append((stage.name, f"{mean:.3f}", *change, _ms(stage.ms)))
        before = stage
    table = Table(
        ("stage", metric, "change (95% interval)", "p", "adds"),
        tuple(rows),
        f"{len(stages[0].values)} queries, paired.",
    )
    summary = f"{metric} goes from {means[0]:.3f} to {means[-1]:.3f} in {_ms(_total(stages))} a query."
    return [Exhibit(figure, summary), table]


def _total(stages: Sequence[Stage]) -> float:
    return sum(stage.ms for stage in stages)


def _ms(ms: float) -> str:
    return f"{ms:.2f} ms" if ms < 1 else f"{ms:.1f} ms" if ms < 100 else f"{ms:,.0f} ms"
