"""The bill before anything is built: sliders over the cost model, and the model held against real indexes."""

from collections.abc import Sequence

from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import PALETTE, new_figure
from labkit.measure.costs import Design, Part, designs, hnsw_part, vector_part
from labkit.measure.costs_machines import Assumptions, compare_designs
from labkit.measure.latency import human_bytes
from labkit.measure.table import Table


def plot_designs(shown: Sequence[Design]) -> Exhibit:
    """Bars of memory and disk, a design a row; memory is what every query needs at hand."""
    least = min(shown, key=lambda design: design.bytes_in("memory"))
    full = shown[0].bytes_in("memory")
    saved = 1 - least.bytes_in("memory") / full
    figure = new_figure(
        f"{human_bytes(full)} in memory as {shown[0].name},<br>{human_bytes(least.bytes_in('memory'))} "
        f"as {least.name}: {saved:.1%} less",
        x="bytes, all copies (log scale)",
        height=430,
    )
    for place, colour, pattern in (("memory", PALETTE[0], ""), ("disk", PALETTE[1], "/")):
        sizes = [design.bytes_in(place) for design in shown]  # type: ignore[arg-type]
        figure.add_bar(
            y=[design.name for design in shown],
            x=[size or None for size in sizes],
            name=f"in {place}" if place == "memory" else "on disk",
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay"}},
            text=[human_bytes(size) if size else "" for size in sizes],
            textposition="auto",
            hoverinfo="skip",
        )
    figure.update_xaxes(type="log", minor={"ticks": ""}, exponentformat="power", dtick=1)
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", margin={"l": 230})
    told = "; ".join(f"{design.name} {human_bytes(design.bytes_in('memory'))}" for design in shown)
    return Exhibit(figure, f"In memory: {told}. Ids are counted, HNSW links where a design has a graph.")


def cost_explorer() -> object:
    """The bill of seven designs, redrawn while the sliders move."""

    def draw(n: int, dim: int, short: int, m: int, replicas: int, memory_price: float) -> list[Exhibit | Table]:
        shown = designs(n, dim, short=min(short, dim), m=m, replicas=replicas)
        return [plot_designs(shown), compare_designs(shown, Assumptions(memory_price=memory_price))]

    controls = {
        "n": slider("Documents", [10**e for e in range(5, 11)], 10**9, "How many documents"),
        "dim": slider("Dimensions", [384, 768, 1024, 1536, 3072], 1536, "Numbers of a full vector"),
        "short": slider("Matryoshka prefix", [64, 128, 256, 512], 128, "Numbers of the short vectors"),
        "m": slider("HNSW M (0: none)", [0, 8, 16, 32, 64], 16, "Links of a node of the graph"),
        "replicas": slider("Copies", [1, 2, 3], 1, "Whole copies of everything"),
        "memory_price": slider("A GB of memory, a month", [0.5, 1.0, 2.0, 3.0, 5.0, 8.0], 3.0, "Your price"),
    }
    return live(draw, controls)


def bill_check(vectors: ArrayLike, *, m: int = 16) -> Table:
    """The cost model beside the bytes of real indexes over the same vectors `(n, d)`, faiss's HNSW graph included.

    Args:
        vectors: `(n, d)`.
        m: HNSW's M; 0 for no graph, which takes a minute for a million vectors.
    """
    array = as_vectors(vectors)
    n, dim = array.shape
    rows = []
    for name, parts, measured in _real(array, m):
        expected = Design(name, n, parts).bytes_in()
        rows.append((name, f"{expected:,.0f}", f"{measured:,}", f"{expected / measured - 1:+.2%}"))
    caption = (
        f"{n:,} vectors of {dim} numbers. Measured: nbytes of labkit's indexes, the length of faiss's saved graph."
    )
    return Table(("index", "model, bytes", "measured, bytes", "off by"), tuple(rows), caption)


def _real(array: Vectors, m: int) -> list[tuple[str, tuple[Part, ...], int]]:
    from labkit.search.binary import BinaryIndex
    from labkit.search.chain import chain, prefix_codes
    from labkit.search.flat import FlatIndex
    from labkit.search.funnel import FunnelIndex
    from labkit.search.int8 import Int8Index

    dim = array.shape[1]
    short = min(128, dim)
    return [
        ("FlatIndex", (vector_part(dim),), FlatIndex(array).nbytes),
        ("Int8Index", (vector_part(dim, 8),), Int8Index(array).nbytes),
        ("BinaryIndex", (vector_part(dim, 1),), BinaryIndex(array).nbytes),
        ("FunnelIndex", (vector_part(dim), vector_part(short)), FunnelIndex(array, [(short, 100)]).nbytes),
        (
            f"chain: {short} bits, then float32",
            (vector_part(short, 1), vector_part(dim, place="disk")),
            chain(prefix_codes(array, short), array).nbytes,
        ),
        *([(f"faiss HNSW, M = {m}", (vector_part(dim), hnsw_part(m)), _graph_bytes(array, m))] if m else []),
    ]


def _graph_bytes(array: Vectors, m: int) -> int:
    import faiss

    graph = faiss.IndexHNSWFlat(array.shape[1], m)
    graph.hnsw.efConstruction = 16  # bytes do not depend on how good the links are
    graph.add(array)
    return len(faiss.serialize_index(graph))
