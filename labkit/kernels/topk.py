"""The k best of a stream of scores: a heap whose first entry is the worst of the best.

A new score is compared with that first entry only; nearly all of a large collection is turned away by this one
comparison. What is better takes its place and sinks to where it belongs, in at most log2(k) steps.

An entry is one whole number, the key: the upper 32 bits hold the score, the lower 32 the id. A larger key is a better
hit, and of two equal scores the smaller id has the larger key, so the order of hits never depends on luck.

    score 0.5 is 0x3f000000 as float32;  document 7 -> key 0x3f000000_fffffff8
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Keys = NDArray[np.int64]

EMPTY = np.iinfo(np.int64).min  # no hit yet; worse than any
MOST_DOCUMENTS = 2**32 - 1
_SIGN, _MAGNITUDE = 32, 0x7FFFFFFF


@njit
def key_of(score: float | np.float32, document: int) -> np.int64:
    """The key of a hit. A float32 read as a whole number is in order already, but for the negative ones."""
    bits = np.int64(np.float32(score).view(np.int32))
    if bits < 0:
        bits ^= _MAGNITUDE
    return np.int64((bits << _SIGN) | (MOST_DOCUMENTS - document))


@njit
def checked_key(score: float | np.float32, document: int) -> np.int64:
    """The key of a hit whose vector nobody has looked at: a score that is not finite is NaN, which beats all others."""
    narrow = np.float32(score)
    return np.int64(key_of(narrow if abs(narrow) < np.inf else np.float32(np.nan), document))


@njit
def score_of(key: np.int64) -> np.float32:
    """The score in a key; -inf if it is empty."""
    if key == EMPTY:
        return np.float32(-np.inf)
    bits = key >> _SIGN
    if bits < 0:
        bits ^= _MAGNITUDE
    return np.int32(bits).view(np.float32)


@njit(inline="never")
def replace_worst(keys: Keys, key: np.int64) -> None:
    """Put a key in the place of the worst one, `keys[0]`, and mend the heap below it."""
    size, hole, child = len(keys), 0, 1
    while child < size:
        if child + 1 < size:
            child += keys[child + 1] < keys[child]
        if keys[child] >= key:
            break
        keys[hole] = keys[child]
        hole, child = child, 2 * child + 1
    keys[hole] = key


def best_first(keys: Keys) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Scores and ids `(nq, k)`, best first, of the keys `(parts, nq, k)` that several threads have kept.

    Example:
        >>> scores, ids = best_first(np.array([[[key_of(0.5, 7)]], [[key_of(0.5, 9)]]]))
        >>> scores, ids
        (array([[0.5]], dtype=float32), array([[7]]))
    """
    parts, nq, k = keys.shape
    together = np.sort(keys.transpose(1, 0, 2).reshape(nq, parts * k), axis=1)[:, ::-1][:, :k].copy()
    bits = together >> _SIGN
    bits[bits < 0] ^= _MAGNITUDE
    scores = bits.astype(np.int32).view(np.float32)
    ids = MOST_DOCUMENTS - (together & MOST_DOCUMENTS)
    missing = together == EMPTY
    scores[missing], ids[missing] = -np.inf, -1
    return scores, ids
