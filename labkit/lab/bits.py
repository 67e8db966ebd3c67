"""Figures of what a bit, and what a byte, keeps of a number."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors
from labkit.compress.binary import BinaryQuantizer
from labkit.compress.int8 import Int4Quantizer, Int8Quantizer
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, PALETTE, line_style, new_figure


def plot_angle_cloud(
    clouds: Mapping[str, tuple[ArrayLike, ArrayLike]], *, pairs: int = 1_500, seed: int = 0
) -> Exhibit:
    """Angle of two vectors against the share of their bits that differ, beside the theory's straight line.

    Args:
        clouds: name -> (documents, queries); random pairs of a query and a document are drawn, half of them near ones.
        pairs: how many pairs a cloud shows.
        seed: of the draw.
    """
    figure = new_figure("", x="angle between the two vectors (degrees)", y="share of bits that differ", height=460)
    figure.add_scatter(
        x=[0, 180], y=[0, 1], mode="lines", name="theory: angle / 180", line={"color": GREY, "dash": "dot"}
    )
    errors = {}
    for index, (name, (documents, queries)) in enumerate(clouds.items()):
        angle, share = angles_and_bits(documents, queries, pairs=pairs, seed=seed)
        errors[name] = float(np.std(share - angle / 180))
        figure.add_scattergl(
            x=angle,
            y=share,
            mode="markers",
            name=name,
            marker={**line_style(index)["marker"], "size": 4, "opacity": 0.5},
            hovertemplate="%{x:.0f} degrees, %{y:.1%} of the bits<extra>" + name + "</extra>",
        )
    told = "; ".join(f"{name} {error:.3f}" for name, error in errors.items())
    best = min(errors.values())
    figure.update_layout(
        title_text=f"The share of differing bits follows the angle to within {best:.1%} (one standard deviation)"
    )
    figure.update_xaxes(range=[20, 120])
    figure.update_yaxes(tickformat=".0%", range=[0.1, 0.7])
    return Exhibit(figure, f"Standard deviation around the theory's line: {told}.")


def angles_and_bits(
    documents: ArrayLike, queries: ArrayLike, *, pairs: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Angles in degrees and shares of differing sign bits of `pairs` pairs; half random, half a query's nearest documents.

    Raises:
        ValueError: if documents and queries do not fit together.
    """
    documents = as_vectors(documents, name="documents")
    queries = as_vectors(queries, dim=documents.shape[1], name="queries")
    rng = np.random.default_rng(seed)
    q = rng.integers(len(queries), size=pairs)
    d = rng.integers(len(documents), size=pairs)
    near = np.arange(pairs // 2)
    d[near] = (queries[q[near]] @ documents.T).argmax(axis=1)
    cosines = np.einsum("ij,ij->i", queries[q], documents[d], dtype=np.float64)
    angles = np.degrees(np.arccos(cosines.clip(-1, 1)))
    quantizer = BinaryQuantizer.fit(documents)
    bits = np.unpackbits(
        quantizer.encode(queries)[q] ^ quantizer.encode(documents)[d], axis=1, count=documents.shape[1]
    )
    return angles, bits.mean(axis=1)


def plot_levels(values: ArrayLike, *, bits: int = 4, quantile: float = 1.0) -> Exhibit:
    """All numbers of some vectors as a histogram, with the levels that quantization leaves of them.

    Args:
        values: `(n, d)` vectors.
        bits: 4 or 8.
        quantile: share of the numbers that the range covers; the others are clipped.

    Raises:
        ValueError: if `bits` is neither 4 nor 8.
    """
    if bits not in (4, 8):
        raise ValueError(f"bits should be 4 or 8, but is {bits}")
    vectors = as_vectors(values)
    quantizer = (Int8Quantizer if bits == 8 else Int4Quantizer).fit(vectors, quantile=quantile)
    decoded = quantizer.decode(quantizer.encode(vectors))  # type: ignore[arg-type]
    error = float(np.sqrt(np.mean((decoded - vectors) ** 2)) / np.sqrt(np.mean(vectors**2)))
    clipped = quantizer.clipped_share(vectors)
    step, ranges = float(quantizer.ranges.step[0]), quantizer.ranges
    counts, edges = np.histogram(vectors, bins=160)
    figure = new_figure(
        f"int{bits}, range covering {quantile:.2%} of the numbers: a typical error of {error:.1%}",
        x="value of a number",
        y="how many",
        height=380,
    )
    figure.add_bar(x=(edges[:-1] + edges[1:]) / 2, y=counts, marker={"color": PALETTE[0]}, hoverinfo="skip")
    levels = range(ranges.lowest, ranges.highest + 1, 1 if bits == 4 else 16)
    for level in levels:
        figure.add_vline(x=level * step, line={"color": GREY, "width": 1, "dash": "dot"})
    for end in (ranges.lowest, ranges.highest):
        figure.add_vline(x=end * step, line={"color": PALETTE[1], "width": 2})
    figure.update_layout(bargap=0)
    shown = "every level" if bits == 4 else "every 16th level"
    return Exhibit(
        figure,
        f"Dotted: {shown}, {step:.5f} apart; orange: the ends of the range. {clipped:.3%} of the numbers lie outside and "
        f"get the end's level. The root mean square error is {error:.2%} of the numbers' own size.",
    )


def levels_explorer(
    values: ArrayLike, quantiles: Sequence[float] = (0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1.0)
) -> object:
    """`plot_levels` with a slider for the bits and one for the range."""
    vectors = as_vectors(values)
    return live(
        lambda bits, quantile: plot_levels(vectors, bits=bits, quantile=quantile),
        {
            "bits": slider("Bits", [4, 8], 4, "Bits a number"),
            "quantile": slider("Range covers", list(quantiles), 1.0, "Share of the numbers inside the range"),
        },
    )


def pareto_front(costs: ArrayLike, gains: ArrayLike) -> NDArray[np.bool_]:
    """Which points no other point beats: none is both cheaper or as cheap and better, `(n,)` bool.

    Example:
        >>> pareto_front([1, 2, 3], [0.5, 0.4, 0.9]).tolist()
        [True, False, True]
    """
    cost, gain = np.asarray(costs, np.float64), np.asarray(gains, np.float64)
    cheaper = (cost[:, None] >= cost) & (gain[:, None] <= gain) & ((cost[:, None] > cost) | (gain[:, None] < gain))
    front: NDArray[np.bool_] = np.asarray(~cheaper.any(axis=1))
    return front


def plot_pareto(points: Sequence[tuple[str, float, float]], title: str, *, x: str, y: str) -> Exhibit:
    """Settings as points of cost and gain, the ones that nothing beats joined by a line.

    Args:
        points: (name, cost, gain) of each setting.
        title: the finding.
        x: title of the cost axis, with its unit; it is logarithmic.
        y: title of the gain axis.
    """
    names, costs, gains = zip(*points, strict=True)
    best = pareto_front(costs, gains)
    figure = new_figure(title, x=x, y=y, height=460)
    order = sorted(np.flatnonzero(best), key=lambda i: costs[i])
    for label, rows, style, mode in (
        ("beaten by another", np.flatnonzero(~best), {"color": GREY, "symbol": "x", "size": 7}, "markers"),
        ("Pareto front", order, {"color": PALETTE[2], "symbol": "diamond", "size": 10}, "lines+markers+text"),
    ):
        figure.add_scatter(
            x=[costs[i] for i in rows],
            y=[gains[i] for i in rows],
            text=[names[i] for i in rows],
            mode=mode,
            name=label,
            marker=style,
            line={"color": PALETTE[2], "dash": "dash"},
            textposition=["top left", "bottom right"] * len(rows),
            hovertemplate="%{text}: %{x:,.0f}, %{y:.3f}<extra></extra>",
        )
    figure.update_xaxes(type="log")
    front = "; ".join(f"{names[i]} ({gains[i]:.3f} for {costs[i]:,.0f})" for i in order)
    return Exhibit(figure, f"Not beaten by any other: {front}.")
