"""Hits: what every search returns.

Document 7 with score 0.9, document 2 with 0.8, and nothing more to find for the third place:

    ids    [[7,   2,   -1]]
    scores [[0.9, 0.8, -inf]]
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import check_k


@dataclass(frozen=True)
class Hits:
    """The best documents of each query, best first; equal scores are ordered by the smaller id.

    Attributes:
        ids: `(nq, k)` int64, positions of documents in what was indexed; -1 where a list is short.
        scores: `(nq, k)` float32, larger is better; -inf where a list is short.

    Raises:
        TypeError: if the ids are not whole numbers.
        ValueError: if the two differ in shape, or a score is NaN.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        ids, scores = np.asarray(self.ids), np.asarray(self.scores)
        if ids.ndim != 2 or ids.shape != scores.shape:
            raise ValueError(f"ids and scores should both have shape (nq, k), but are {ids.shape} and {scores.shape}")
        if ids.dtype.kind not in "iu" and ids.size:
            raise TypeError(
                f"ids are positions of documents and should be whole numbers, but their dtype is {ids.dtype}"
            )
        object.__setattr__(self, "ids", ids.astype(np.int64, copy=False))
        object.__setattr__(self, "scores", _as_scores(scores))

    def __len__(self) -> int:
        """Number of queries."""
        return len(self.ids)

    def __iter__(self) -> Iterator[list[tuple[int, float]]]:
        """The hits of each query as a list of `(id, score)`, without the padding."""
        for ids, scores in zip(self.ids, self.scores, strict=True):
            yield [(int(i), float(s)) for i, s in zip(ids, scores, strict=True) if i >= 0]

    def top(self, k: int) -> "Hits":
        """The first `k` hits of each query.

        Example:
            >>> Hits(np.array([[7, 2]]), np.array([[0.9, 0.8]], np.float32)).top(1).ids
            array([[7]])
        """
        k = check_k(k)
        return Hits(self.ids[:, :k], self.scores[:, :k])

    @classmethod
    def from_scores(cls, scores: NDArray[np.floating], k: int) -> "Hits":
        """The `k` best of a full score matrix `(nq, n)`, ties by the smaller id: the plain definition of a search.

        A score of -inf is no hit.

        Example:
            >>> Hits.from_scores(np.array([[0.1, 0.5, 0.5]]), k=2).ids
            array([[1, 2]])
            >>> Hits.from_scores(np.array([[-np.inf, 0.5]]), k=2).ids
            array([[ 1, -1]])
        """
        k, scores = check_k(k), _as_scores(scores)
        if scores.ndim != 2:
            raise ValueError(f"scores should have shape (nq, n), but their shape is {scores.shape}")
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        best = np.take_along_axis(scores, order, axis=1)
        return cls.padded(np.where(best == -np.inf, -1, order), best, k)

    @classmethod
    def padded(cls, ids: NDArray[np.integer], scores: NDArray[np.floating], k: int) -> "Hits":
        """Hits of width `k` from arrays `(nq, m)` with `m <= k`, filled up with id -1 and score -inf.

        Raises:
            ValueError: if the arrays are wider than `k`.
        """
        missing = k - ids.shape[1]
        if missing < 0:
            raise ValueError(f"hits of width {ids.shape[1]} do not fit into k = {k}; cut them first")
        wide_ids, wide_scores = ids.astype(np.int64), scores.astype(np.float32)
        if missing:  # np.pad takes longer than a small search
            wide_ids = np.pad(wide_ids, ((0, 0), (0, missing)), constant_values=-1)
            wide_scores = np.pad(wide_scores, ((0, 0), (0, missing)), constant_values=-np.inf)
        return cls(wide_ids, wide_scores)

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[tuple[int, float]]], k: int) -> "Hits":
        """Hits from one list of `(id, score)` a query, in any order; a score of -inf is no hit.

        Raises:
            ValueError: if an id is negative or a score is NaN.

        Example:
            >>> Hits.from_lists([[(4, 1.0), (2, 1.0), (9, 3.0)]], k=2).ids
            array([[9, 2]])
        """
        k = check_k(k)
        ids = np.full((len(lists), k), -1, np.int64)
        scores = np.full((len(lists), k), -np.inf, np.float32)
        for row, hits in enumerate(lists):
            rounded = [(i, float(np.float32(score))) for i, score in hits if score != -np.inf]
            if any(i < 0 or score != score for i, score in rounded):
                raise ValueError(f"ids should be 0 or more and scores no NaN, but query number {row} has {hits!r:.80}")
            for column, (i, score) in enumerate(sorted(rounded, key=lambda hit: (-hit[1], hit[0]))[:k]):
                ids[row, column], scores[row, column] = i, score
        return cls(ids, scores)


def _as_scores(scores: ArrayLike) -> NDArray[np.float32]:
    """Scores as float32. They are ranked in this form, so that scores that look equal are ordered by the id."""
    array = np.asarray(scores)
    rounded = array if array.dtype == np.float32 else _rounded(array)
    if np.isnan(rounded).any():
        raise ValueError(
            "scores should be finite (-inf for no hit), but hold NaN, for which no place in a ranking is right"
        )
    return rounded


def _rounded(scores: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        rounded = scores.astype(np.float32)
    if not np.array_equal(np.isinf(rounded), np.isinf(scores)):
        raise ValueError("scores should fit into float32 (up to 3.4e38): infinite ones would tie; scale them down")
    return rounded
