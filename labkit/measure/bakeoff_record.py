"""What a bake-off found, as records and as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from labkit.measure.comparison import LEVEL, Quality
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.latency import human_bytes
from labkit.measure.metrics import Values
from labkit.measure.table import Table
from labkit.models.lengths import CutOff


@dataclass(frozen=True, eq=False)
class Entry:
    """One model in one form.

    Attributes:
        model: what the caller calls the model.
        form: how its vectors are kept.
        values: the metric of each query, `(nq,)`.
        memory: bytes a document that a search scans; None if the searcher does not say.
        stored: bytes a document that exist, with those that only rescoring reads.
        encode_ms: milliseconds to encode one query alone; 0 for a search without an encoder, None if not timed.
        search_ms: milliseconds of the search itself; None if not timed.
        per_second: documents encoded a second; None if not timed or nothing is encoded.
        cut: what the model does not read of the documents; None where nothing is cut.
    """

    model: str
    form: str
    values: Values
    memory: float | None
    stored: float | None
    encode_ms: float | None
    search_ms: float | None
    per_second: float | None
    cut: CutOff | None

    @property
    def name(self) -> str:
        """Model and form, for tables and figures."""
        return self.model if self.form == "as it is" else f"{self.model} ({self.form})"

    @cached_property
    def quality(self) -> Quality:
        """The mean with its interval."""
        return Quality(float(self.values.mean()), *bootstrap_ci(self.values))

    @property
    def query_ms(self) -> float | None:
        """Milliseconds from the text of a query to its hits; None if they were not timed."""
        return None if self.encode_ms is None or self.search_ms is None else self.encode_ms + self.search_ms


@dataclass(frozen=True, eq=False)
class Bakeoff:
    """Every model in every form; shows itself as a table.

    Attributes:
        entries: in the order in which the models were given.
        metric: what was measured.
        collection: its name.
        query_ids: the queries that were scored.
        caption: what a reader must know to read the numbers.
    """

    entries: tuple[Entry, ...]
    metric: str
    collection: str
    query_ids: tuple[str, ...]
    caption: str

    def __getitem__(self, name: str) -> Entry:
        """The entry of that name; a model's name alone gives its first form.

        Raises:
            KeyError: if there is none.
        """
        for entry in self.entries:
            if name in (entry.name, entry.model):
                return entry
        raise KeyError(f"no entry {name!r}; there are {[entry.name for entry in self.entries]}")

    @property
    def per_query(self) -> dict[str, Values]:
        """Each model in its first form -> the metric of each query: what a test of significance takes."""
        return {entry.model: self[entry.model].values for entry in self.entries}

    def table(self) -> Table:
        """A row a model and form."""
        header = ("model", "form", self.metric, f"{LEVEL:.0%} interval", "in memory", "stored", "ms/query")
        rows = []
        for entry in self.entries:
            q = entry.quality
            interval = f"{q.low:.3f} to {q.high:.3f}"
            cells = (_bytes(entry.memory), _bytes(entry.stored), _number(entry.query_ms))
            rows.append((entry.model, entry.form, f"{q.mean:.3f}", interval, *cells))
        return Table(header, tuple(rows), f"{self.caption} Bytes are a document's.")

    def models(self) -> Table:
        """A row a model: what does not depend on the form of its vectors."""
        header = ("model", "documents/s", "ms to encode a query", "reads, tokens", "documents cut", "tokens never read")
        first = {entry.model: self[entry.model] for entry in self.entries}
        rows = tuple((name, *_reading(entry)) for name, entry in first.items())
        note = "A cut document is longer than the model reads; its end is in no vector. Empty: nothing is encoded."
        return Table(header, rows, f"{len(first)} models on {self.collection}. {note}")

    def __str__(self) -> str:
        """The table as aligned text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _reading(entry: Entry) -> Sequence[str]:
    speed = "" if entry.per_second is None else f"{entry.per_second:,.0f}"
    if entry.cut is None:
        return speed, "", "", "", ""
    about = "" if entry.cut.exact else "about "
    limit = "all" if entry.cut.max_tokens >= 1_000_000 else f"{entry.cut.max_tokens:,}"
    return (
        speed,
        _number(entry.encode_ms),
        limit,
        f"{about}{entry.cut.cut:,} ({entry.cut.share_cut:.0%})",
        f"{entry.cut.share_unread:.1%}",
    )


def _bytes(value: float | None) -> str:
    return "" if value is None else human_bytes(value)


def _number(value: float | None) -> str:
    return "not timed" if value is None else f"{value:.3g}"
