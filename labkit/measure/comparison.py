"""What `compare` found, as records and as tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labkit.measure.intervals import Difference, bootstrap_ci, small_sample_note
from labkit.measure.latency import Latency, human_bytes
from labkit.measure.metrics import Values
from labkit.measure.table import Table
from labkit.search.hits import Hits

LEVEL = 0.95


@dataclass(frozen=True)
class Quality:
    """A metric's mean over the queries and the ends of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One searcher's results.

    Attributes:
        name: what the caller calls the searcher.
        quality: for each metric, the mean and its interval.
        differences: for each metric, this searcher minus the baseline; empty for the baseline or without one.
        bytes_per_document: what the searcher holds in memory for each document, None if it does not say.
        latency: None if it was not measured.
    """

    name: str
    quality: Mapping[str, Quality]
    differences: Mapping[str, Difference]
    bytes_per_document: float | None
    latency: Latency | None


@dataclass(frozen=True)
class Comparison:
    """What `compare` found; shows itself as a table.

    Attributes:
        rows: one for each searcher, in the order given.
        metrics: the notations, in the order given.
        per_query: `per_query[name][metric]` is the value of each query, `(nq,)`.
        query_ids: the queries that were scored, `nq` of them.
        kinds: the kind of each of these queries, "" where it has none.
        hits: for each searcher the ranked lists behind the numbers.
        baseline: name of the searcher that the others are compared with, or None.
        caption: number of queries, level of the intervals, warnings.
    """

    rows: tuple[Row, ...]
    metrics: tuple[str, ...]
    per_query: Mapping[str, Mapping[str, Values]]
    query_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    hits: Mapping[str, Hits]
    baseline: str | None
    caption: str

    def __getitem__(self, name: str) -> Row:
        """The row of one searcher.

        Raises:
            KeyError: if there is none of that name.
        """
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no searcher {name!r}; there are {[row.name for row in self.rows]}")

    def table(self) -> Table:
        """The rows as finished texts."""
        with_bytes = any(row.bytes_per_document is not None for row in self.rows)
        with_time = any(row.latency is not None for row in self.rows)
        header = ["searcher"]
        for metric in self.metrics:
            header += [metric, f"{LEVEL:.0%} interval"]
            header += [f"minus {self.baseline}", "p"] if self.baseline is not None else []
        header += ["bytes/document"] * with_bytes + ["ms/query"] * with_time
        lines = []
        for row in self.rows:
            line = [row.name]
            for metric in self.metrics:
                q = row.quality[metric]
                line += [f"{q.mean:.3f}", f"{q.low:.3f} to {q.high:.3f}"]
                if self.baseline is not None:
                    line += _difference_cells(row.differences.get(metric))
            if with_bytes:
                line.append("" if row.bytes_per_document is None else human_bytes(row.bytes_per_document))
            if with_time:
                line.append("" if row.latency is None else f"{row.latency.median_ms:.3g}")
            lines.append(tuple(line))
        return Table(tuple(header), tuple(lines), self.caption)

    def by_kind(self, metric: str | None = None) -> Table:
        """One metric (the first if none is named) by kind of query: a row a searcher, a column a kind.

        Raises:
            ValueError: if the metric was not measured.
        """
        metric = self.metrics[0] if metric is None else metric
        if metric not in self.metrics:
            raise ValueError(f"{metric!r} was not measured; name one of {', '.join(self.metrics)}")
        names = sorted(set(self.kinds))
        members = {kind: np.flatnonzero([k == kind for k in self.kinds]) for kind in names}
        header = ["searcher", *(f"{kind or 'no kind'} ({len(members[kind])})" for kind in names)]
        lines = []
        for row in self.rows:
            line = [row.name]
            for kind in names:
                values = self.per_query[row.name][metric][members[kind]]
                low, high = bootstrap_ci(values)
                line.append(f"{values.mean():.3f} ({low:.2f} to {high:.2f})")
            lines.append(tuple(line))
        smallest = min(len(rows) for rows in members.values())
        note = small_sample_note(smallest)
        caption = f"{metric} with its {LEVEL:.0%} interval, by kind of query (number of queries)."
        return Table(tuple(header), tuple(lines), f"{caption} {'Smallest kind: ' + note if note else ''}".strip())

    def __str__(self) -> str:
        """The table as aligned text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _difference_cells(difference: Difference | None) -> list[str]:
    if difference is None:  # the baseline itself
        return ["", ""]
    p = "<0.001" if difference.p < 0.001 else f"{difference.p:.3f}"
    return [f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})", p]
