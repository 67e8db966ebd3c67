"""Vectors of length one: what cosine similarity by inner product takes for granted."""

import numpy as np

from labkit.checks import Vectors


def unit_rows(vectors: Vectors) -> Vectors:
    """Each row divided by its length, `(n, d)` float32; a row of zeros stays zero, it has no direction.

    Example:
        >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)).tolist()
        [[0.6, 0.8], [0.0, 0.0]]
    """
    # Divided by its largest number first, a row can neither overflow nor vanish when it is squared.
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    rows: Vectors = np.divide(scaled, lengths, out=scaled, where=lengths > 0)
    return rows
