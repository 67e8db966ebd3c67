"""What a search costs: milliseconds a query, one query at a time, and bytes.

A user waits for one answer, so one query at a time is timed. The first calls load caches and compile kernels and are not
counted. The median is reported because a computer that does something else in between makes a few calls very slow.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labkit.models.memory import forgotten
from labkit.search.retriever import Searcher


@dataclass(frozen=True)
class Latency:
    """Milliseconds a query.

    Attributes:
        median_ms: half of the searches were faster.
        p10: a tenth of the searches were faster, in ms.
        p90: nine tenths of the searches were faster, in ms.
        n: number of timed searches.
    """

    median_ms: float
    p10: float
    p90: float
    n: int

    def __str__(self) -> str:
        """One line to print."""
        return f"{self.median_ms:.3g} ms (10-90 %: {self.p10:.3g}-{self.p90:.3g}, {self.n} searches)"


def latency(
    searcher: Searcher,
    queries: Sequence[str],
    *,
    k: int = 10,
    repeats: int = 7,
    warmup: int = 2,
    limit_s: float | None = None,
) -> Latency:
    """The time of one search, over `repeats` rounds through all queries, after `warmup` untimed searches.

    The rounds go through all queries in turn, so that the same query twice in a row does not look faster than life.

    Args:
        searcher: anything with `search(queries, k)`.
        queries: texts (or, for a bare index, query vectors `(nq, d)`); each is searched alone.
        k: hits wanted.
        repeats: rounds.
        warmup: searches before the clock starts.
        limit_s: stop after so many seconds, for slow searchers; at least one search is timed.

    Raises:
        ValueError: if there are no queries, or repeats < 1, or warmup < 0.

    Example:
        >>> from labkit.search.hits import Hits
        >>> class Nothing:
        ...     def search(self, queries, k):
        ...         return Hits.from_lists([[] for _ in queries], k)
        >>> latency(Nothing(), ["a", "b"]).n
        14
    """
    if isinstance(queries, str):
        raise TypeError(f"queries should be a list of texts, but is one text: pass [{queries[:40]!r}]")
    if len(queries) == 0:
        raise ValueError("there are no queries to time; pass at least one")
    if repeats < 1 or warmup < 0:
        raise ValueError(f"repeats should be at least 1 and warmup at least 0, but are {repeats} and {warmup}")
    singles = [queries[i : i + 1] for i in range(len(queries))]
    times: list[float] = []
    # A stored embedding of a query that was asked before would make every encoder look instant.
    with forgotten():
        for i in range(warmup):
            searcher.search(singles[i % len(singles)], k)
        begin = time.perf_counter()
        for query in singles * repeats:
            start = time.perf_counter()
            searcher.search(query, k)
            end = time.perf_counter()
            times.append(1000 * (end - start))
            if limit_s is not None and end - begin > limit_s:
                break
    p10, median, p90 = np.percentile(times, [10, 50, 90])
    return Latency(float(median), float(p10), float(p90), len(times))


def human_bytes(n: float) -> str:
    """A number of bytes for people: three digits and a decimal unit, as disks are sold.

    Raises:
        ValueError: if `n` is negative or not finite.

    Example:
        >>> human_bytes(48), human_bytes(1536), human_bytes(3_072_000)
        ('48 B', '1.54 kB', '3.07 MB')
    """
    if not np.isfinite(n) or n < 0:
        raise ValueError(f"a number of bytes should be 0 or more, but is {n}")
    for unit in ("B", "kB", "MB", "GB"):
        # 999.5 would be rounded to 1e+03 of its unit.
        if n < 999.5:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:.3g} TB" if n < 999.5 else f"{n:,.0f} TB"
