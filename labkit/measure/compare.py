"""One table for the question "which searcher is better, by how much, and at what price".

Every searcher answers the same queries. Quality comes with a bootstrap interval; the difference from a baseline comes
with a *paired* interval, which is much narrower than the two single ones suggest, and with a p-value.
"""

from collections.abc import Mapping, Sequence

from labkit.checks import check_k
from labkit.data.collection import Collection
from labkit.measure.comparison import LEVEL, Comparison, Quality, Row
from labkit.measure.intervals import bootstrap_ci, paired_difference, small_sample_note
from labkit.measure.latency import Latency
from labkit.measure.latency import latency as time_search
from labkit.measure.metrics import evaluate, parse_metric, scorable
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher

_TIMED_QUERIES, _TIMED_SECONDS = 50, 2.0


def compare(
    searchers: Mapping[str, Searcher],
    collection: Collection,
    *,
    metrics: Sequence[str] = ("nDCG@10", "recall@100"),
    k: int = 100,
    baseline: str | None = None,
    latency: bool = True,
    seed: int = 0,
) -> Comparison:
    """Quality with intervals, difference from a baseline, bytes a document and milliseconds a query, for each searcher.

    Queries without a relevant document are left out (nobody can score on them); the caption says how many.

    Args:
        searchers: name -> anything with `search(queries, k)` that returns positions of this collection's documents.
        collection: documents, queries and judgements.
        metrics: notations such as "nDCG@10".
        k: hits asked of each searcher (fewer in a smaller collection); no metric may need more.
        baseline: name of the searcher that the others are compared with.
        latency: whether to time searches, one query at a time; about two seconds for each searcher.
        seed: of the bootstrap and of the test.

    Raises:
        ValueError: if there are no searchers, documents or scorable queries; a metric is unknown or needs more than k
            hits; the baseline is not among the searchers; a searcher returns hits that do not fit the collection.
    """
    queries, relevance, kept = _questions(collection)
    metrics = _check_request(searchers, metrics, check_k(k), baseline)
    hits = {name: _ask(name, searcher, queries, k, len(collection)) for name, searcher in searchers.items()}
    per_query = {
        name: {metric: evaluate(found, relevance, metric) for metric in metrics} for name, found in hits.items()
    }
    rows = []
    for name, searcher in searchers.items():
        values = per_query[name]
        nbytes = getattr(searcher, "nbytes", None)
        rows.append(
            Row(
                name,
                {m: Quality(float(values[m].mean()), *bootstrap_ci(values[m], LEVEL, seed)) for m in metrics},
                {}
                if baseline is None or name == baseline
                else {m: paired_difference(values[m], per_query[baseline][m], LEVEL, seed) for m in metrics},
                None if nbytes is None else nbytes / len(collection),
                _time(searcher, queries, min(k, len(collection))) if latency else None,
            )
        )
    caption = _caption(len(queries), len(collection.queries), len(collection))
    query_ids, kinds = (tuple(values[i] for i in kept) for values in (collection.query_ids, collection.kinds))
    return Comparison(tuple(rows), metrics, per_query, query_ids, kinds, hits, baseline, caption)


def _questions(collection: Collection) -> tuple[list[str], list[dict[int, int]], list[int]]:
    """The queries that can be scored, their judgements, and their positions in the collection."""
    relevance = collection.relevance()
    kept = scorable(relevance).tolist()
    if not kept:
        raise ValueError(
            f"collection {collection.name!r} has {len(collection.queries)} queries, none with a relevant document, "
            "so there is nothing to measure; add queries and judgements"
        )
    return [collection.queries[i] for i in kept], [relevance[i] for i in kept], kept


def _check_request(
    searchers: Mapping[str, Searcher], metrics: Sequence[str], k: int, baseline: str | None
) -> tuple[str, ...]:
    if not isinstance(searchers, Mapping):
        raise TypeError(f"searchers should be {{name: searcher}}, but is a {type(searchers).__name__}")
    if not searchers:
        raise ValueError("there are no searchers to compare; pass {name: searcher}")
    if isinstance(metrics, str):
        metrics = (metrics,)
    if not metrics:
        raise ValueError("there are no metrics; pass for example ('nDCG@10',)")
    for metric in metrics:
        cutoff = parse_metric(metric).k
        if cutoff is not None and cutoff > k:
            raise ValueError(f"{metric} needs {cutoff} hits a query, but k is {k}; pass k={cutoff}")
    if baseline is not None and baseline not in searchers:
        raise ValueError(f"baseline {baseline!r} is not among the searchers {list(searchers)}")
    return tuple(metrics)


def _ask(name: str, searcher: Searcher, queries: list[str], k: int, n: int) -> Hits:
    """The searcher's hits, checked against the collection and `k` wide."""
    hits = searcher.search(queries, min(k, n))
    if not isinstance(hits, Hits):
        raise TypeError(f"searcher {name!r} should return Hits, but returned a {type(hits).__name__}")
    if len(hits) != len(queries):
        raise ValueError(f"searcher {name!r} was asked {len(queries)} queries, but returned hits for {len(hits)}")
    if hits.ids.size and (hits.ids.max() >= n or hits.ids.min() < -1):
        raise ValueError(
            f"searcher {name!r} returned document positions from {hits.ids.min()} to {hits.ids.max()}, but the "
            f"collection has {n} documents; was it built from another collection?"
        )
    return Hits.padded(hits.ids[:, :k], hits.scores[:, :k], k)


def _time(searcher: Searcher, queries: list[str], k: int) -> Latency:
    return time_search(searcher, queries[:_TIMED_QUERIES], k=k, limit_s=_TIMED_SECONDS)


def _caption(scored: int, asked: int, documents: int) -> str:
    left_out = f" ({asked - scored} without a relevant document left out)" if asked > scored else ""
    plural = "query" if scored == 1 else "queries"
    text = f"Mean over {scored:,} {plural}{left_out} in {documents:,} documents; {LEVEL:.0%} bootstrap intervals."
    return f"{text} {small_sample_note(scored)}".strip()
