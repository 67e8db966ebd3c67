"""Iterative quantization (ITQ): a rotation learned so that the signs of the numbers say as much as they can.

The bits of a vector are the corner of a cube that it points to. A rotation changes no cosine, but it can bring the
vectors closer to the corners, and then less is lost. ITQ (Gong and Lazebnik 2011, "Iterative Quantization: A
Procrustean Approach to Learning Binary Codes") repeats two steps that each lower the sum of |B - X R|^2:

    B = sign(X R)                                 the corner nearest to each rotated vector
    U S V^T = X^T B,   R = U V^T                  the rotation that brings the vectors closest to their corners

It needs vectors and no labels, and starts from a random rotation. It is no free gain: where vectors form tight crowds,
a whole crowd goes to one corner and its members can no longer be told apart. Measure it on your own vectors.
"""

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors
from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import random_rotation

MOST_VECTORS = 20_000  # more do not change a rotation of a few hundred dimensions


def itq_rotation(vectors: ArrayLike, *, steps: int = 30, seed: int = 0, name: str = "ITQ") -> LinearMap:
    """The rotation by iterative quantization, for `BinaryQuantizer.fit(..., rotation=...)`.

    The mean is not subtracted, as with `pca_rotation`: what is compared are angles at the origin.

    Args:
        vectors: `(n, d)`, `n >= d` wanted; of more than 20,000 an even selection is used.
        steps: repeats; 0 is a random rotation.
        seed: of the rotation it starts from.
        name: the name of the map.

    Raises:
        TypeError: if `steps` is not a whole number.
        ValueError: if there are no vectors, or `steps` is below 0 or above 10,000.

    Example:
        >>> rotation = itq_rotation(np.eye(8), steps=5)
        >>> rotation.orthogonality_error < 1e-6
        True
    """
    from threadpoolctl import threadpool_limits

    array = as_vectors(vectors)
    if len(array) == 0:
        raise ValueError("itq_rotation needs at least one vector, but got none")
    repeats = _check_steps(steps)
    some = array[:: -(-len(array) // MOST_VECTORS)].astype(np.float64)
    rotation = random_rotation(array.shape[1], seed).matrix.astype(np.float64)
    # One thread: with several, the last digits depend on their number, and a sign near zero turns on them.
    with threadpool_limits(1, user_api="blas"):
        for _ in range(repeats):
            left, _, right = np.linalg.svd(some.T @ corners(some @ rotation))
            rotation = left @ right
    return LinearMap(rotation.astype(np.float32), name)


def corners(vectors: ArrayLike) -> Vectors:
    """The corner of the cube that each vector points to: +1 where a number is above 0, else -1.

    Example:
        >>> corners([[0.3, -2.0, 0.0]]).tolist()
        [[1.0, -1.0, -1.0]]
    """
    signs: Vectors = np.where(np.asarray(vectors) > 0, 1.0, -1.0)
    return signs


def _check_steps(steps: int) -> int:
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer):
        raise TypeError(f"steps should be a whole number of repeats, but is {steps!r}")
    if not 0 <= steps <= 10_000:
        raise ValueError(f"steps should be between 0 and 10,000, but is {steps}")
    return int(steps)
