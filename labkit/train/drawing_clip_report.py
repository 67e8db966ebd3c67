"""What the drawing model is worth on the library: which sheet, by kind of query, and where on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from labkit.data.schematics import Schematics
from labkit.measure.chance import ChanceSearcher, first_relevant_rank
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.located import Found, located
from labkit.measure.metrics import evaluate, scorable
from labkit.models.image_text import DrawingClip
from labkit.search.bm25 import BM25Index
from labkit.search.flat import FlatIndex
from labkit.search.places import PatchSearcher
from labkit.search.retriever import DenseRetriever, Searcher

METRICS = ("nDCG@10", "success@10")
_CHANCE_ROUNDS = 50


def searchers(encoder: DrawingClip, library: Schematics) -> dict[str, Searcher]:
    """The ways of searching that are compared, by name."""
    return {
        "one vector a drawing": DenseRetriever(encoder, FlatIndex(encoder.encode_images(library.images))),
        "best of 128 patches": PatchSearcher(encoder, library.images, keep=128),
        "BM25 over captions": BM25Index(library.collection().documents),
    }


def measure(encoder: DrawingClip, library: Schematics) -> dict[str, Any]:
    """Quality by kind of query with intervals, and the share of right places; a dictionary that JSON can hold.

    `search[name][kind][metric]` is mean, low, high; `rank` the median rank of the first relevant drawing.
    """
    relevance = library.relevance()
    kept = scorable(relevance).tolist()
    queries, kinds = [library.queries[i] for i in kept], [library.kinds[i] for i in kept]
    relevance = [relevance[i] for i in kept]
    every = {
        name: by_kind([searcher.search(queries, len(library))], relevance, kinds)
        for name, searcher in searchers(encoder, library).items()
    }
    rounds = [ChanceSearcher(len(library), seed).search(queries, len(library)) for seed in range(_CHANCE_ROUNDS)]
    every["chance"] = by_kind(rounds, relevance, kinds)
    return {
        "drawings": len(library),
        "queries": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        "search": every,
        "places": {
            "kind": places(located(encoder, library)),
            "kind, also several of them": places(located(encoder, library, only_one=False)),
            "synonym": places(located(encoder, library, ("synonym",))),
        },
    }


def by_kind(rounds: Sequence[Any], relevance: Sequence[Mapping[int, int]], kinds: Sequence[str]) -> dict[str, Any]:
    """Each metric by kind of query, its mean over several rounds of the same queries."""
    values = {m: np.mean([evaluate(hits, relevance, m) for hits in rounds], axis=0) for m in METRICS}
    ranks = np.array([first_relevant_rank(hits, [dict(r) for r in relevance]) for hits in rounds])
    out = {}
    for kind in dict.fromkeys(kinds):
        rows = [i for i, k in enumerate(kinds) if k == kind]
        out[kind] = {m: _rounded(v[rows].mean(), *bootstrap_ci(v[rows])) for m, v in values.items()}
        out[kind]["rank"] = [float(np.median(ranks[:, rows]))]
    return out


def places(found: Sequence[Found]) -> dict[str, Any]:
    """The share of right places with an interval over the queries, and what luck reaches.

    Questions about one kind succeed or fail together, so the interval is drawn over queries and not over drawings.
    """
    queries = sorted({f.query for f in found})
    shares = [float(np.mean([f.right for f in found if f.query == q])) for q in queries]
    return {
        "questions": len(found),
        "queries": len(queries),
        "right": round(float(np.mean([f.right for f in found])), 4),
        "right_by_query": _rounded(np.mean(shares), *bootstrap_ci(shares)),
        "lucky_point": round(float(np.mean([f.lucky_point for f in found])), 4),
        "lucky_symbol": round(float(np.mean([f.lucky_symbol for f in found])), 4),
    }


def _rounded(*values: Any) -> list[float]:  # noqa: ANN401
    return [round(float(v), 4) for v in values]
