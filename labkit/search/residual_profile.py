"""The three steps of a search in compressed tokens, each with its time, its documents and its bytes."""

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from labkit.checks import Vectors
from labkit.search import residual_search as steps
from labkit.search.hits import Hits
from labkit.search.rescore import Stage

if TYPE_CHECKING:
    from labkit.kernels.residual import Compressed


def profile(
    index: "Compressed",
    queries: Sequence[Vectors],
    best: int,
    plan: steps.Plan,
    lists: steps.Lists | None,
    threads: int,
    k: int,
) -> tuple[Hits, list[Stage]]:
    """The hits, and what each stage cost a query; queries are asked one by one.

    Raises:
        ValueError: if there is no query, or no document.
    """
    n = len(index.offsets) - 1
    if n == 0 or len(queries) == 0:
        raise ValueError(f"there is nothing to time: {n} documents, {len(queries)} queries")
    steps.search(index, queries[:1], best, plan, lists, threads, k)  # the first run of all compiles
    seconds, documents = np.zeros(3), np.zeros(3)
    found: list[steps.Found] = []
    for query in queries:
        begun = perf_counter()
        scores = steps.similarities(index, query, threads)
        scored = perf_counter()
        kept = steps.shortlist(index, query, scores, plan, lists, threads)
        chosen = perf_counter()
        found.append(steps.ranked(index, query, scores, kept, best, plan, threads))
        seconds += [scored - begun, chosen - scored, perf_counter() - chosen]
        documents += [0, len(steps.probed(index, scores, plan, lists)), (kept >= 0).sum()]
    hits = Hits.padded(np.array([ids for _, ids in found]), np.array([scores for scores, _ in found]), k)
    tokens = len(index.codes) / n
    looked, decoded = (documents[1:] / len(queries)).tolist()
    sizes = (index.centroids.nbytes, looked * tokens * 2, decoded * tokens * (3 + index.levels.shape[1]))
    names, counts = ("centroid scores", "candidates", "decode + MaxSim"), (0, round(looked), round(decoded))
    spent = (seconds / len(queries) * 1000).tolist()
    rows = zip(names, counts, sizes, spent, strict=True)
    return hits, [Stage(name, count, float(size), milliseconds) for name, count, size, milliseconds in rows]
