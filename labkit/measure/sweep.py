"""Quality as a function of the number of dimensions kept: the curve behind every Matryoshka claim."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.matryoshka import truncate
from labkit.measure.comparison import Quality
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.metrics import Relevance, Values, evaluate, parse_metric

Cut = Callable[[ArrayLike, int], Vectors]
# Enough for a figure's error bars (their ends move by less than a line's width); tables use the full number.
_RESAMPLES = 2_000


@dataclass(frozen=True)
class Curve:
    """One method's quality at several numbers of dimensions.

    Attributes:
        name: the method.
        dims: rising.
        per_query: metric -> `(len(dims), nq)`, the value of each query.
    """

    name: str
    dims: tuple[int, ...]
    per_query: dict[str, Values]

    def at(self, metric: str, dim: int) -> Values:
        """The per-query values `(nq,)` of one metric at one number of dimensions.

        Raises:
            KeyError: if that was not measured.
        """
        if metric not in self.per_query or dim not in self.dims:
            raise KeyError(
                f"{metric} at {dim} dimensions was not measured; there are {list(self.per_query)}, {self.dims}"
            )
        values: Values = self.per_query[metric][self.dims.index(dim)]
        return values

    def quality(self, metric: str) -> list[Quality]:
        """Mean and 95 % bootstrap interval at each of `dims`."""
        rows = self.per_query[metric]
        return [Quality(float(row.mean()), *bootstrap_ci(row, resamples=_RESAMPLES)) for row in rows]

    def retention(self, metric: str) -> NDArray[np.float64]:
        """Mean quality as a share of that at the largest number of dimensions, `(len(dims),)`.

        Raises:
            ValueError: if that is zero, so that there are no shares of it.
        """
        means = self.per_query[metric].mean(axis=1)
        if means[-1] == 0:
            raise ValueError(f"{self.name}: {metric} is 0 at {self.dims[-1]} dimensions, so there is no share of it")
        shares: NDArray[np.float64] = means / means[-1]
        return shares


def truncation_curve(
    name: str,
    documents: ArrayLike,
    queries: ArrayLike,
    relevance: Relevance,
    *,
    dims: Sequence[int] = (16, 32, 48, 64, 96, 128, 192, 256, 384),
    metrics: Sequence[str] = ("nDCG@10", "recall@100"),
    cut: Cut = truncate,
) -> Curve:
    """Exact search with the vectors cut to each of `dims`, and what it is worth.

    Args:
        name: what the figure calls the method.
        documents: `(n, d)` document vectors.
        queries: `(nq, d)` query vectors from the same encoder.
        relevance: per query {document position: grade}.
        dims: numbers of dimensions, rising; those above `d` are left out.
        metrics: notations such as "nDCG@10".
        cut: how a vector is shortened.

    Raises:
        ValueError: if `dims` does not rise or none fits, there are no metrics, or documents and queries do not fit.

    Example:
        >>> eye = np.eye(4, dtype=np.float32)
        >>> curve = truncation_curve("eye", eye, eye, [{0: 1}, {1: 1}, {2: 1}, {3: 1}], dims=(2, 4), metrics=["MRR@1"])
        >>> curve.per_query["MRR@1"].mean(axis=1).tolist()  # cut to two numbers, the last two documents are zero
        [0.5, 1.0]
    """
    from labkit.search.flat import FlatIndex

    documents = as_vectors(documents, name="documents")
    queries = as_vectors(queries, dim=documents.shape[1], name="queries")
    if any(low >= high for low, high in pairwise(dims)) or not len(dims):
        raise ValueError(f"dims should rise, for example (16, 32, 64), but are {tuple(dims)}")
    kept = tuple(dim for dim in dims if dim <= documents.shape[1])
    if not kept:
        raise ValueError(f"the vectors have {documents.shape[1]} dimensions, fewer than each of dims = {tuple(dims)}")
    if isinstance(metrics, str) or not metrics:
        raise ValueError(f"metrics should be a list such as ['nDCG@10'], but is {metrics!r}")
    if len(documents) == 0:
        raise ValueError("there are no documents to search in")
    k = max(parse_metric(metric).k or len(documents) for metric in metrics)
    values: dict[str, list[Values]] = {metric: [] for metric in metrics}
    for dim in kept:
        hits = FlatIndex(cut(documents, dim)).search(cut(queries, dim), k)
        for metric in metrics:
            values[metric].append(evaluate(hits, relevance, metric))
    return Curve(name, kept, {metric: np.stack(rows) for metric, rows in values.items()})
