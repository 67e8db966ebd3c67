"""Late interaction as a second stage: a fast search makes a shortlist, MaxSim puts it in order.

    BM25 or a dense search      ids  7  2  9  4 | 5  1       depth = 4
    MaxSim of stored tokens         18 27 20 19
    re-ranked                   ids  2  9  4  7 | 5  1

Unlike a cross-encoder (`labkit.search.rerank`), nothing but the query is encoded while someone waits: the documents'
tokens are stored. As there, it can only put in order what the first search found.
"""

from collections.abc import Sequence, Sized
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labkit.checks import check_k
from labkit.models.texts import check_texts
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher


class TokenQueryEncoder(Protocol):
    """The half of a token encoder that a search needs."""

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The tokens of each text."""


class TokenRescorer(Sized, Protocol):
    """Puts candidates in order by their tokens, such as `MaxSimIndex`."""

    @property
    def nbytes(self) -> int:
        """Bytes that it holds."""

    def rescore(self, queries: TokenVectors, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's candidates `(nq, m)`."""


class MaxSimReranker:
    """A searcher that puts the first `depth` hits of another one in the order of MaxSim.

    Attributes:
        searcher: makes the shortlist.
        encoder: turns query texts into tokens.
        index: holds the documents' tokens, by the same positions.
        depth: how many hits are scored.
    """

    def __init__(
        self, searcher: Searcher, encoder: TokenQueryEncoder, index: TokenRescorer, *, depth: int = 100
    ) -> None:
        """Join a searcher and an index of tokens.

        Raises:
            TypeError: if the depth is no whole number.
            ValueError: if the depth is below 1, or the two hold different numbers of documents.
        """
        self.searcher, self.encoder, self.index, self.depth = searcher, encoder, index, check_k(depth)
        held = len(searcher) if isinstance(searcher, Sized) else len(index)
        if held != len(index):
            raise ValueError(f"the searcher holds {held} documents, but the index of tokens {len(index)}")

    @property
    def nbytes(self) -> int:
        """Bytes of the searcher, if it says, and of the tokens."""
        return int(getattr(self.searcher, "nbytes", None) or 0) + self.index.nbytes

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.index)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query, the first `depth` of them in the order of MaxSim.

        Hits beyond `depth`, and documents without tokens, keep the order of the first search; they have no MaxSim, so
        their scores count down from the lowest one.

        Raises:
            TypeError: if `queries` is not a list of str, or `k` is no whole number.
            ValueError: if `k` is below 1.
        """
        k, listed = check_k(k), check_texts(queries)
        if not listed:
            return Hits(np.empty((0, k), np.int64), np.empty((0, k), np.float32))
        found = self.searcher.search(listed, max(k, self.depth)).ids
        shortlist = found[:, : self.depth]
        scored = self.index.rescore(self.encoder.encode_queries(listed), shortlist, shortlist.shape[1])
        return Hits.from_lists([_and_the_rest(*pair) for pair in zip(scored, found.tolist(), strict=True)], k)


def _and_the_rest(scored: list[tuple[int, float]], found: list[int]) -> list[tuple[int, float]]:
    known = {i for i, _ in scored}
    rest = [i for i in found if i >= 0 and i not in known]
    lowest = min((score for _, score in scored), default=0.0)
    return scored + [(i, lowest - place) for place, i in enumerate(rest, start=1)]
