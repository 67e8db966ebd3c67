"""What a BM25 search reads, and how a query's terms are put before it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labkit.search import bm25_parts as parts


class State(NamedTuple):
    """All of an index that a search reads. It belongs together: `add` makes a new one and changes none.

    Attributes:
        postings: which document holds which term how often.
        vocabulary: the number of each term.
        idf: `(terms,)`, their weights.
        impacts: what a term adds to a document's score.
        scratch: rooms to work in that no thread has borrowed.
    """

    postings: parts.Postings
    vocabulary: dict[str, int]
    idf: NDArray[np.float64]
    impacts: parts.Impacts
    scratch: list[parts.Scratch]

    def borrow(self) -> parts.Scratch:
        """Room to work in for one thread, which gives it back to `scratch`."""
        try:
            return self.scratch.pop()
        except IndexError:
            return parts.scratch(len(self.postings.lengths))

    def asked(
        self, queries: Iterable[Sequence[str]]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        """Terms and repeats of all queries end to end, and where each query begins.

        The term with the largest possible gain comes first in each query.
        """
        terms: list[int] = []
        weights: list[int] = []
        lengths = []
        for query in queries:
            known = Counter(i for i in map(self.vocabulary.get, query) if i is not None)
            # With "robertson" a term can be worth nothing; then it is no reason to return a document.
            kept = [i for i in known if self.idf[i] > 0]
            terms += kept
            weights += [known[i] for i in kept]
            lengths.append(len(kept))
        offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        numbers, repeats = np.array(terms, np.int32), np.array(weights, np.float32)
        gains = repeats * self.impacts.largest[numbers]
        order = np.lexsort((numbers, -gains, np.repeat(np.arange(len(lengths)), lengths)))
        return numbers[order], repeats[order], offsets
