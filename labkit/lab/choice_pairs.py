"""Exhibits of "better, or noise?": every pair with its corrected p-value, and how often fewer queries name another winner."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from labkit.lab.exhibit import Exhibit, dropdown, live, slider
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.measure.intervals import rounding
from labkit.measure.redraw import flip_share, redraws
from labkit.measure.significance import Pair
from labkit.measure.table import Table

SIZES = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)


def pairs_table(pairs: Sequence[Pair], *, alpha: float = 0.05) -> Table:
    """One row a pair: the difference, p before and after Holm's correction, and how many queries it would take.

    Args:
        pairs: from `compare_pairs`.
        alpha: a corrected p-value below it is called clear.

    Raises:
        ValueError: if there are no pairs.
    """
    if not pairs:
        raise ValueError("there are no pairs; compare_pairs gives them")
    rows = []
    for pair in pairs:
        d = pair.difference
        needed = "any" if np.isinf(pair.needed) else f"{pair.needed:,.0f}"
        rows.append(
            (
                f"{pair.first} over {pair.second}",
                f"{d.mean:+.3f}",
                f"{d.low:+.3f} to {d.high:+.3f}",
                _p(d.p),
                _p(pair.adjusted_p),
                "clear" if pair.adjusted_p < alpha else "noise?",
                "never" if needed == "any" else needed,
            )
        )
    header = ("pair", "difference", "95% interval", "p", "p, Holm", "verdict", "queries needed")
    caption = (
        f"{pairs[0].queries:,} queries; {len(pairs)} comparisons corrected together. Queries needed: to see a true "
        f"difference of this size four times in five."
    )
    return Table(header, tuple(rows), caption)


def plot_flips(differences: ArrayLike, names: tuple[str, str], n: int, *, repeats: int = 4_000) -> Exhibit:
    """What `n` other queries would have said: the mean differences of many draws, those with another winner in orange.

    Args:
        differences: first minus second, one value a query.
        names: what first and second are called.
        n: queries in a draw.
        repeats: draws.
    """
    d = np.asarray(differences, np.float64)
    winner, loser = names if d.mean() >= 0 else names[::-1]
    means = redraws(d if d.mean() >= 0 else -d, n, repeats=repeats)
    flipped = flip_share(d, n, repeats=repeats)
    figure = new_figure(
        f"{n:,} queries name another winner than {winner} in {flipped:.0%} of the draws",
        x=f"{winner} minus {loser}, mean of {n:,} queries",
        y="draws",
        height=380,
    )
    reach = max(float(np.abs(means).max()), 1e-9) * 1.02
    edges = np.linspace(-reach, reach, 61)  # zero is an edge: no bar mixes the two sides
    sided = np.where(means <= rounding(d), means - 1e-6 * reach, means)  # a draw without a winner counts with the flips
    middles, counts = (edges[:-1] + edges[1:]) / 2, np.histogram(sided, bins=edges)[0]
    for wrong, label, colour, pattern in (
        (False, f"{winner} ahead", PALETTE[0], ""),
        (True, "another winner, or none", PALETTE[1], "/"),
    ):
        rows = np.flatnonzero((middles < 0) == wrong)
        figure.add_bar(
            x=middles[rows],
            y=counts[rows],
            name=label,
            width=edges[1] - edges[0],
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay", "fgopacity": 0.4}},
            hovertemplate="%{x:+.3f}: %{y} draws<extra>" + label + "</extra>",
        )
    figure.add_vline(x=abs(float(d.mean())), line={"color": GREY, "dash": "dot"})
    figure.update_layout(bargap=0, legend={"y": -0.3})
    low, high = np.quantile(means, [0.025, 0.975])
    return Exhibit(
        figure,
        f"All {len(d):,} queries say {abs(d.mean()):+.3f} (dotted). Of {repeats:,} draws of {n:,} queries, 95 % lie "
        f"between {low:+.3f} and {high:+.3f}; {flipped:.1%} do not put {winner} ahead.",
    )


def flip_explorer(per_query: Mapping[str, ArrayLike], *, n: int = 20) -> Any:  # noqa: ANN401
    """`plot_flips` with a list of all pairs and a slider for the number of queries.

    Args:
        per_query: name -> one value a query.
        n: where the slider starts; one of `SIZES`.

    Raises:
        ValueError: if there are fewer than two searches.
    """
    if len(per_query) < 2:
        raise ValueError("flip_explorer needs at least two searches")
    arrays = {name: np.asarray(values, np.float64) for name, values in per_query.items()}
    pairs = sorted(combinations(arrays, 2), key=lambda pair: abs(float((arrays[pair[0]] - arrays[pair[1]]).mean())))
    labels = [(f"{first} and {second}", (first, second)) for first, second in pairs]
    return live(
        lambda pair, queries: plot_flips(arrays[pair[0]] - arrays[pair[1]], pair, queries),
        {
            "pair": dropdown("Pair", labels, "Which two searches are compared; the closest pair is first"),
            "queries": slider("Queries", list(SIZES), n, "How many queries a test would have"),
        },
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
