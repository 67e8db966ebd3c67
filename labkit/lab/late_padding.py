"""Padding masked with zeros: how often it can win a maximum, and how many rankings it changes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from labkit.measure.metrics import Relevance, evaluate
from labkit.measure.table import Table
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits


def zero_masked(
    queries: TokenVectors, documents: TokenVectors
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """MaxSim `(nq, n)` done right; the same with padding masked by zeros; and the share of best matches below zero.

    All documents but the longest are padded to its length in the wrong version, so no best match of theirs can be
    below 0. Documents without tokens are not expected.

    Raises:
        ValueError: if a document has no token.

    Example:
        >>> queries = TokenVectors.of([[[1, 0]]])
        >>> documents = TokenVectors.of([[[-1, 0]], [[0.6, 0.8], [0, 1]]])
        >>> right, wrong, share = zero_masked(queries, documents)
        >>> right.round(1).tolist(), wrong.round(1).tolist(), share
        ([[-1.0, 0.6]], [[0.0, 0.6]], 0.5)
    """
    if (empty := np.flatnonzero(documents.lengths == 0)).size:
        raise ValueError(f"document {empty[0]} has no token, so nothing of it can match: leave it out")
    shape = (len(queries), len(documents))
    right, wrong = np.empty(shape, np.float32), np.empty(shape, np.float32)
    padded = documents.lengths < documents.lengths.max()
    below = pairs = 0
    for row, query in enumerate(queries):
        best = np.maximum.reduceat(documents.vectors @ query.T, documents.offsets[:-1], axis=0)
        below += int((best < 0).sum())
        pairs += best.size
        right[row] = best.sum(axis=1)
        wrong[row] = np.where(padded[:, None], np.maximum(best, 0), best).sum(axis=1)
    return right, wrong, below / max(1, pairs)


def padding_table(cases: Mapping[str, tuple[TokenVectors, TokenVectors]], relevance: Relevance) -> Table:
    """For each case: how often zero beats every token of a document, and what that does to the first ten hits.

    Args:
        cases: name -> (queries, documents).
        relevance: judgements for the same queries.
    """
    rows = []
    for name, (queries, documents) in cases.items():
        right, wrong, share = zero_masked(queries, documents)
        a, b = Hits.from_scores(right, 10), Hits.from_scores(wrong, 10)
        changed = int((a.ids != b.ids).any(axis=1).sum())
        quality = [f"{evaluate(hits, relevance, 'nDCG@10').mean():.3f}" for hits in (a, b)]
        rows.append((name, f"{documents.lengths.mean():.0f}", f"{share:.2%}", f"{changed} of {len(queries)}", *quality))
    header = ("what is searched", "tokens each", "zero would win", "lists changed", "nDCG@10", "masked by zero")
    caption = "Zero would win: best matches below 0, of all pairs of a query token and a document."
    return Table(header, tuple(rows), caption)
