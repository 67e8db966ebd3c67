"""Do simulated vectors behave like real ones? The curves that matter, side by side, with intervals."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.matryoshka import truncate
from labkit.data.simulate import Simulator
from labkit.lab.exhibit import Exhibit
from labkit.lab.style import add_band, line_style, new_figure
from labkit.measure.growth import exact_by_size, shortlist_recall
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.neighbours import recall_of_exact
from labkit.search.chain import prefix_codes
from labkit.search.flat import FlatIndex
from labkit.search.hits import Hits

Curves = dict[str, NDArray[np.float64]]
CANDIDATES = (10, 20, 50, 100, 200, 500, 1000)
DIMS = (32, 64, 128, 192, 256)


def reproduction(documents: ArrayLike, queries: ArrayLike, *, seed: int = 0) -> tuple[dict[str, Curves], int]:
    """Recall curves of real documents, and of as many simulated from one half of them; and their number.

    The half that the simulator did not see is what its vectors stand in for. The queries are real in both.

    Args:
        documents: `(m, d)` real vectors, the most important numbers first.
        queries: `(nq, d)`.
        seed: which half.

    Returns:
        For "first pass" and "truncation": "real" and "simulated" -> recall of each query, `(points, nq)`.
    """
    array, asked = as_vectors(documents, name="documents"), as_vectors(queries, name="queries")
    order = np.random.default_rng(seed).permutation(len(array))
    simulator = Simulator.fit(array[order[: len(array) // 2]], seed=seed)
    simulated = np.concatenate(list(simulator.blocks(len(array))))
    found: dict[str, Curves] = {"first pass": {}, "truncation": {}}
    for name, vectors in (("real", array), ("simulated", simulated)):
        exact = FlatIndex(vectors).search(asked, 10)
        deep = prefix_codes(vectors, min(128, array.shape[1])).search(asked, max(CANDIDATES))
        found["first pass"][name] = shortlist_recall(deep, exact, CANDIDATES)
        found["truncation"][name] = np.stack([_truncated(vectors, asked, dim, exact) for dim in _dims(array)])
    return found, len(array)


def _dims(array: Vectors) -> list[int]:
    return [dim for dim in DIMS if dim <= array.shape[1]]


def _truncated(vectors: Vectors, queries: Vectors, dim: int, exact: Hits) -> NDArray[np.float64]:
    hits = FlatIndex(truncate(vectors, dim)).search(truncate(queries, dim), 10)
    return recall_of_exact(hits, exact)


def plot_reproduction(found: Mapping[str, Curves], n: int) -> list[Exhibit]:
    """Two figures: recall against candidates, and against dimensions; real and simulated with their intervals."""
    shown = []
    for what, xs, axis in (
        ("first pass", CANDIDATES, "candidates of the 128-bit first pass (log scale)"),
        ("truncation", DIMS, "dimensions kept"),
    ):
        curves = found[what]
        gap = curves["simulated"].mean(axis=1) - curves["real"].mean(axis=1)
        worst = int(np.abs(gap).argmax())
        figure = new_figure(
            f"{what.capitalize()}: simulated within {abs(gap[worst]):.3f} of real, everywhere",
            x=axis,
            y="recall of the exact ten",
            height=360,
        )
        for index, (name, values) in enumerate(curves.items()):
            _line(figure, index, name, list(xs[: len(values)]), values)
        if what == "first pass":
            ticks = list(xs)
            figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{c:,}" for c in ticks], minor={"ticks": ""})
        figure.update_yaxes(rangemode="tozero")
        told = ", ".join(
            f"{x:,}: {real:.3f} and {made:.3f}"
            for x, real, made in zip(xs, curves["real"].mean(1), curves["simulated"].mean(1), strict=False)
        )
        shown.append(
            Exhibit(
                figure,
                f"Among {n:,} documents, real and simulated from the other half: {told}. Largest gap {gap[worst]:+.3f}. "
                f"Bands: 95 % over {curves['real'].shape[1]} queries.",
            )
        )
    return shown


def _line(figure: object, index: int, name: str, xs: list[int], values: NDArray[np.float64]) -> None:
    ends = [bootstrap_ci(row, resamples=2000) for row in values]
    add_band(figure, index, xs, [end.low for end in ends], [end.high for end in ends])
    figure.add_scatter(  # type: ignore[attr-defined]
        x=xs,
        y=values.mean(axis=1),
        name=name,
        mode="lines+markers",
        hovertemplate="%{x}: %{y:.3f}",
        **line_style(index),
    )


def plot_crowding(documents: ArrayLike, queries: ArrayLike, simulated: Mapping[int, Hits]) -> Exhibit:
    """The cosine of each query's tenth hit against the number of documents: real ones, then simulated ones.

    Args:
        documents: `(m, d)` real vectors.
        queries: `(nq, d)`.
        simulated: the ten exact hits of the same queries among so many simulated vectors: `BillionLab.exact`.
    """
    array = as_vectors(documents)
    mixed = array[np.random.default_rng(0).permutation(len(array))]
    real = exact_by_size(mixed, queries, 10, [n for n in simulated if n <= len(array)])
    lines = {
        name: (list(found), [float(hits.scores[:, -1].mean()) for hits in found.values()])
        for name, found in (("real", real), ("simulated", simulated))
    }
    last = lines["simulated"]
    shared = [n for n in lines["real"][0] if n in last[0]]
    gap = max(abs(lines["real"][1][lines["real"][0].index(n)] - last[1][last[0].index(n)]) for n in shared)
    figure = new_figure(
        f"Where both exist they differ by {gap:.3f} at most; then it gets crowded",
        x="documents (log scale)",
        y="cosine of the tenth hit, mean",
        height=380,
    )
    for index, (name, (sizes, cosines)) in enumerate(lines.items()):
        figure.add_scatter(
            x=sizes, y=cosines, name=name, mode="lines+markers", hovertemplate="%{x:,}: %{y:.3f}", **line_style(index)
        )
    figure.update_xaxes(type="log", dtick=1, minor={"ticks": ""}, exponentformat="none", separatethousands=True)
    return Exhibit(
        figure,
        f"The tenth hit's cosine is {lines['real'][1][-1]:.3f} among {lines['real'][0][-1]:,} real documents and "
        f"{last[1][-1]:.3f} among {last[0][-1]:,} simulated ones.",
    )
