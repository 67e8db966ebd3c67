"""The fusion exhibit: method, weight and constant, and what they do to each kind of query."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit, dropdown, live, slider
from labkit.lab.kinds import members_of, plot_by_kind
from labkit.lab.style import GREY, line_style, new_figure
from labkit.measure.intervals import paired_difference
from labkit.measure.metrics import Values, evaluate
from labkit.search.fusion import METHODS, fuse
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher

WEIGHTS = tuple(round(step / 10, 1) for step in range(11))


class FusionLab:
    """Two ranked lists for every query of a collection, fused anew for each setting.

    Attributes:
        names: what the two searches are called.
        alone: the nDCG@10 of each query by one search alone.
    """

    def __init__(self, first: Searcher, second: Searcher, names: tuple[str, str], collection: Collection) -> None:
        """Ask both searches once, 100 hits a query."""
        self.names, self.collection = names, collection
        self.relevance = collection.relevance()
        self.lists = [searcher.search(collection.queries, 100) for searcher in (first, second)]
        self.alone = {name: self._quality(hits) for name, hits in zip(names, self.lists, strict=True)}

    def _quality(self, hits: Hits) -> Values:
        return evaluate(hits, self.relevance, "nDCG@10")

    def fused(self, method: str = "rrf", weight: float = 0.5, rank_constant: float = 60, *, k: int = 100) -> Hits:
        """The fused lists; `weight` is the share of the second search, from 0 to 1."""
        return fuse(self.lists, k, method=method, weights=(1 - weight, weight), rank_constant=rank_constant)

    def measure(self, method: str = "rrf", weight: float = 0.5, rank_constant: float = 60) -> Values:
        """nDCG@10 of each query, `(nq,)`."""
        return self._quality(self.fused(method, weight, rank_constant, k=10))

    def draw(self, method: str, weight: float, rank_constant: float) -> Exhibit:
        """Both searches alone and the fusion, by kind of query."""
        values = self.measure(method, weight, rank_constant)
        better = max(self.alone, key=lambda name: self.alone[name].mean())
        d = paired_difference(values, self.alone[better])
        setting = f"{method}, k = {rank_constant}" if method == "rrf" else method
        figure = plot_by_kind(
            {**self.alone, "fused": values},
            self.collection.kinds,
            f"{setting}, weight of {self.names[1]} {weight:.1f}: nDCG@10 {values.mean():.3f},<br>"
            f"{d.mean:+.3f} against {better} alone ({d.low:+.3f} to {d.high:+.3f})",
        )
        return Exhibit(figure.figure, f"Fused nDCG@10 {values.mean():.3f}. {figure.summary}")


def fusion_explorer(lab: FusionLab) -> Any:  # noqa: ANN401
    """`FusionLab.draw` with a list of methods and sliders for the weight and the constant of RRF."""
    return live(
        lab.draw,
        {
            "method": dropdown("Method", [(method, method) for method in METHODS], "How the two lists are added up"),
            "weight": slider(
                f"Weight of {lab.names[1]}", list(WEIGHTS), 0.5, "0 is the first search alone, 1 the second alone"
            ),
            "rank_constant": slider("k of RRF", [0, 1, 5, 10, 20, 60, 120], 60, "Added to each rank; only rrf uses it"),
        },
    )


def halves(kinds: Sequence[str], *, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the queries in two halves, each with half of every kind: one to choose settings on, one to report.

    Example:
        >>> choose, report = halves(["a", "a", "b", "b"])
        >>> np.sort(np.concatenate([choose, report])).tolist(), len(choose)
        ([0, 1, 2, 3], 2)
    """
    rng = np.random.default_rng(seed)
    first: list[int] = []
    second: list[int] = []
    for rows in members_of(kinds).values():
        drawn = rng.permutation(rows).tolist()
        first += drawn[: len(drawn) // 2]
        second += drawn[len(drawn) // 2 :]
    return np.sort(np.array(first, np.int64)), np.sort(np.array(second, np.int64))


def plot_sensitivity(curves: Mapping[str, Sequence[float]], title: str, *, second: str, floor: float) -> Exhibit:
    """Mean nDCG@10 against the weight of the second search, one line a method.

    Args:
        curves: method -> one mean for each of `WEIGHTS`.
        title: the finding.
        second: the name of the second search.
        floor: nDCG@10 of the better search alone, drawn as a line.
    """
    figure = new_figure(title, x=f"weight of {second} (0: only the other search)", y="nDCG@10", height=430)
    parts = []
    for index, (name, means) in enumerate(curves.items()):
        style = line_style(index)
        hover = f"{name}, weight %{{x}}: %{{y:.3f}}<extra></extra>"
        figure.add_scatter(x=WEIGHTS, y=list(means), name=name, mode="lines+markers", hovertemplate=hover, **style)
        best = int(np.argmax(means))
        parts.append(f"{name} is best at {WEIGHTS[best]:.1f} with {means[best]:.3f}")
    figure.add_hline(
        y=floor,
        line={"color": GREY, "dash": "dot"},
        annotation={"text": "better search alone", "x": 0.5, "yanchor": "top"},
    )
    figure.update_layout(legend={"y": -0.3})
    return Exhibit(figure, f"{'; '.join(parts)}. The better search alone has {floor:.3f}.")
