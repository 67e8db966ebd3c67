"""Sparse vectors: weights of a few terms out of many, texts laid end to end as token vectors are.

BM25 becomes an inner product if a document holds what each of its terms would add to a score, and a query holds how
often it says each term:

    document  {pump: 0.32, leak: 0.51}      query  {pump: 2}      score  2 * 0.32

These weights, idf included, are `BM25Index`'s own. An engine that keeps its own idf keeps one for each shard of a
collection, so that the same document scores differently from machine to machine; this way it does not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.search.bm25 import BM25Index
from labkit.search.tokenize import not_one_text


@dataclass(frozen=True, eq=False)
class SparseVectors:
    """The weighted terms of many texts.

    Attributes:
        terms: numbers of terms, int64, the texts end to end.
        weights: float32, one a term.
        offsets: `(n + 1,)`; text i owns `offsets[i] : offsets[i + 1]`.

    Raises:
        ValueError: if the arrays do not fit together, a weight is not finite, or a text holds a term twice.
    """

    terms: NDArray[np.int64]
    weights: NDArray[np.float32]
    offsets: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        terms, offsets = np.asarray(self.terms, np.int64), np.asarray(self.offsets, np.int64)
        weights = np.asarray(self.weights, np.float32)
        if terms.ndim != 1 or terms.shape != weights.shape or offsets.ndim != 1 or len(offsets) == 0:
            raise ValueError(
                f"terms and weights should have one shape (t,), but have {terms.shape} and {weights.shape}"
            )
        if offsets[0] != 0 or offsets[-1] != len(terms) or (np.diff(offsets) < 0).any():
            raise ValueError(f"offsets should rise from 0 to the {len(terms)} terms")
        if not np.isfinite(weights).all():
            raise ValueError("weights should be finite, but one is NaN or infinite")
        if terms.size and not (0 <= int(terms.min()) and int(terms.max()) < 1 << 32):
            raise ValueError(f"terms should lie in 0 … 2**32 - 1, but reach from {terms.min()} to {terms.max()}")
        texts = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        if len(np.unique(texts << 32 | terms)) != len(terms):
            raise ValueError("a text holds the same term twice; add its weights up first")
        for name, array in (("terms", terms), ("weights", weights), ("offsets", offsets)):
            object.__setattr__(self, name, array)

    @classmethod
    def of(cls, texts: Sequence[Mapping[int, float]]) -> "SparseVectors":
        """Sparse vectors from one mapping {term: weight} a text.

        Example:
            >>> SparseVectors.of([{3: 0.5}, {}, {1: 2.0, 3: 1.0}]).offsets
            array([0, 1, 1, 3])
        """
        terms = np.array([term for text in texts for term in text], np.int64)
        weights = np.array([weight for text in texts for weight in text.values()], np.float32)
        return cls(terms, weights, np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)]))

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> tuple[list[int], list[float]]:
        """Terms and weights of text `i`; a negative `i` counts from the end."""
        if not -len(self) <= i < len(self):
            raise IndexError(f"there is no text {i}: there are {len(self)}, numbered from 0")
        i %= len(self)
        part = slice(int(self.offsets[i]), int(self.offsets[i + 1]))
        return self.terms[part].tolist(), self.weights[part].tolist()


def bm25_documents(index: BM25Index) -> SparseVectors:
    """The documents of a BM25 index: what each of their terms adds to a score.

    Example:
        >>> documents = bm25_documents(BM25Index(["pump seal", "pump"]))
        >>> [terms for terms, _ in documents]
        [[0, 1], [0]]
    """
    postings, impacts = index.postings, index.impacts.impacts
    terms = np.repeat(np.arange(len(postings.starts) - 1), np.diff(postings.starts))
    worth = impacts > 0  # with "robertson" a frequent term is worth nothing and is no reason to be found
    documents, terms, impacts = postings.documents[worth], terms[worth], impacts[worth]
    order = np.lexsort((terms, documents))
    counts = np.bincount(documents, minlength=len(index))
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return SparseVectors(terms[order], impacts[order], offsets)


def bm25_queries(index: BM25Index, queries: Sequence[str]) -> SparseVectors:
    """Queries for the documents of `bm25_documents`: how often each says a term that the index knows.

    Raises:
        TypeError: if `queries` is one text and not a list of texts.

    Example:
        >>> bm25_queries(BM25Index(["pump seal", "pump"]), ["seals, seals"])[0]
        ([1], [2.0])
    """
    not_one_text(queries, "queries")
    counted = [Counter(index.tokenizer(query)) for query in queries]
    known = index.vocabulary
    return SparseVectors.of([{known[t]: n for t, n in terms.items() if t in known} for terms in counted])
