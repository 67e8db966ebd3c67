"""What nearest neighbours tell without judgements: classification by label, and agreement with the exact search."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors
from labkit.search.hits import Hits


def nearest_neighbour_accuracy(vectors: ArrayLike, labels: Sequence[str]) -> float:
    """Share of the vectors whose nearest other vector, by inner product, has the same label.

    Args:
        vectors: `(n, d)` unit vectors.
        labels: one label a vector.

    Raises:
        ValueError: if there are fewer than two vectors or the labels do not fit.

    Example:
        >>> nearest_neighbour_accuracy([[1, 0], [0.8, 0.6], [0, 1]], ["a", "a", "b"])
        0.6666666666666666
    """
    from labkit.search.flat import FlatIndex

    array = as_vectors(vectors)
    if len(array) < 2 or len(labels) != len(array):
        raise ValueError(f"needs at least two vectors and one label each, but got {len(array)} and {len(labels)}")
    ids = FlatIndex(array).search(array, 2).ids
    own = np.arange(len(array))
    neighbour = np.where(ids[:, 0] == own, ids[:, 1], ids[:, 0])
    names = np.array(labels)
    return float((names[neighbour] == names).mean())


def recall_of_exact(found: Hits, exact: Hits) -> NDArray[np.float64]:
    """Per query, the share of the exact search's hits that another search found too, `(nq,)`; order does not count.

    It needs no judgements: it asks what a shortcut loses against the full search, not whether that one is any good.

    Raises:
        ValueError: if the two do not answer the same number of queries.

    Example:
        >>> a = Hits.from_lists([[(1, 0.9), (2, 0.8)]], k=2)
        >>> recall_of_exact(Hits.from_lists([[(2, 0.9), (5, 0.1)]], k=2), a).tolist()
        [0.5]
    """
    if len(found) != len(exact):
        raise ValueError(f"found answers {len(found)} queries, exact {len(exact)}; search the same queries")
    shares = [
        len(set(a[a >= 0].tolist()) & set(b[b >= 0].tolist())) / max(1, int((b >= 0).sum()))
        for a, b in zip(found.ids, exact.ids, strict=True)
    ]
    return np.array(shares)
