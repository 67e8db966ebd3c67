"""The speed exhibit: Hamming distance against the best float search on this machine, measured when a slider moves."""

from functools import lru_cache

import numpy as np

from labkit.checks import Vectors
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import PALETTE, new_figure
from labkit.measure.latency import human_bytes
from labkit.search.binary import BinaryIndex
from labkit.search.flat import FlatIndex
from labkit.search.int8 import Int8Index
from labkit.search.retriever import VectorIndex


@lru_cache(maxsize=2)
def _made(n: int, dim: int) -> Vectors:
    """Random vectors: what they hold has no influence on how long an exact scan takes."""
    return np.random.default_rng(dim).standard_normal((n, dim), np.float32)


def measure_speed(n: int, dim: int, batch: int, *, rounds: int = 7) -> dict[str, tuple[float, int]]:
    """Milliseconds a query (median) and bytes read a query, for float32, int8 and binary search among `n` vectors.

    The three take turns, so that a machine that is busy for a moment slows all of them.

    Raises:
        ValueError: if a number is below 1.
    """
    from time import perf_counter

    if min(n, dim, batch, rounds) < 1:
        raise ValueError(f"n, dim, batch and rounds should be at least 1, but are {n}, {dim}, {batch}, {rounds}")
    vectors = _made(n, dim)
    queries = np.random.default_rng(0).standard_normal((batch, dim), np.float32)
    indexes: dict[str, VectorIndex] = {
        "float32": FlatIndex(vectors), "int8": Int8Index(vectors), "binary": BinaryIndex(vectors)
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in indexes}
    for turn in range(rounds + 1):
        for name, index in indexes.items():
            start = perf_counter()
            index.search(queries, 10)
            if turn:  # the first turn compiles and warms up
                times[name].append(1000 * (perf_counter() - start) / batch)
    return {name: (float(np.median(times[name])), index.nbytes) for name, index in indexes.items()}


def plot_speed(n: int, dim: int, batch: int) -> Exhibit:
    """Bars of milliseconds a query for float32, int8 and binary search."""
    found = measure_speed(n, dim, batch)
    float_ms, binary_ms = found["float32"][0], found["binary"][0]
    asked = "one query at a time" if batch == 1 else f"{batch} queries together"
    figure = new_figure(
        f"{dim} dimensions, {asked}: Hamming is {float_ms / binary_ms:.0f} times as fast as float32",
        x="milliseconds a query",
        height=280,
    )
    figure.add_bar(
        y=list(found),
        x=[ms for ms, _ in found.values()],
        orientation="h",
        text=[f"{ms:.3f} ms, {human_bytes(nbytes)} to read" for ms, nbytes in found.values()],
        textposition="auto",
        hoverinfo="skip",
        marker={"color": list(PALETTE[:3])},
        insidetextanchor="start",
    )
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    told = ", ".join(f"{name} {ms:.3f} ms" for name, (ms, _) in found.items())
    return Exhibit(
        figure, f"{told}: medians of 7 turns among {n:,} vectors, exact search in all three, on this machine."
    )


def speed_explorer(n: int = 50_000) -> object:
    """`plot_speed` with a slider for the dimensions and one for the number of queries asked together."""
    return live(
        lambda dim, batch: plot_speed(n, dim, batch),
        {
            "dim": slider("Dimensions", [64, 128, 256, 384, 768], 384, "Numbers of a vector"),
            "batch": slider("Queries together", [1, 64], 1, "How many queries are asked at once"),
        },
    )
