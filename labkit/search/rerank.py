"""Re-ranking: a fast search makes a shortlist, a slow and better judge puts it in order.

    search      ids  7  2  9  4 | 5  1       depth = 4
    judge            .1 .9 .2 .3
    re-ranked   ids  2  4  9  7 | 5  1

It can only move up what the first search found: nDCG may rise, recall at the depth cannot.
"""

from collections.abc import Sequence, Sized
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labkit.checks import check_k
from labkit.models.texts import check_texts
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher


class PairScorer(Protocol):
    """What judges pairs of a query and a document, such as `labkit.load_cross_encoder()`."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """One number a pair, larger is better."""


class Reranker:
    """A searcher that lets a cross-encoder put the first `depth` hits of another searcher in order.

    Attributes:
        searcher: makes the shortlist.
        cross_encoder: judges it.
        documents: the texts that were indexed, by position.
        depth: how many hits are judged.
    """

    def __init__(
        self, searcher: Searcher, cross_encoder: PairScorer, documents: Sequence[str], *, depth: int = 30
    ) -> None:
        """Join a searcher and a judge.

        Raises:
            TypeError: if the documents are not a list of str, or the depth is no whole number.
            ValueError: if the depth is below 1, or the searcher holds another number of documents.
        """
        self.searcher, self.cross_encoder = searcher, cross_encoder
        self.documents, self.depth = check_texts(documents), check_k(depth)
        held = len(searcher) if isinstance(searcher, Sized) else len(self.documents)
        if held != len(self.documents):
            raise ValueError(f"the searcher holds {held} documents, but {len(self.documents)} texts were passed")

    @property
    def nbytes(self) -> int | None:
        """Bytes that the searcher holds, if it says; the texts are not counted."""
        return getattr(self.searcher, "nbytes", None)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.documents)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query, the first `depth` of them in the judge's order.

        Hits beyond `depth` keep the order of the first search; the judge gave them no score, so theirs count down from
        the lowest one it gave.

        Raises:
            TypeError: if `queries` is not a list of str, or `k` is no whole number.
            ValueError: if `k` is below 1, or the judge gives a score that is not finite.
        """
        k, listed = check_k(k), check_texts(queries)
        if not listed:
            return Hits(np.empty((0, k), np.int64), np.empty((0, k), np.float32))
        found = self.searcher.search(listed, max(k, self.depth))
        ids = found.ids
        scores = np.full(ids.shape, -np.inf, np.float32)
        row, column = np.nonzero(ids[:, : self.depth] >= 0)
        pairs = [(listed[q], self.documents[i]) for q, i in zip(row, ids[row, column], strict=True)]
        judged = np.asarray(self.cross_encoder.score_pairs(pairs), np.float32)
        if not np.isfinite(judged).all():
            wrong = int(np.flatnonzero(~np.isfinite(judged))[0])
            raise ValueError(f"the judge should give finite scores, but gave {judged[wrong]} to {pairs[wrong]!r:.80}")
        scores[row, column] = judged
        lowest = scores[:, : self.depth].min(axis=1, keepdims=True)
        beyond = np.arange(1, ids.shape[1] - self.depth + 1, dtype=np.float32)
        scores[:, self.depth :] = np.where(ids[:, self.depth :] >= 0, lowest - beyond, -np.inf)
        order = np.lexsort((ids, -scores))
        return Hits(np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)).top(k)
