"""What luck would reach: the mark that every search has to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labkit.checks import check_k
from labkit.search.hits import Hits


class ChanceSearcher:
    """Answers every query with documents in random order, the same ones for the same seed and number of queries."""

    def __init__(self, n: int, seed: int = 0) -> None:
        """Shuffle `n` documents.

        Args:
            n: number of documents, at least 1.
            seed: of the shuffling.

        Raises:
            ValueError: if n is below 1.
        """
        if n < 1:
            raise ValueError(f"n should be at least 1 document, but is {n}")
        self.n, self.seed = n, seed

    def __len__(self) -> int:
        """Number of documents."""
        return self.n

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """`k` documents in random order for each query."""
        scores = np.random.default_rng(self.seed).random((len(queries), self.n))
        return Hits.from_scores(scores, check_k(k))


def first_relevant_rank(hits: Hits, relevance: Sequence[dict[int, int]]) -> list[int]:
    """The rank of each query's first relevant document, counted from 1; one more than the list's length if none.

    Example:
        >>> first_relevant_rank(Hits(np.array([[7, 2, 5]]), np.array([[3.0, 2.0, 1.0]], np.float32)), [{2: 1, 5: 2}])
        [2]
    """
    ranks = []
    for ids, grades in zip(hits.ids.tolist(), relevance, strict=True):
        ranks.append(next((r for r, i in enumerate(ids, 1) if grades.get(i, 0) >= 1), len(ids) + 1))
    return ranks
