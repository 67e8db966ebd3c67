"""Fusion: one ranked list out of several.

BM25 finds words, a dense encoder finds meaning; what both find is likely right. Their scores cannot be added as they are
(one goes from 0 to 30, the other from -1 to 1), so either only ranks count or scores are brought to one scale first:

| method       | what list l adds to document d                                    | what it adds if it does not hold d    |
|--------------|-------------------------------------------------------------------|---------------------------------------|
| `"rrf"`      | `w_l / (60 + rank)`, ranks from 1                                 | 0                                     |
| `"min-max"`  | `w_l * (score - min) / (max - min)`; 1 if all scores are equal    | 0, as its lowest hit                  |
| `"z-score"`  | `w_l * (score - mean) / std`; 0 if all scores are equal           | as its lowest hit                     |
| `"dbsf"`     | `w_l * (score - (mean - 3 std)) / (6 std)`; 1/2 if all are equal  | 0: three standard deviations too low  |

min, max, mean and std (population) are those of one list for one query. Sources: Cormack, Clarke and Buettcher, "Reciprocal
rank fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009 (the 60 is theirs); Bruch, Gai and
Ingber, "An analysis of fusion functions for hybrid retrieval", TOIS 2023; Mazzeschi, "Distribution-based score fusion", 2023.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit import settings
from labkit.checks import check_k
from labkit.search.hits import Hits
from labkit.search.normalise import normalise
from labkit.search.retriever import Searcher
from labkit.search.tokenize import not_one_text

METHODS = ("rrf", "min-max", "z-score", "dbsf")
RANK_CONSTANT = 60
Float64 = NDArray[np.float64]
Weights = ArrayLike | Callable[[str], Sequence[float]] | None


def fuse(
    lists: Sequence[Hits],
    k: int,
    *,
    method: str = "rrf",
    weights: ArrayLike | None = None,
    rank_constant: float = RANK_CONSTANT,
) -> Hits:
    """The `k` best documents of each query by the sum of what each list says; equal sums by the smaller id.

    Args:
        lists: one Hits a searcher, all for the same queries.
        k: hits wanted.
        method: one of the table above.
        weights: one number a list, or `(nq, lists)` for weights by query; 1 each without it.
        rank_constant: the 60 of "rrf"; a larger one makes the first ranks count less.

    Raises:
        TypeError: if something else than Hits is among the lists.
        ValueError: if there are no lists, they differ in the number of queries, a list holds a document twice, the method
            is unknown or a weight is negative or not finite.

    Example:
        >>> words = Hits.from_lists([[(4, 9.1), (2, 7.0)]], k=2)
        >>> meaning = Hits.from_lists([[(2, 0.8), (7, 0.6)]], k=2)
        >>> fused = fuse([words, meaning], k=3)
        >>> fused.ids, fused.scores.round(4)
        (array([[2, 4, 7]]), array([[0.0325, 0.0164, 0.0161]], dtype=float32))
    """
    k = check_k(k)
    _check(lists, method, rank_constant)
    scale = _weights(weights, len(lists[0]), len(lists))
    ids = np.concatenate([hits.ids for hits in lists], axis=1)
    gains = np.empty(ids.shape)
    base = np.zeros(len(ids))
    column = 0
    for number, hits in enumerate(lists):
        part = gains[:, column : column + hits.ids.shape[1]]
        if method == "rrf":
            part[:] = 1.0 / (rank_constant + np.arange(1, hits.ids.shape[1] + 1))
        else:
            base += scale[:, number] * normalise(hits, method, part)
        part *= scale[:, number, None]
        column += hits.ids.shape[1]
    return _sum(ids, gains, base, k)


def _sum(ids: NDArray[np.int64], gains: Float64, base: Float64, k: int) -> Hits:
    from labkit.kernels import fusion as kernels
    from labkit.kernels import threads

    nq, m = ids.shape
    depth = min(k, m)
    out, out_ids = np.full((nq, depth), -np.inf, np.float32), np.full((nq, depth), -1, np.int64)
    table = 1 << (max(2 * m, 2) - 1).bit_length()

    def job(part: int, start: int, stop: int) -> None:
        kernels.fuse(
            ids, gains, base, start, stop,
            np.empty(table, np.int64), np.empty(m, np.int64), np.empty(m), np.empty((2, m), np.float32),
            np.empty(m, np.uint64), out, out_ids,
        )  # fmt: skip

    if m:
        threads.run(job, threads.split(nq, 64 * m, settings.threads()))
    return Hits.padded(out_ids, out, k)


def _check(lists: Sequence[Hits], method: str, rank_constant: float) -> None:
    if method not in METHODS:
        raise ValueError(f"there is no fusion method {method!r}; use one of {', '.join(METHODS)}")
    if not rank_constant >= 0:
        raise ValueError(f"rank_constant should be at least 0, but is {rank_constant}")
    if len(lists) == 0:
        raise ValueError("there are no lists to fuse; pass one Hits a searcher")
    for hits in lists:
        if not isinstance(hits, Hits):
            raise TypeError(f"lists should hold Hits, but hold a {type(hits).__name__}")
        if len(hits) != len(lists[0]):
            raise ValueError(
                f"the lists should answer the same queries, but have {[len(hits) for hits in lists]} of them"
            )
        if hits.ids.size and hits.ids.max() >= 1 << 32:
            raise ValueError(f"document positions should be below 2**32, but one is {hits.ids.max()}")
        ordered = np.sort(hits.ids, axis=1)
        twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
        if twice.any():
            raise ValueError(f"a list holds a document twice for query {int(twice.argmax())}: it would count twice")


def _weights(weights: ArrayLike | None, nq: int, n_lists: int) -> Float64:
    if weights is None:
        return np.ones((nq, n_lists))
    array = np.asarray(weights, np.float64)
    if array.shape not in ((n_lists,), (nq, n_lists)):
        raise ValueError(f"weights should have shape ({n_lists},) or ({nq}, {n_lists}), but have {array.shape}")
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise ValueError(f"weights should be finite and at least 0, but are {array.tolist()}")
    return np.broadcast_to(array, (nq, n_lists))


class Fusion:
    """A searcher that asks several searchers and fuses their lists.

    Example:
        >>> from labkit.search.bm25 import BM25Index
        >>> texts = ["pump HV-203", "pump seal", "valve"]
        >>> both = Fusion([BM25Index(texts), BM25Index(texts, stop_words=None)])
        >>> both.search(["pump HV-203"], k=2).ids
        array([[0, 1]])
    """

    def __init__(
        self,
        searchers: Sequence[Searcher],
        *,
        method: str = "rrf",
        weights: Weights = None,
        depth: int = 100,
        rank_constant: float = RANK_CONSTANT,
    ) -> None:
        """Choose the searchers and how to fuse them.

        Args:
            searchers: BM25, dense retrievers, other fusions.
            method: "rrf", "min-max", "z-score" or "dbsf".
            weights: one number a searcher; or a function from a query's text to such numbers, so that a query for a code
                can trust BM25 more than a question does.
            depth: hits asked of each searcher (more if more are wanted in the end).
            rank_constant: the 60 of "rrf".

        Raises:
            ValueError: if there are no searchers or a setting is out of range.
        """
        self.searchers = tuple(searchers)
        self.method, self.weights, self.rank_constant = method, weights, rank_constant
        self.depth = check_k(depth)
        if not self.searchers:
            raise ValueError("there are no searchers to fuse; pass at least one")
        # Say now what would be wrong with the settings, and not at the first search.
        empty = Hits.from_lists([[]], 1)
        fixed = None if callable(weights) else weights
        fuse([empty] * len(self.searchers), 1, method=method, weights=fixed, rank_constant=rank_constant)

    @property
    def nbytes(self) -> int:
        """Bytes of all searchers together; AttributeError if one of them does not say."""
        sizes: list[int] = [searcher.nbytes for searcher in self.searchers]  # type: ignore[attr-defined]
        return sum(sizes)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query by the fused score.

        Raises:
            TypeError: if `queries` is one text and not a list of texts.
        """
        not_one_text(queries, "queries")
        k = check_k(k)
        lists = [searcher.search(queries, max(k, self.depth)) for searcher in self.searchers]
        weights = self.weights
        if callable(weights):
            weights = np.array([weights(query) for query in queries] or np.ones((0, len(lists))), np.float64)
        return fuse(lists, k, method=self.method, weights=weights, rank_constant=self.rank_constant)
