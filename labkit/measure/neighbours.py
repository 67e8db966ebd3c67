"""Classification by nearest neighbour: a coarser task than retrieval, and kinder to short vectors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import as_vectors


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
