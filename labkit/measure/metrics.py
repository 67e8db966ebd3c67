"""Retrieval metrics: how good is a ranked list, given what people judged relevant?

One query, three hits, and the grades that a person gave them (documents nobody judged count as grade 0):

    hits    [7, 2, 5]      grades {2: 2, 9: 1}
    gains   [0, 2, 0]      the relevant documents are 2 and 9; only 2 was found, at rank 2

    recall@3    = 1 of 2 relevant documents found            = 0.5
    MRR@3       = 1 / rank of the first relevant document    = 0.5
    nDCG@3      = (2 / log2(3)) / (2 / log2(2) + 1 / log2(3)) = 0.4796

| notation      | value of one query (`rel` = grade >= 1, `R` = number of relevant documents)                       |
|---------------|---------------------------------------------------------------------------------------------------|
| `nDCG@k`      | sum of `grade / log2(rank + 1)` over the first k hits, divided by the same sum for the best order  |
| `recall@k`    | relevant documents among the first k hits / R                                                      |
| `precision@k` | relevant documents among the first k hits / k                                                      |
| `success@k`   | 1 if there is a relevant document among the first k hits, else 0                                   |
| `MRR@k`       | 1 / rank of the first relevant document, 0 if it is not among the first k hits                     |
| `MAP@k`       | sum of the precisions at the ranks of the relevant documents among the first k hits / R            |

nDCG uses the grade itself as gain, as trec_eval does (not `2**grade - 1`). nDCG, MRR and MAP may be written without
`@k`: then every hit counts. `R@k`, `P@k`, `RR` and `AP`, as ir-measures writes them, mean the same.
Source: Jarvelin and Kekalainen, "Cumulated gain-based evaluation of IR techniques", TOIS 20 (4), 2002; trec_eval.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.search.hits import Hits

Values = NDArray[np.float64]
Relevance = Sequence[Mapping[int, int]]


@dataclass(frozen=True)
class Metric:
    """A metric and its cut-off; `k` is None where every hit counts."""

    measure: str
    k: int | None


def parse_metric(name: str) -> Metric:
    """The metric that a notation such as `nDCG@10` stands for; upper and lower case do not matter.

    Raises:
        ValueError: if there is no such metric, or its cut-off is missing or not a positive whole number.

    Example:
        >>> parse_metric("nDCG@10")
        Metric(measure='ndcg', k=10)
    """
    if not isinstance(name, str):
        raise TypeError(f"a metric should be written as text such as 'nDCG@10', but is {name!r}")
    measure, at, cutoff = name.strip().partition("@")
    measure = _ALIASES.get(measure.lower(), measure.lower())
    if measure not in _FORMULAS:
        raise ValueError(f"unknown metric {name!r}; use one of {', '.join(_NOTATION)} with a number for k")
    if not at and measure in _WITHOUT_CUTOFF:
        return Metric(measure, None)
    if not cutoff.isascii() or not cutoff.isdigit() or int(cutoff) < 1:
        raise ValueError(f"metric {name!r} needs a cut-off of at least 1; write for example {measure}@10")
    return Metric(measure, int(cutoff))


def scorable(relevance: Relevance) -> NDArray[np.int64]:
    """Positions of the queries that have at least one relevant document; no list scores above 0 on the others.

    Example:
        >>> scorable([{3: 1}, {}, {4: 0}, {8: 2}])
        array([0, 3])
    """
    return np.array([i for i, grades in enumerate(relevance) if any(g >= 1 for g in grades.values())], np.int64)


def evaluate(hits: Hits, relevance: Relevance, metric: str) -> Values:
    """The metric's value for each query, shape `(nq,)`.

    Args:
        hits: the ranked lists; their order counts, their scores do not.
        relevance: for each query `{document position: grade}`, as `Collection.relevance()` gives it.
        metric: the notation, for example `nDCG@10`.

    Raises:
        ValueError: if hits and relevance differ in length, a query has no relevant document, a list is shorter than
            the metric's cut-off, or a list holds a document twice.

    Example:
        >>> hits = Hits(np.array([[7, 2, 5]]), np.array([[0.9, 0.8, 0.7]], np.float32))
        >>> evaluate(hits, [{2: 2, 9: 1}], "nDCG@3").round(4)
        array([0.4796])
    """
    wanted = parse_metric(metric)
    if not isinstance(hits, Hits):
        raise TypeError(f"hits should be a Hits, but is a {type(hits).__name__}")
    if len(hits) != len(relevance):
        raise ValueError(f"hits hold {len(hits)} queries, but there are judgements for {len(relevance)}; pass the same")
    if len(hits) == 0:
        raise ValueError("there are no queries, so there is nothing to measure")
    width = hits.ids.shape[1]
    if wanted.k is not None and width < wanted.k:
        raise ValueError(
            f"{metric} needs {wanted.k} hits a query, but the search returned {width}; search with a larger k"
        )
    unscorable = set(range(len(relevance))) - set(scorable(relevance).tolist())
    if unscorable:
        raise ValueError(
            f"{len(unscorable)} of {len(relevance)} queries have no relevant document (the first is number "
            f"{min(unscorable)}), so {metric} is not defined for them; keep the queries that scorable(relevance) lists"
        )
    gains = _gains(hits, relevance)
    if wanted.k is None:
        # The best order may be longer than the list: without a cut-off the list counts as one that ends in misses.
        longest = max(width, *(len(grades) for grades in relevance))
        gains = np.pad(gains, ((0, 0), (0, longest - width)))
    return _FORMULAS[wanted.measure](gains[:, : wanted.k], relevance)


def _gains(hits: Hits, relevance: Relevance) -> Values:
    """Grade of each hit, `(nq, k)`; 0 for padding, for unjudged documents and for negative grades."""
    gains = np.zeros(hits.ids.shape)
    for row, (ids, grades) in enumerate(zip(hits.ids.tolist(), relevance, strict=True)):
        found = [i for i in ids if i >= 0]
        if len(set(found)) < len(found):
            raise ValueError(f"the hits of query number {row} hold a document twice, so it would count twice")
        gains[row] = [max(grades.get(i, 0), 0) if i >= 0 else 0 for i in ids]
    return gains


def _n_relevant(relevance: Relevance) -> Values:
    return np.array([sum(g >= 1 for g in grades.values()) for grades in relevance], np.float64)


def _ndcg(gains: Values, relevance: Relevance) -> Values:
    depth = gains.shape[1]
    ideal = np.zeros((len(relevance), depth))
    for row, grades in enumerate(relevance):
        best = sorted((g for g in grades.values() if g > 0), reverse=True)[:depth]
        ideal[row, : len(best)] = best
    discounts = 1.0 / np.log2(np.arange(2, depth + 2))
    return np.asarray((gains * discounts).sum(axis=1) / (ideal * discounts).sum(axis=1))


def _recall(gains: Values, relevance: Relevance) -> Values:
    return np.asarray((gains >= 1).sum(axis=1) / _n_relevant(relevance))


def _precision(gains: Values, relevance: Relevance) -> Values:
    return np.asarray((gains >= 1).sum(axis=1) / gains.shape[1])


def _success(gains: Values, relevance: Relevance) -> Values:
    return np.asarray((gains >= 1).any(axis=1), np.float64)


def _reciprocal_rank(gains: Values, relevance: Relevance) -> Values:
    relevant = gains >= 1
    return np.where(relevant.any(axis=1), 1.0 / (relevant.argmax(axis=1) + 1), 0.0)


def _average_precision(gains: Values, relevance: Relevance) -> Values:
    relevant = gains >= 1
    precisions = relevant.cumsum(axis=1) / np.arange(1, gains.shape[1] + 1)
    return np.asarray((precisions * relevant).sum(axis=1) / _n_relevant(relevance))


_FORMULAS: dict[str, Callable[[Values, Relevance], Values]] = {
    "ndcg": _ndcg,
    "recall": _recall,
    "precision": _precision,
    "success": _success,
    "mrr": _reciprocal_rank,
    "map": _average_precision,
}
_ALIASES = {"r": "recall", "p": "precision", "rr": "mrr", "ap": "map"}
_NOTATION = ("nDCG@k", "recall@k", "precision@k", "success@k", "MRR@k", "MAP@k")
_WITHOUT_CUTOFF = {"ndcg", "mrr", "map"}
