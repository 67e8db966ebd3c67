"""Checks of what a caller hands in: the right answer or a clear error, never a silent one."""

import numbers

import numpy as np
from numpy.typing import NDArray

from labkit import settings

Vectors = NDArray[np.float32]
MOST_HITS = 100_000_000


def as_vectors(x: object, *, dim: int | None = None, name: str = "vectors") -> Vectors:
    """The input as a C-contiguous float32 array of shape `(n, d)`; no copy if it is one already.

    Args:
        x: anything NumPy can read as numbers; a single vector `(d,)` is not accepted, write `x[None]`.
        dim: the `d` wanted, if it matters.
        name: what the caller calls the array, for the messages.

    Raises:
        TypeError: if `x` does not hold real numbers, is sparse, or has masked values.
        ValueError: if the shape is wrong or a value is NaN, infinite or beyond the range of float32.

    Example:
        >>> as_vectors([[3.0, 4.0]]).dtype
        dtype('float32')
    """
    if hasattr(x, "toarray"):
        raise TypeError(f"{name} should be an ordinary array, but is a sparse {type(x).__name__}; pass .toarray()")
    if np.ma.is_masked(x):
        raise TypeError(f"{name} should have no masked values, what lies under a mask is no number; fill or drop them")
    try:
        array: NDArray[np.generic] = np.asarray(x)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{name} should have rows of equal length: {error}") from error
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} should hold real numbers, but its dtype is {array.dtype}")
    if array.ndim != 2:
        hint = f"; for a single vector pass {name}[None]" if array.ndim == 1 else ""
        raise ValueError(f"{name} should have shape (n, d), but its shape is {array.shape}{hint}")
    if dim is not None and array.shape[1] != dim:
        raise ValueError(f"{name} should have {dim} dimensions, but has {array.shape[1]} (shape {array.shape})")
    if array.shape[1] == 0:
        raise ValueError(f"{name} should have at least one dimension, but its shape is {array.shape}")
    with np.errstate(over="ignore"):  # said below, with the row
        vectors = np.ascontiguousarray(array, dtype=np.float32)
    if not _all_finite(vectors):
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
        if np.isfinite(array[row].astype(np.longdouble)).all():
            raise ValueError(f"{name} should fit into float32 (up to 3.4e38), but row {row} does not; scale them down")
        raise ValueError(f"{name} should be finite, but row {row} holds NaN or infinity; remove or repair that row")
    return vectors


def _all_finite(array: Vectors) -> bool:
    # Any NaN or infinity makes the sum of its block non-finite, and a sum needs no temporary array. A block sum of
    # huge finite values can overflow too, so a suspicious block is looked at value by value.
    for start in range(0, len(array), 65_536):
        block = array[start : start + 65_536]
        with np.errstate(over="ignore", invalid="ignore"):
            total = block.sum(dtype=np.float64)
        if not np.isfinite(total) and not np.isfinite(block).all():
            return False
    return True


def check_k(k: object) -> int:
    """The number of hits wanted as an int.

    Raises:
        TypeError: if `k` is not a whole number.
        ValueError: if `k` is below 1, or so large that no machine holds the hits.

    Example:
        >>> check_k(10)
        10
    """
    if not isinstance(k, numbers.Integral) or isinstance(k, bool):
        raise TypeError(f"k should be a whole number of hits, but is {k!r}")
    wanted = int(k)
    if not 1 <= wanted <= MOST_HITS:
        raise ValueError(f"k should be at least 1 and at most {MOST_HITS:,}, but is {wanted:,}")
    return wanted


def check_threads(threads: int | None) -> int:
    """The number of threads to use; None means `labkit.threads()`.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is below 1.
    """
    if threads is None:
        return settings.threads()
    if not isinstance(threads, numbers.Integral) or isinstance(threads, bool):
        raise TypeError(f"threads should be a whole number, but is {threads!r}")
    if threads < 1:
        raise ValueError(f"threads should be at least 1, but is {threads}; leave it out to use every CPU")
    return int(threads)
