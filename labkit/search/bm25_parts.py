"""The parts of a BM25 index: postings, term weights, and the score of each posting, computed when the index is built."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.search.tokenize import Tokenizer, terms_of

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Scratch = tuple[Float32, Int32, Float32, NDArray[np.uint64]]

_DEPTHS = (10, 100, 1000)
# With up to 2**31 documents all impacts then lie from 1e-25 to 1e8, where float32 holds them and no search drops them.
_LARGEST = 1_000_000
_DENSE_FROM = 1 / 8  # a term in more than this share of the documents gets a row with its impact for each document


@dataclass(frozen=True)
class Postings:
    """Which document holds which term, and how often: see `labkit.kernels.bm25_build`.

    Attributes:
        starts: `(V + 1,)`; the postings of term t lie at `starts[t]` to `starts[t + 1]`.
        documents: `(P,)`, rising within a term.
        counts: `(P,)`, how often the term occurs.
        lengths: `(n,)`, terms of each document.
    """

    starts: Int64
    documents: Int32
    counts: Int32
    lengths: Int32

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays().values())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> "Postings":
        """The postings among named arrays."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Impacts:
    """What each posting adds to a score, and what lets a search skip most of them.

    Attributes:
        impacts: `(P,)`.
        largest: `(V,)`, the largest impact of each term.
        kth_impacts: `(3, V)`, the 10th, 100th and 1000th largest impact of each term, 0 where it has fewer.
        rows: `(V,)`, the row in `dense` of a very frequent term, else -1.
        dense: `(r, n)`, impacts of the very frequent terms for every document.
    """

    impacts: Float32
    largest: Float32
    kth_impacts: Float32
    rows: Int32
    dense: Float32

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays().values())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> "Impacts":
        """The impacts among named arrays."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    def kth(self, k: int) -> Float32:
        """For each term a score that at least k documents reach, `(V,)`."""
        for level, depth in enumerate(_DEPTHS):
            if k <= depth:
                kth: Float32 = self.kth_impacts[level]
                return kth
        return np.zeros(len(self.largest), np.float32)


@dataclass(frozen=True)
class Weighting:
    """A BM25 variant and its constants."""

    variant: str
    k1: float
    b: float
    delta: float

    def __post_init__(self) -> None:
        """Refuse settings out of range."""
        if self.variant not in ("lucene", "robertson", "bm25+"):
            raise ValueError(f"variant should be 'lucene', 'robertson' or 'bm25+', but is {self.variant!r}")
        for name, value, high in (("k1", self.k1, _LARGEST), ("b", self.b, 1), ("delta", self.delta, _LARGEST)):
            if not 0 <= value <= high:
                raise ValueError(f"{name} should be at least 0 and at most {high:,}, but is {value}")

    def settings(self) -> dict[str, Any]:
        """The constants by name."""
        return asdict(self)

    def idf(self, postings: Postings) -> Float64:
        """The weight of each term, `(V,)`."""
        n, df = len(postings.lengths), np.diff(postings.starts).astype(np.float64)
        odds = (n - df + 0.5) / (df + 0.5)
        if self.variant == "lucene":
            return np.asarray(np.log(1 + odds))
        if self.variant == "robertson":
            return np.asarray(np.log(np.maximum(odds, 1)))
        return np.asarray(np.log((n + 1) / df))

    def impacts(self, postings: Postings, idf: Float64) -> Impacts:
        """The score of each posting."""
        from labkit.kernels import bm25_build as build

        n, n_terms = len(postings.lengths), len(idf)
        mean = postings.lengths.mean() or 1.0
        norms = self.k1 * (1 - self.b + self.b * postings.lengths / mean)
        scale, delta = (self.k1 + 1, self.delta) if self.variant == "bm25+" else (1.0, 0.0)
        impacts, largest = np.empty(len(postings.documents), np.float32), np.empty(n_terms, np.float32)
        build.fill_impacts(
            postings.starts, postings.documents, postings.counts, idf, norms, scale, delta, impacts, largest
        )
        kth, scratch = np.empty((len(_DEPTHS), n_terms), np.float32), np.empty(n, np.float32)
        for level, depth in enumerate(_DEPTHS):
            build.fill_kth_impacts(postings.starts, impacts, depth, kth[level], scratch)
        frequent = np.flatnonzero(np.diff(postings.starts) > n * _DENSE_FROM)
        rows, dense = np.full(n_terms, -1, np.int32), np.zeros((len(frequent), n), np.float32)
        for row, term in enumerate(frequent):
            span = slice(postings.starts[term], postings.starts[term + 1])
            rows[term], dense[row, postings.documents[span]] = row, impacts[span]
        return Impacts(impacts, largest, kth, rows, dense)


def postings(
    documents: Sequence[str] | Sequence[Sequence[str]], tokenizer: Tokenizer, vocabulary: dict[str, int]
) -> Postings:
    """The postings of documents; terms not yet in `vocabulary` are added to it.

    Raises:
        TypeError: if a document is neither a text nor a list of terms.
    """
    numbered = []
    for position, document in enumerate(documents):
        terms = terms_of(document, tokenizer, f"document {position}")
        numbered.append([vocabulary.setdefault(term, len(vocabulary)) for term in terms])
    lengths = np.fromiter(map(len, numbered), np.int32, len(numbered))
    terms_end_to_end = np.fromiter(chain.from_iterable(numbered), np.int32, int(lengths.sum()))
    return from_numbers(terms_end_to_end, lengths, len(vocabulary))


def from_numbers(terms: Int32, lengths: Int32, n_terms: int) -> Postings:
    """The postings of documents whose numbered terms lie end to end."""
    from labkit.kernels import bm25_build as build

    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return Postings(*build.build_postings(terms, offsets, n_terms), lengths)


def join(a: Postings, b: Postings) -> Postings:
    """The postings of a's documents followed by b's; b knows all terms of a."""
    from labkit.kernels import bm25_build as build

    n = len(a.lengths)
    starts = b.starts.copy()
    starts[: len(a.starts)] += a.starts
    starts[len(a.starts) :] += a.starts[-1]
    documents, counts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)
    moved = (b.documents + n).astype(np.int32)
    build.join_postings(a.starts, a.documents, a.counts, b.starts, moved, b.counts, starts, documents, counts)
    return Postings(starts, documents, counts, np.concatenate([a.lengths, b.lengths]))


def scratch(n: int) -> Scratch:
    """Space for one search in n documents at a time."""
    return np.zeros(n, np.float32), np.empty((2, n), np.int32), np.empty((2, n), np.float32), np.empty(n, np.uint64)


def pack(terms: list[str]) -> NDArray[np.uint8]:
    """Terms as bytes."""
    return np.frombuffer(json.dumps(terms).encode(), np.uint8)


def unpack(packed: NDArray[np.uint8]) -> list[str]:
    """The terms that `pack` made bytes of."""
    return list(json.loads(packed.tobytes()))
