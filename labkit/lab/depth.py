"""How deep to re-rank: what the cross-encoder gains with each further candidate, and what it costs."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.kinds import plot_by_kind
from labkit.lab.style import GREY, add_band, line_style, new_figure
from labkit.measure.intervals import paired_difference
from labkit.measure.metrics import Values, evaluate
from labkit.search.hits import Hits
from labkit.search.rerank import PairScorer, Reranker


class _Remembered:
    """The first search's hits, given again."""

    def __init__(self, queries: Sequence[str], hits: Hits) -> None:
        self.rows = {query: row for row, query in enumerate(queries)}
        self.hits = hits

    def search(self, queries: Sequence[str], k: int) -> Hits:
        rows = [self.rows[query] for query in queries]
        return Hits(self.hits.ids[rows], self.hits.scores[rows]).top(k)


class DepthLab:
    """A shortlist for every query, re-ranked to any depth without asking the first search again.

    Attributes:
        first: the hits of the first search.
        pair_ms: milliseconds that one pair took in the cross-encoder on this machine.
    """

    def __init__(self, first: Hits, collection: Collection, cross: PairScorer, *, timed: PairScorer) -> None:
        """Keep the shortlist; time twenty pairs.

        Args:
            first: hits for each query of the collection.
            collection: texts and judgements.
            cross: judges pairs, and may remember them.
            timed: judges pairs and remembers nothing: what a new query costs.
        """
        self.first, self.collection, self.cross = first, collection, cross
        self.relevance = collection.relevance()
        queries, documents = collection.queries, collection.documents
        rows = np.linspace(0, len(queries) - 1, min(len(queries), 20)).astype(int)
        pairs = [(queries[row], documents[first.ids[row, 0]]) for row in rows if first.ids[row, 0] >= 0]
        timed.score_pairs(pairs[:2])
        start = time.perf_counter()
        timed.score_pairs(pairs)
        self.pair_ms = 1000 * (time.perf_counter() - start) / len(pairs)

    def hits(self, depth: int) -> Hits:
        """The shortlist with its first `depth` hits in the cross-encoder's order; 0 leaves it as it is."""
        if depth == 0:
            return self.first
        searcher = _Remembered(self.collection.queries, self.first)
        reranker = Reranker(searcher, self.cross, self.collection.documents, depth=depth)
        return reranker.search(self.collection.queries, self.first.ids.shape[1])

    def measure(self, depth: int) -> Values:
        """nDCG@10 of each query, `(nq,)`."""
        return evaluate(self.hits(depth), self.relevance, "nDCG@10")

    def draw(self, depth: int) -> Exhibit:
        """Before and after, by kind of query."""
        before, after = self.measure(0), self.measure(depth)
        d = paired_difference(after, before)
        exhibit = plot_by_kind(
            {"first search": before, f"best {depth} re-ranked": after},
            self.collection.kinds,
            f"Re-ranking {depth} costs {depth * self.pair_ms:,.0f} ms a query and changes nDCG@10 by {d.mean:+.3f}<br>"
            f"({d.low:+.3f} to {d.high:+.3f})",
        )
        return Exhibit(exhibit.figure, f"{self.pair_ms:.1f} ms a pair on this machine. {exhibit.summary}")


def depth_explorer(lab: DepthLab, *, depths: Sequence[int] = (2, 3, 4, 6, 8)) -> Any:  # noqa: ANN401
    """`DepthLab.draw` with a slider for the depth."""
    start = 8 if 8 in depths else depths[-1]
    return live(
        lab.draw, {"depth": slider("Depth", list(depths), start, "How many hits the cross-encoder puts in order")}
    )


def plot_depth(lab: DepthLab, depths: Sequence[int], title: str) -> Exhibit:
    """Gain in nDCG@10 over the first search against the milliseconds of re-ranking, one point a depth.

    The band is the 95 % interval of the gain, paired over queries.

    Args:
        lab: the shortlist and the judge.
        depths: rising.
        title: the finding.
    """
    before = lab.measure(0)
    gains = [paired_difference(lab.measure(depth), before) for depth in depths]
    costs = [depth * lab.pair_ms for depth in depths]
    figure = new_figure(title, x="milliseconds a query for re-ranking (this machine)", y="nDCG@10 gained")
    add_band(figure, 0, costs, [gain.low for gain in gains], [gain.high for gain in gains])
    figure.add_scatter(
        x=costs,
        y=[gain.mean for gain in gains],
        mode="lines+markers+text",
        text=[f"depth {depth}" for depth in depths],
        textposition="top center",
        hovertext=[
            f"depth {depth}, {cost:,.0f} ms: {gain.mean:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
            for depth, gain, cost in zip(depths, gains, costs, strict=True)
        ],
        hoverinfo="text",
        showlegend=False,
        **line_style(0),
    )
    figure.add_hline(y=0, line={"color": GREY, "dash": "dot"})
    figure.update_layout(margin={"b": 72})
    each = "; ".join(
        f"depth {depth} {gain.mean:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
        for depth, gain in zip(depths, gains, strict=True)
    )
    return Exhibit(figure, f"First search {before.mean():.3f}. Gained at {lab.pair_ms:.1f} ms a pair: {each}.")
