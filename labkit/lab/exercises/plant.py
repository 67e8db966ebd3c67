"""The plant, encoded, for exercises that are graded by running the reader's choice. Made once a session."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from labkit.data.collection import Collection
from labkit.measure.metrics import evaluate
from labkit.search.hits import Hits

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Plant:
    """The collection, its MiniLM vectors, and how well the exact search does."""

    collection: Collection
    documents: Vectors
    queries: Vectors
    relevance: list[dict[int, int]]
    exact: Hits

    def mean(self, hits: Hits, metric: str = "nDCG@10") -> float:
        """Mean of a metric over all queries."""
        return float(evaluate(hits, self.relevance, metric).mean())


@lru_cache(maxsize=1)
def plant() -> Plant:
    """The plant with MiniLM's vectors (from the cache of embeddings where there is one)."""
    from labkit.models.load import load_encoder

    collection, encoder = Collection.load("plant"), load_encoder("all-MiniLM-L6-v2")
    documents = encoder.encode_documents(collection.documents)
    queries = encoder.encode_queries(collection.queries)
    exact = Hits.from_scores(queries @ documents.T, 150)
    return Plant(collection, documents, queries, collection.relevance(), exact)


@lru_cache(maxsize=1)
def ordered() -> tuple[Vectors, Vectors]:
    """The plant's documents and queries with the most important numbers in front (the Matryoshka adapter)."""
    from labkit.compress.adapter import load_adapter

    adapter, data = load_adapter(), plant()
    return adapter(data.documents), adapter(data.queries)


def refined(candidates: NDArray[np.int64], k: int = 10) -> Hits:
    """The `k` best of each query's candidates `(nq, m)` by the full float32 vectors."""
    data = plant()
    scores = np.einsum("qd,qmd->qm", data.queries, data.documents[candidates])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return Hits(np.take_along_axis(candidates, order, 1), np.take_along_axis(scores, order, 1))


def first_pass(dims: int, bits: int, shortlist: int) -> Hits:
    """The shortlist of the plant's queries, from prefixes of `dims` numbers at `bits` bits each."""
    from labkit.compress.binary import BinaryQuantizer
    from labkit.compress.int8 import Int4Quantizer, Int8Quantizer
    from labkit.compress.matryoshka import truncate

    documents, queries = (truncate(vectors, dims) for vectors in ordered())
    stored: Vectors = documents
    if bits == 1:
        binary = BinaryQuantizer.fit(documents)
        stored, queries = binary.decode(binary.encode(documents)), binary.transform(queries)
    elif bits == 4:
        four = Int4Quantizer.fit(documents)
        stored = four.decode(four.encode(documents))
    elif bits == 8:
        eight = Int8Quantizer.fit(documents)
        stored = eight.decode(eight.encode(documents))
    return Hits.from_scores(queries @ stored.T, shortlist)
