"""A decision table whose weights the reader sets: what matters here, and how much does the answer depend on it?

Each criterion becomes a number from 0 (worst among the candidates) to 1 (best): quality on a linear scale, bytes and
milliseconds on a logarithmic one, because ten times as much is one step whether it is 10 or 1,000. The score is the
weighted mean. A limit rules candidates out before any weight is asked.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import PALETTE, new_figure
from labkit.measure.bakeoff_record import Bakeoff, Entry
from labkit.measure.latency import human_bytes

CRITERIA = ("quality", "bytes", "speed")
_SHOWN = 8
NO_LIMIT = "none"


def utilities(entries: list[Entry]) -> NDArray[np.float64]:
    """Quality, bytes and speed of each entry from 0 (worst) to 1 (best), `(n, 3)`; what is not known counts as worst.

    Raises:
        ValueError: if there are no entries.
    """
    if not entries:
        raise ValueError("there are no entries to judge")
    quality = _scaled(np.array([entry.quality.mean for entry in entries]))
    memory = _scaled(-_log([entry.memory for entry in entries]))
    speed = _scaled(-_log([entry.query_ms for entry in entries]))
    return np.column_stack([quality, memory, speed])


def win_shares(table: NDArray[np.float64], *, draws: int = 4_000, seed: int = 0) -> NDArray[np.float64]:
    """How often each entry has the highest score when the weights are drawn at random, `(n,)`; ties share.

    Weights are drawn evenly from all that add up to 1.

    Example:
        >>> win_shares(np.array([[1.0, 1.0], [0.5, 0.9]])).tolist()
        [1.0, 0.0]
    """
    weights = np.random.default_rng(seed).dirichlet(np.ones(table.shape[1]), size=draws)
    scores = weights @ table.T
    best = scores >= scores.max(axis=1, keepdims=True) - 1e-12
    shares: NDArray[np.float64] = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def plot_decision(found: Bakeoff, quality: float, size: float, speed: float, limit: float | None = None) -> Exhibit:
    """The candidates by their score, each bar in the parts that made it.

    Args:
        found: from `bakeoff`.
        quality: weight of quality, 0 or more.
        size: weight of few bytes in memory.
        speed: weight of few milliseconds a query.
        limit: most bytes a document in memory; None for no limit.

    Raises:
        ValueError: if no candidate keeps the limit, a weight is negative, or all weights are zero.
    """
    weights = np.array([quality, size, speed], np.float64)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise ValueError(f"weights should be 0 or more and not all zero, but are {weights.tolist()}")
    entries = [
        entry for entry in found.entries if limit is None or (entry.memory is not None and entry.memory <= limit)
    ]
    if not entries:
        raise ValueError(f"no candidate needs at most {limit:g} bytes a document; raise the limit")
    table = utilities(entries)
    parts = table * (weights / weights.sum())
    order = np.argsort(-parts.sum(axis=1), kind="stable")[:_SHOWN]
    best, shares = entries[order[0]], win_shares(table)
    figure = new_figure(f"With these weights: {best.name}", x="score (0 worst, 1 best in everything)", height=420)
    for column, name in enumerate(CRITERIA):
        figure.add_bar(
            y=[f"{entries[row].name} " for row in order],
            x=parts[order, column],
            orientation="h",
            name=name,
            marker={
                "color": PALETTE[column],
                "pattern": {"shape": ("", "/", ".")[column], "fillmode": "overlay", "fgopacity": 0.4},
            },
            hovertext=[
                f"{entries[row].name}: {name} {table[row, column]:.2f} of 1, weight {weights[column]:g}"
                for row in order
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="stack", legend={"y": -0.25, "traceorder": "normal"})
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return Exhibit(figure, _told(found, best, shares[order[0]], entries, shares))


def _told(found: Bakeoff, best: Entry, share: float, entries: list[Entry], shares: NDArray[np.float64]) -> str:
    q = best.quality
    memory = "" if best.memory is None else f", {human_bytes(best.memory)} a document"
    ms = "" if best.query_ms is None else f", {best.query_ms:.3g} ms a query"
    favourite = entries[int(np.argmax(shares))]
    robust = f"It wins under {share:.0%} of all possible weights"
    if favourite is not best:
        robust += f"; {favourite.name} under {shares.max():.0%}"
    return f"{best.name}: {found.metric} {q.mean:.3f} ({q.low:.3f} to {q.high:.3f}){memory}{ms}. {robust}."


def decision_explorer(found: Bakeoff) -> Any:  # noqa: ANN401
    """`plot_decision` with a slider for each weight and one for the most bytes a document."""
    tens = list(range(11))
    limits: list[Any] = [NO_LIMIT, 1_000, 400, 100, 50, 20]

    def draw(quality: int, size: int, speed: int, limit: Any) -> Exhibit | str:  # noqa: ANN401
        try:
            return plot_decision(found, quality, size, speed, None if limit == NO_LIMIT else limit)
        except ValueError as nothing:
            return f"**Nothing to show:** {nothing}"

    return live(
        draw,
        {
            "quality": slider("Quality", tens, 5, f"Weight of {found.metric}"),
            "size": slider("Few bytes", tens, 2, "Weight of bytes a document in memory"),
            "speed": slider("Fast queries", tens, 2, "Weight of milliseconds a query"),
            "limit": slider("Most bytes", limits, NO_LIMIT, "Candidates that need more bytes a document are ruled out"),
        },
    )


def _log(values: list[float | None]) -> NDArray[np.float64]:
    """Logarithms; what is not known becomes as large as the largest."""
    known = [value for value in values if value is not None]
    worst = max(known, default=1.0)
    return np.log10([max(worst if value is None else value, 1e-6) for value in values])


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.max() - values.min())
    return np.ones(len(values)) if spread == 0 else (values - values.min()) / spread
