"""More vectors than the collection has, to see what time does at scale; never to measure quality."""

import numbers

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors


def crowd(vectors: ArrayLike, n: int, *, noise: float = 0.5, seed: int = 0) -> Vectors:
    """`n` simulated unit vectors, each a real one moved in a random direction, `(n, d)` float32.

    The direction is drawn with the real vectors' variance in every dimension, so that the first dimensions of the
    crowd weigh what they weigh in the real vectors. Use it for milliseconds and bytes; its neighbours are not real.

    Args:
        vectors: `(m, d)` real vectors.
        n: how many to make.
        noise: length of the move, relative to the spread of the real vectors.
        seed: of the random numbers.

    Raises:
        TypeError: if `n` is not a whole number.
        ValueError: if there are no vectors, `n` is below 1, or `noise` is negative or not finite.

    Example:
        >>> crowd(np.eye(3), 10).shape
        (10, 3)
    """
    array = as_vectors(vectors)
    if len(array) == 0 or n < 1:
        raise ValueError(f"crowd needs at least one vector and n >= 1, but got {len(array)} vectors and n = {n}")
    if not isinstance(n, numbers.Integral):
        raise TypeError(f"n should be a whole number of vectors, but is {n!r}")
    if not (noise >= 0 and np.isfinite(noise)):
        raise ValueError(f"noise should be 0 or more and finite, but is {noise}")
    rng = np.random.default_rng(seed)
    spread = array.std(axis=0) * np.float32(noise)
    made = np.empty((n, array.shape[1]), np.float32)
    for start in range(0, n, 20_000):
        block = made[start : start + 20_000]
        block[:] = array[rng.integers(len(array), size=len(block))]
        block += rng.standard_normal(block.shape, np.float32) * spread
        lengths = np.linalg.norm(block, axis=1, keepdims=True)
        np.divide(block, lengths, out=block, where=lengths > 0)
    return made
