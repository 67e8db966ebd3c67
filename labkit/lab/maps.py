"""A map of a collection: every document a point, near points mean alike texts."""

import hashlib
import html
import os
import textwrap
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from labkit import settings
from labkit.checks import Vectors, as_vectors
from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit
from labkit.lab.style import MARKERS, PALETTE, new_figure


def umap_coordinates(vectors: Vectors, *, n_neighbors: int = 15, min_dist: float = 0.1, seed: int = 0) -> Vectors:
    """Two coordinates a vector, `(n, 2)`, that keep near vectors near (McInnes et al. 2018, arXiv 1802.03426).

    The coordinates are remembered on disk: UMAP takes seconds, and the same vectors give the same map.

    Raises:
        ValueError: if there are fewer than 4 vectors.
    """
    vectors = as_vectors(vectors)
    if len(vectors) < 4:
        raise ValueError(f"a map needs at least 4 vectors, but there are {len(vectors)}")
    described = f"{vectors.shape} {n_neighbors} {min_dist} {seed} ".encode()
    key = hashlib.sha256(described + vectors.tobytes()).hexdigest()[:24]
    path = settings.cache_dir() / "maps" / f"{key}.npy"
    try:
        points = as_vectors(np.load(path), dim=2)
        if len(points) == len(vectors):
            return points
    except (OSError, ValueError, EOFError):  # not there yet, or cut off: it is made again
        pass
    import umap

    reducer = umap.UMAP(
        n_neighbors=min(n_neighbors, len(vectors) - 1), min_dist=min_dist, metric="cosine", random_state=seed, n_jobs=1
    )
    points = as_vectors(reducer.fit_transform(vectors))
    with suppress(OSError):  # a cache that cannot be written to costs seconds, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{key}.{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            np.save(file, points)
        os.replace(unfinished, path)
    return points


def plot_map(
    points: Vectors,
    collection: Collection,
    title: str,
    *,
    groups: Sequence[str] | None = None,
    queries: dict[str, Vectors] | None = None,
) -> Exhibit:
    """A scatter plot of documents by group, with the text on hover and a few queries as stars.

    Args:
        points: `(n, 2)` coordinates of the documents.
        collection: texts to show on hover.
        title: the finding.
        groups: one group a document; the document types if left out.
        queries: text -> `(2,)` coordinates of queries to mark.

    Raises:
        ValueError: if there is not one point and one group a document, or all coordinates are not finite.
    """
    points = as_vectors(points, dim=2, name="points")
    groups = list(groups if groups is not None else collection.types)
    if not len(points) == len(groups) == len(collection):
        raise ValueError(
            f"{len(points):,} points and {len(groups):,} groups do not fit a collection of {len(collection):,} documents"
        )
    figure = new_figure(title, height=560)
    figure.update_xaxes(showticklabels=False, ticks="", title="", showgrid=False, showline=False)
    figure.update_yaxes(showticklabels=False, ticks="", title="", showgrid=False, showline=False)
    sizes = {group: groups.count(group) for group in sorted(set(groups), key=lambda group: -groups.count(group))}
    for index, (group, count) in enumerate(sizes.items()):
        rows = [i for i, one in enumerate(groups) if one == group]
        figure.add_scattergl(
            x=points[rows, 0],
            y=points[rows, 1],
            mode="markers",
            name=f"{group or 'documents'} ({count})",
            marker={
                "size": 7,
                "opacity": 0.75,
                "color": PALETTE[index % len(PALETTE)],
                "symbol": MARKERS[(index + index // len(PALETTE)) % len(MARKERS)],
            },
            text=[_hover(collection, i) for i in rows],
            hoverinfo="text",
        )
    for text, point in (queries or {}).items():
        figure.add_scatter(
            x=[point[0]],
            y=[point[1]],
            mode="markers+text",
            text=[html.escape(text)],
            textposition="top center",
            showlegend=False,
            marker={"size": 14, "symbol": "star", "color": PALETTE[1], "line": {"width": 1, "color": "white"}},
            hoverinfo="text",
        )
    named = ", ".join(f"{group or 'documents'} {count}" for group, count in list(sizes.items())[:4])
    return Exhibit(
        figure, f"{len(points):,} documents; the largest groups are {named}. Distances between far groups mean little."
    )


def _hover(collection: Collection, position: int) -> str:
    heading = collection.titles[position] or collection.doc_ids[position]
    lines = textwrap.wrap(collection.texts[position], 70, max_lines=5, placeholder=" …")
    return f"<b>{html.escape(heading)}</b><br>" + "<br>".join(html.escape(line) for line in lines)
