"""k-means: a few thousand centres, so that every vector has one close by.

    repeat:  each vector goes to its nearest centre;  each centre moves to the mean of its vectors

The nearest centre is found by the exact inner-product search of `FlatIndex`, with one more dimension that turns the
largest product into the smallest distance (|x|^2 is the same for all centres and drops out):

    |x - c|^2 = |x|^2 - 2 (x . c - |c|^2 / 2)          (x, 1) . (c, -|c|^2 / 2)

Source: Lloyd 1982, "Least squares quantization in PCM"; the extra dimension: Bachrach et al. 2014, RecSys.
"""

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors

_BLOCK = 2048  # vectors looked up at once: they and a panel of centres stay in the cache


def kmeans(vectors: Vectors, centres: int, *, iterations: int, seed: int, threads: int, progress: bool) -> Vectors:
    """At most so many centres `(c, d)` of the vectors `(n, d)`, in no special order; the same for any number of threads.

    It starts from `centres` of the vectors, chosen at random. A centre that no vector is nearest to is dropped in the
    end, so equal vectors share one centre.

    Example:
        >>> points = np.array([[0, 0], [0, 1], [9, 0], [9, 1]], np.float32)
        >>> kmeans(points, 2, iterations=5, seed=1, threads=1, progress=False)[:, 1]
        array([0.5, 0.5], dtype=float32)
    """
    from tqdm.auto import tqdm

    chosen = np.random.default_rng(seed).choice(len(vectors), min(centres, len(vectors)), replace=False)
    found = vectors[np.sort(chosen)]
    with tqdm(total=iterations * len(vectors), desc="k-means", delay=2, disable=not progress) as bar:
        for _ in range(iterations):
            nearest = np.empty(len(vectors), np.int64)
            for start in range(0, len(vectors), _BLOCK):
                block = vectors[start : start + _BLOCK]
                nearest[start : start + _BLOCK] = nearest_centres(block, found, threads)
                bar.update(len(block))
            found = _means(vectors, nearest)
    return found


def nearest_centres(vectors: Vectors, centres: Vectors, threads: int) -> NDArray[np.int64]:
    """The nearest centre of each vector, `(n,)`, the first of equals."""
    from labkit.kernels.exact import top

    half_squares = np.einsum("ij,ij->i", centres, centres, dtype=np.float64) / 2
    rows = np.column_stack([centres, -half_squares.astype(np.float32)])
    longest = float(np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1).max()))
    nearest = np.empty(len(vectors), np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        asked = np.column_stack([block, np.ones(len(block), np.float32)])
        nearest[start : start + _BLOCK] = top(rows, asked, 1, threads, longest)[1][:, 0]
    return nearest


def _means(vectors: Vectors, nearest: NDArray[np.int64]) -> Vectors:
    """The mean of each centre's vectors; centres without vectors are left out."""
    order = np.argsort(nearest, kind="stable")
    used, first, counts = np.unique(nearest[order], return_index=True, return_counts=True)
    sums = np.empty((len(used), vectors.shape[1]), np.float64)
    for start in range(0, len(used), 512):  # in parts, so that no copy of all vectors is made
        stop = min(start + 512, len(used))
        rows = order[first[start] : first[stop - 1] + counts[stop - 1]]
        sums[start:stop] = np.add.reduceat(vectors[rows], first[start:stop] - first[start], axis=0, dtype=np.float64)
    return (sums / counts[:, None]).astype(np.float32)
