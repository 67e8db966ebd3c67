"""What a smaller late-interaction index saves, and what of the exact search it still finds."""

from collections.abc import Mapping

import numpy as np

from labkit.data.collection import Collection
from labkit.lab.bits import plot_pareto
from labkit.lab.exhibit import Exhibit
from labkit.measure.intervals import bootstrap_ci, paired_difference
from labkit.measure.latency import human_bytes
from labkit.measure.metrics import evaluate
from labkit.measure.neighbours import recall_of_exact
from labkit.measure.table import Table
from labkit.search.hits import Hits
from labkit.search.retriever import DenseRetriever


class Ledger:
    """Bytes a document against the share of exact MaxSim's hits found again, for several searches of one collection.

    Attributes:
        names: of the searches, the exact one first.
        nbytes: bytes a document of each.
        recall: mean recall@10 of the exact search's hits.
        hits: the hits of each.
    """

    def __init__(self, searchers: Mapping[str, DenseRetriever], collection: Collection) -> None:
        """Search every query with each of them.

        Args:
            searchers: name -> searcher; the first is exact MaxSim, which the others are compared with.
            collection: queries and judgements.

        Raises:
            ValueError: if there are fewer than two searchers.
        """
        if len(searchers) < 2:
            raise ValueError(f"a ledger compares at least two searches, the exact one first, but got {len(searchers)}")
        self.names = list(searchers)
        self.relevance, documents = collection.relevance(), max(1, len(collection))
        self.hits: dict[str, Hits] = {name: one.search(collection.queries, 10) for name, one in searchers.items()}
        self.nbytes = {name: one.nbytes / documents for name, one in searchers.items()}
        exact = self.hits[self.names[0]]
        self.shares = {name: recall_of_exact(hits, exact) for name, hits in self.hits.items()}
        self.recall = {name: float(shares.mean()) for name, shares in self.shares.items()}

    def table(self) -> Table:
        """A row a search: bytes, times smaller, recall of exact MaxSim, nDCG@10 and its difference from the exact one."""
        first = self.names[0]
        full = evaluate(self.hits[first], self.relevance, "nDCG@10")
        rows = []
        for name in self.names:
            low, high = bootstrap_ci(self.shares[name], resamples=2_000)
            values = evaluate(self.hits[name], self.relevance, "nDCG@10")
            d = paired_difference(values, full)
            same = name == first
            rows.append(
                (
                    name,
                    human_bytes(self.nbytes[name]),
                    f"{self.nbytes[first] / self.nbytes[name]:.1f}",
                    f"{self.recall[name]:.3f}" + ("" if same else f" ({low:.3f} to {high:.3f})"),
                    f"{values.mean():.3f}",
                    "" if same else f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})",
                )
            )
        header = ("index", "a document", "times smaller", f"recall@10 of {first}", "nDCG@10", f"minus {first}")
        caption = (
            f"{len(full):,} queries; 95 % intervals, paired. Bytes hold everything that the index keeps in memory."
        )
        return Table(header, tuple(rows), caption)

    def plot(self, title: str) -> Exhibit:
        """Recall of the exact search against bytes a document."""
        points = [(name, self.nbytes[name], self.recall[name]) for name in self.names]
        y = "share of exact MaxSim's top 10"
        exhibit = plot_pareto(points, title, x="bytes a document (log scale)", y=y)
        # Room for the names of the first and the last point.
        low, high = (np.log10(end(self.nbytes.values())) for end in (min, max))
        exhibit.figure.update_xaxes(range=[low - 0.35, high + 0.25])
        exhibit.figure.update_layout(margin={"l": 80})
        return exhibit

    def smallest(self, recall: float) -> str:
        """The name of the smallest index that finds at least this share of the exact hits."""
        good = [name for name in self.names if self.recall[name] >= recall]
        return min(good, key=lambda name: self.nbytes[name])
