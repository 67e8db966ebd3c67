"""The plant, encoded, for exercises that are graded by running the reader's choice. Made once a session."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.collection import Collection
from labkit.lab.exercises.calls import display
from labkit.lab.exercises.exercise import Finding, UnsolvedError
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


def setting(
    name: str, allowed: dict[str, Any], judge: Callable[..., Finding | None]
) -> Callable[[Any], Finding | None]:
    """A check of a setting such as `{"dims": 64, "shortlist": 100}`: its keys and values first, then `judge(**setting)`.

    Args:
        name: what the reader's setting is called.
        allowed: key -> values that make sense: a range (any whole number in it), or a tuple of choices, or a pair of floats.
        judge: runs the setting; returns None or what is wrong.
    """

    def check(answer: Any) -> Finding | None:  # noqa: ANN401
        if answer is None or (isinstance(answer, dict) and any(value is ... for value in answer.values())):
            raise UnsolvedError
        wanted = "{" + ", ".join(f'"{key}": {_told(values)}' for key, values in allowed.items()) + "}"
        if not isinstance(answer, dict) or set(answer) != set(allowed):
            return Finding(name, display(answer), wanted, f"`{name}` should be a dictionary with these keys.")
        for key, values in allowed.items():
            if not _fits(answer[key], values):
                said = f"`{key}` cannot be {display(answer[key])}."
                return Finding(name, display(answer), wanted, said)
        return judge(**answer)

    return check


def _fits(value: Any, values: Any) -> bool:  # noqa: ANN401
    if isinstance(values, range):
        return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) in values
    if isinstance(values[0], float):
        return isinstance(value, int | float | np.floating) and values[0] <= value <= values[1]
    return value in values


def _told(values: Any) -> str:  # noqa: ANN401
    if isinstance(values, range):
        return f"a whole number from {values[0]} to {values[-1]}"
    if isinstance(values[0], float):
        return f"a number from {values[0]:g} to {values[1]:g}"
    return " or ".join(repr(value) for value in values)
