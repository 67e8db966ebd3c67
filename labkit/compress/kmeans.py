"""k-means: a few thousand centres, so that every vector has one close by.

    repeat:  each vector goes to its nearest centre;  each centre moves to the mean of its vectors

Source: Lloyd 1982, "Least squares quantization in PCM".
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors

_BLOCK = 1 << 14  # vectors looked up at once, after which the progress bar moves


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

    from labkit.kernels.centres import means

    chosen = np.random.default_rng(seed).choice(len(vectors), min(centres, len(vectors)), replace=False)
    found = vectors[np.sort(chosen)]
    with tqdm(total=iterations * len(vectors), desc="k-means", delay=2, disable=not progress) as bar:
        for _ in range(iterations):
            found = means(vectors, nearest_centres(vectors, found, threads, bar.update), threads)
    return found


def nearest_centres(
    vectors: Vectors, centres: Vectors, threads: int, done: Callable[[int], object] = lambda vectors: None
) -> NDArray[np.int64]:
    """The nearest centre of each vector, `(n,)`, the first of equals; `done` is told of so many vectors looked up."""
    from labkit.kernels.centres import finder

    nearest, found = finder(centres, threads), np.empty(len(vectors), np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        found[start : start + _BLOCK] = nearest(block)
        done(len(block))
    return found
