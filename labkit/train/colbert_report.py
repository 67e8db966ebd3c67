"""What the trained token vectors are worth on one collection: against PCA, the full tokens and the bi-encoder."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from labkit.compress.linear_map import LinearMap
from labkit.data.collection import Collection
from labkit.measure.metrics import Values, evaluate, scorable
from labkit.models.cache import Encoder
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens_cache import AnyTokenEncoder
from labkit.search.flat import FlatIndex
from labkit.search.hits import Hits
from labkit.search.maxsim import MaxSimIndex
from labkit.train.rounded import difference, quality

METRICS = ("nDCG@10", "recall@100")
TRAINED, FULL, PCA, POOLED = "trained", "full", "PCA", "bi-encoder"


def measure(
    pooled: Encoder, full: AnyTokenEncoder, trained: AnyTokenEncoder, pca: LinearMap, collection: Collection
) -> dict[str, Any]:
    """Quality with intervals and paired differences, by kind of query too, of exact search in the whole collection.

    A dictionary that JSON can hold: `queries`, `documents`, `tokens`, `quality[method][metric]`,
    `trained_minus[method][metric]`, `full_minus_pooled[metric]` and, where queries have kinds,
    `by_kind[kind]` with nDCG@10 and the differences from the bi-encoder.

    Args:
        pooled: the bi-encoder.
        full: its token vectors as they are.
        trained: the trained token vectors.
        pca: the map to as many numbers as the trained ones, applied to the full ones.
        collection: documents, queries and judgements.
    """
    relevance = collection.relevance()
    kept = scorable(relevance).tolist()
    relevance = [relevance[i] for i in kept]
    queries, kinds = [collection.queries[i] for i in kept], [collection.kinds[i] for i in kept]
    tokens = full.encode_documents(collection.documents)
    asked = full.encode_queries(queries)
    hits: dict[str, Hits] = {
        POOLED: FlatIndex(pooled.encode_documents(collection.documents)).search(pooled.encode_queries(queries), 100),
        FULL: MaxSimIndex(tokens).search(asked, 100),
        PCA: MaxSimIndex(_mapped(tokens, pca)).search(_mapped(asked, pca), 100),
    }
    count, longest = len(tokens.vectors), int(tokens.lengths.max())
    del tokens  # before the next ones: a few hundred megabytes each
    hits[TRAINED] = MaxSimIndex(trained.encode_documents(collection.documents)).search(
        trained.encode_queries(queries), 100
    )
    values = {name: {metric: evaluate(found, relevance, metric) for metric in METRICS} for name, found in hits.items()}
    return {
        "documents": len(collection),
        "queries": len(queries),
        "tokens": count,
        "longest": longest,
        "quality": {name: {m: quality(v) for m, v in by_metric.items()} for name, by_metric in values.items()},
        "trained_minus": {
            other: {m: difference(values[TRAINED][m], values[other][m]) for m in METRICS}
            for other in (PCA, FULL, POOLED)
        },
        "full_minus": {
            other: {m: difference(values[FULL][m], values[other][m]) for m in METRICS} for other in (PCA, POOLED)
        },
        "by_kind": _by_kind({name: v["nDCG@10"] for name, v in values.items()}, kinds),
    }


def _mapped(tokens: TokenVectors, linear: LinearMap) -> TokenVectors:
    return TokenVectors(linear(tokens.vectors), tokens.offsets)


def _by_kind(values: Mapping[str, Values], kinds: list[str]) -> dict[str, Any]:
    found = {}
    for kind in sorted(set(kinds) - {""}):
        rows = np.flatnonzero(np.array(kinds) == kind)
        found[kind] = {
            "queries": len(rows),
            "nDCG@10": {name: quality(v[rows]) for name, v in values.items()},
            "minus_pooled": {name: difference(values[name][rows], values[POOLED][rows]) for name in (TRAINED, FULL)},
        }
    return found
