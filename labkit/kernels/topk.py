"""The k best of a stream of scores: a heap whose first entry is the worst of the best.

A new score is compared with that first entry only; nearly all of a large collection is turned away by this one
comparison. What is better takes its place and sinks to where it belongs, in about log2(k) steps.

Equal scores are ordered by the smaller id, always. Documents arrive with rising ids, so a later one with the score of
the worst entry never displaces it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(inline="never")
def replace_worst(
    scores: NDArray[np.float32], ids: NDArray[np.int64], size: int, score: np.float32, document: int
) -> None:
    """Put a hit in the place of the worst of the first `size` entries and mend the heap below it."""
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            scores[right] < scores[child] or (scores[right] == scores[child] and ids[right] > ids[child])
        ):
            child = right
        if scores[child] > score or (scores[child] == score and ids[child] <= document):
            break
        scores[hole] = scores[child]
        ids[hole] = ids[child]
        hole = child
    scores[hole] = score
    ids[hole] = document


@njit(inline="never")
def best_first(scores: NDArray[np.float32], ids: NDArray[np.int64]) -> None:
    """Turn the heap into a list, best first: take the worst out and put it last, again and again."""
    for last in range(len(scores) - 1, 0, -1):
        score, document = scores[last], ids[last]
        scores[last], ids[last] = scores[0], ids[0]
        replace_worst(scores, ids, last, score, document)


def merge(scores: NDArray[np.float32], ids: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """One list of `k` hits a query from the lists of several threads, `(parts, nq, k)` with rising ids by part.

    Example:
        >>> scores, ids = merge(np.array([[[3, 1]], [[3, 2]]], np.float32), np.array([[[4, 0]], [[7, 9]]]))
        >>> ids
        array([[4, 7]])
    """
    parts, nq, k = scores.shape
    if parts == 1:
        return scores[0], ids[0]
    all_scores = scores.transpose(1, 0, 2).reshape(nq, parts * k)
    all_ids = ids.transpose(1, 0, 2).reshape(nq, parts * k)
    # A stable sort keeps equal scores in the order of the parts, which is the order of the ids.
    order = np.argsort(-all_scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(all_scores, order, axis=1), np.take_along_axis(all_ids, order, axis=1)
