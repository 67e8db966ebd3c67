"""A retriever joins an encoder to an index, so that a text goes in and documents come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from labkit.checks import Vectors
from labkit.search.hits import Hits


class Searcher(Protocol):
    """Anything that answers texts with hits: BM25, a dense retriever, a fusion of both."""

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query."""


class VectorIndex(Protocol):
    """Anything that answers query vectors `(nq, d)` with hits."""

    @property
    def nbytes(self) -> int:
        """Bytes that the index holds."""

    def __len__(self) -> int:
        """Number of documents."""

    def search(self, queries: Vectors, k: int) -> Hits:
        """The `k` best documents of each query vector."""


class QueryEncoder(Protocol):
    """The half of an encoder that a search needs."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, d)`."""


@dataclass(frozen=True)
class DenseRetriever:
    """Encodes each query and asks the index.

    Attributes:
        encoder: turns query texts into vectors.
        index: holds the document vectors of the same encoder.
    """

    encoder: QueryEncoder
    index: VectorIndex

    @property
    def nbytes(self) -> int:
        """Bytes that the index holds."""
        return self.index.nbytes

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.index)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query text.

        Raises:
            TypeError: if `queries` is one text and not a list of texts.
        """
        if isinstance(queries, str):
            raise TypeError(f"queries should be a list of texts, but is one text: pass [{queries[:40]!r}]")
        return self.index.search(self.encoder.encode_queries(queries), k)
