"""Texts in, hits out: a pipeline on an engine as one more searcher that `labkit.compare` can measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from labkit.models.token_vectors import TokenVectors
from labkit.search.bm25 import BM25Index
from labkit.search.engine.points import Points
from labkit.search.engine.sparse import bm25_queries
from labkit.search.engine.stages import Stage, fields_of
from labkit.search.hits import Hits
from labkit.search.retriever import QueryEncoder
from labkit.search.tokenize import not_one_text


class TokenEncoder(Protocol):
    """What turns query texts into token vectors."""

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each text."""


@dataclass(frozen=True)
class EngineSearcher:
    """Encodes each query for the fields that a pipeline compares, and runs it.

    Attributes:
        points: the collection.
        pipeline: its last stage.
        encoder: for vectors and their prefixes; the one that made the documents'.
        tokens: for token vectors.
        bm25: the index whose documents were uploaded as sparse vectors.

    Raises:
        ValueError: if what encodes a field of the pipeline is not given.
    """

    points: Points
    pipeline: Stage
    encoder: QueryEncoder | None = None
    tokens: TokenEncoder | None = None
    bm25: BM25Index | None = None

    def __post_init__(self) -> None:
        """Refuse a pipeline that compares what nobody here can encode."""
        wanted = fields_of(self.pipeline)
        if "tokens" in wanted and self.tokens is None:
            raise ValueError("the pipeline compares tokens: pass a token encoder as tokens")
        if "sparse" in wanted and self.bm25 is None:
            raise ValueError("the pipeline compares sparse vectors: pass the BM25 index as bm25")
        if wanted - {"tokens", "sparse"} and self.encoder is None:
            raise ValueError("the pipeline compares vectors: pass an encoder")

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.points)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query text.

        Raises:
            TypeError: if `queries` is one text and not a list of texts.
        """
        not_one_text(queries, "queries")
        wanted = fields_of(self.pipeline)
        dense = self.encoder if wanted - {"tokens", "sparse"} else None
        return self.points.search(
            self.pipeline,
            k=k,
            vectors=None if dense is None else dense.encode_queries(queries),
            tokens=self.tokens.encode_queries(queries) if self.tokens is not None and "tokens" in wanted else None,
            sparse=bm25_queries(self.bm25, queries) if self.bm25 is not None and "sparse" in wanted else None,
        )
