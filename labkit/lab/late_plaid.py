"""A compressed late-interaction index at work: what its settings lose, and where its time goes."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, PALETTE, line_style, new_figure
from labkit.measure.neighbours import recall_of_exact
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits
from labkit.search.rescore import Stage

CANDIDATES = (10, 20, 40, 80, 160, 320)
PROBES: tuple[int | str, ...] = (1, 2, 4, 8, "all")


class StagedIndex(Protocol):
    """A `ResidualIndex`, or whatever searches in the same stages."""

    def __len__(self) -> int:
        """Number of documents."""

    def profile(
        self, queries: TokenVectors, k: int, *, nprobe: int | None = None, candidates: int | None = None
    ) -> tuple[Hits, list[Stage]]:
        """The hits, and what each stage cost a query."""


class PlaidLab:
    """Recall of exact MaxSim for every setting of an index; what has been searched once is remembered."""

    def __init__(self, index: StagedIndex, queries: TokenVectors, exact: Hits) -> None:
        """Join an index, queries and the hits of the exact search.

        Raises:
            ValueError: if the hits belong to another number of queries.
        """
        if len(exact) != len(queries):
            raise ValueError(f"{len(queries)} queries came with exact hits for {len(exact)}; search the same queries")
        self.k = min(10, len(index))
        self.index, self.queries, self.exact = index, queries, exact.top(self.k)
        self.steps = [n for n in CANDIDATES if n <= len(index)] or [len(index)]
        self._found: dict[tuple[int | None, int], tuple[float, list[Stage]]] = {}

    def measure(self, nprobe: int | str, candidates: int) -> tuple[float, list[Stage]]:
        """Recall@10 of exact MaxSim, and the stages with the documents that each looked at.

        Args:
            nprobe: centroids a query token that lead to documents, or "all" for every document.
            candidates: documents that are decoded.
        """
        key = (None if isinstance(nprobe, str) else nprobe, candidates)
        if key not in self._found:
            hits, stages = self.index.profile(self.queries, self.k, nprobe=key[0], candidates=candidates)
            self._found[key] = float(recall_of_exact(hits, self.exact).mean()), stages
        return self._found[key]

    def draw(self, nprobe: int | str, candidates: int) -> Exhibit:
        """Recall against documents decoded, for this `nprobe` and for all documents; the chosen setting is marked."""
        recall, stages = self.measure(nprobe, candidates)
        total = len(self.index)
        looked, decoded = stages[1].documents, stages[2].documents
        figure = new_figure(
            f"{_probed(nprobe)}, {candidates} candidates: {recall:.1%} of the exact hits<br>"
            f"for decoding {decoded / total:.0%} of the documents",
            x="candidates: documents decoded and scored in full (log scale)",
            y="share of exact MaxSim's top 10",
        )
        for place, probes in enumerate(dict.fromkeys(("all", nprobe))):
            values = [self.measure(probes, n)[0] for n in self.steps]
            figure.add_scatter(x=self.steps, y=values, name=_probed(probes), mode="lines+markers", **line_style(place))
        figure.add_scatter(
            x=[candidates],
            y=[recall],
            mode="markers",
            name="chosen",
            marker={"symbol": "circle-open", "size": 18, "color": PALETTE[2], "line": {"width": 3}},
        )
        figure.update_xaxes(type="log", tickvals=self.steps, ticktext=[str(n) for n in self.steps], minor={"ticks": ""})
        figure.update_yaxes(tickformat=".0%", range=[0, 1.03])
        return Exhibit(
            figure,
            f"A query gets rough scores for {looked:,} of {total:,} documents and full scores for {decoded:,}; "
            f"{recall:.1%} of the exact first ten are among its ten.",
        )


def _probed(nprobe: int | str) -> str:
    return "All documents scored roughly" if isinstance(nprobe, str) else f"nprobe {nprobe}"


def plaid_explorer(lab: PlaidLab) -> Any:  # noqa: ANN401
    """`PlaidLab.draw` with a slider for either setting."""
    start = 40 if 40 in lab.steps else lab.steps[-1]
    controls = {
        "nprobe": slider("nprobe", list(PROBES), 1, "Centroids a query token that lead to documents"),
        "candidates": slider("Candidates", lab.steps, start, "Documents decoded and scored in full"),
    }
    return live(lab.draw, controls)


def stage_times(
    index: StagedIndex, queries: TokenVectors, *, nprobe: int | None = None, candidates: int | None = None
) -> dict[str, Stage]:
    """Stage -> what it cost a query, each the median of three rounds over all queries.

    Args:
        index: times itself.
        queries: asked one after the other.
        nprobe: as in its search.
        candidates: as in its search.
    """
    rounds = [index.profile(queries, 10, nprobe=nprobe, candidates=candidates)[1] for _ in range(3)]
    return {
        stages[0].name: sorted(stages, key=lambda stage: stage.milliseconds)[1] for stages in zip(*rounds, strict=True)
    }


def plot_stages(stages: Mapping[str, Stage], title: str) -> Exhibit:
    """Milliseconds of each stage, and how many documents it looked at.

    Args:
        stages: name -> stage, in order.
        title: the finding.

    Raises:
        ValueError: if there is no stage.
    """
    if not stages:
        raise ValueError("there is no stage to draw; pass what stage_times gives")
    figure = new_figure(title, x="milliseconds a query (this machine)", height=160 + 56 * len(stages))
    names, times = list(stages), [stage.milliseconds for stage in stages.values()]
    notes = [
        f"{stage.milliseconds:.3f} ms" + (f", {stage.documents:,} documents" if stage.documents else ", no document")
        for stage in stages.values()
    ]
    figure.add_bar(
        y=[f"{place}. {name} " for place, name in enumerate(names, 1)],
        x=times,
        orientation="h",
        text=notes,
        textposition="auto",
        insidetextanchor="start",
        marker={"color": [PALETTE[i % len(PALETTE)] for i in range(len(names))]},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.add_vline(x=0, line={"color": GREY})
    figure.update_xaxes(range=[0, 1.35 * float(np.max(times))])
    figure.update_yaxes(autorange="reversed", automargin=True)
    each = "; ".join(f"{name} {note}" for name, note in zip(names, notes, strict=True))
    return Exhibit(figure, f"{sum(times):.2f} ms a query in all. {each}.")
