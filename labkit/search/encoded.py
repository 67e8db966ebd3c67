"""What the indexes of codes share: encoding vectors in blocks, and checking the candidates of a rescoring."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scalar = TypeVar("Scalar", np.uint8, np.int8)

_BLOCK = 1 << 16


def encode_in_blocks(
    vectors: NDArray[np.generic], encode: Callable[[ArrayLike], NDArray[Scalar]], width: int, dtype: type[Scalar]
) -> NDArray[Scalar]:
    """The codes of vectors, `(n, width)`, block by block: the vectors may lie in a file larger than memory.

    Raises:
        ValueError: if the vectors do not fit the quantizer.
    """
    if vectors.ndim != 2 or len(vectors) == 0:
        return encode(vectors)
    codes = np.empty((len(vectors), width), dtype)
    for start in range(0, len(vectors), _BLOCK):
        codes[start : start + _BLOCK] = encode(vectors[start : start + _BLOCK])
    return codes


def check_candidates(candidates: object, nq: int, n: int) -> NDArray[np.int64]:
    """The candidates as int64 `(nq, m)`.

    Raises:
        TypeError: if they are not whole numbers.
        ValueError: if the shape is wrong, or a candidate is neither a document of `0 … n - 1` nor -1.

    Example:
        >>> check_candidates([[2, -1]], nq=1, n=3)
        array([[ 2, -1]])
    """
    array: NDArray[np.generic] = np.asarray(candidates)
    if array.dtype.kind not in "iu":
        raise TypeError(f"candidates should be whole numbers, but their dtype is {array.dtype}")
    if array.ndim != 2 or len(array) != nq or array.shape[1] == 0:
        raise ValueError(f"candidates should have shape ({nq}, m), one row a query, but their shape is {array.shape}")
    if array.size and (int(array.min()) < -1 or int(array.max()) >= n):
        raise ValueError(
            f"candidates should lie in 0 … {n - 1} (or be -1), but reach from {array.min()} to {array.max()}"
        )
    return np.ascontiguousarray(array, dtype=np.int64)
