"""Which first pass? Bits of more or fewer numbers, and how many candidates it takes to find the exact ten."""

from labkit.lab.billion import CANDIDATES, BillionLab
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, line_style, new_figure
from labkit.measure.latency import human_bytes

DIMS = (64, 128, 256, 384)


def plot_first_passes(lab: BillionLab, size: int, billion: int = 10**9) -> Exhibit:
    """Recall of the exact ten against candidates, a line for each length of code.

    Raises:
        ValueError: if the lab has not measured this size.
    """
    if size not in lab.sizes:
        raise ValueError(f"size should be one of {lab.sizes}, but is {size:,}")
    kept = sorted({lab.dims, *(dims for dims in DIMS if dims <= lab.simulator.dim)})
    curves = {dims: lab.shares(size, dims).mean(axis=1) for dims in kept}
    at = CANDIDATES.index(1000)
    best = max(kept, key=lambda dims: curves[dims][at])
    figure = new_figure(
        f"{size:,} documents, 1,000 candidates: {lab.dims} bits find {curves[lab.dims][at]:.0%} of the exact ten, "
        f"{best} bits {curves[best][at]:.0%}",
        x="candidates whose full vectors are read (log scale)",
        y="share of the exact ten among them",
        height=420,
    )
    for index, (dims, shares) in enumerate(curves.items()):
        figure.add_scatter(
            x=list(CANDIDATES),
            y=shares,
            name=f"{dims} bits: {human_bytes(billion * dims / 8)} for a billion",
            mode="lines+markers",
            hovertemplate="%{x:,}: %{y:.3f}",
            **line_style(index),
        )
    figure.add_hline(y=0.9, line={"color": GREY, "dash": "dot"})
    figure.update_xaxes(type="log", minor={"ticks": ""}, dtick=1, exponentformat="none", separatethousands=True)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    told = "; ".join(f"{dims} bits {shares[at]:.1%}" for dims, shares in curves.items())
    return Exhibit(figure, f"Share of the exact ten among 1,000 candidates: {told}. The dotted line is 90 %.")


def first_pass_explorer(lab: BillionLab) -> object:
    """`plot_first_passes` with a slider for the number of documents."""
    sizes = slider("Documents", list(lab.sizes), lab.sizes[-1], "How many of the simulated documents are searched")
    return live(lambda size: plot_first_passes(lab, size), {"size": sizes})
