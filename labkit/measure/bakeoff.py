"""A bake-off: every model on your own collection, in every form in which its vectors could be kept.

Quality, bytes, milliseconds and what a model never reads all depend on the collection; a leaderboard knows none of them.
Times are this machine's, with nothing remembered; a form that is rescored counts in memory what the first pass scans, and
as stored what the rescoring reads as well (it can lie on disk).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labkit import settings
from labkit.checks import Vectors
from labkit.compress.matryoshka import truncate
from labkit.data.collection import Collection
from labkit.measure.bakeoff_record import Bakeoff, Entry
from labkit.measure.bakeoff_times import encoding_speed, paid, search_ms
from labkit.measure.intervals import small_sample_note
from labkit.measure.metrics import Relevance, Values, evaluate, parse_metric, scorable
from labkit.models.cache import Encoder
from labkit.models.lengths import cut_off
from labkit.models.load import load_encoder
from labkit.search.binary import BinaryIndex
from labkit.search.flat import FlatIndex
from labkit.search.hits import Hits
from labkit.search.int8 import Int8Index
from labkit.search.rescore import RescoredIndex
from labkit.search.retriever import Searcher

OVERSAMPLE = 4


@dataclass(frozen=True)
class _Task:
    """What every model is asked."""

    documents: list[str]
    queries: list[str]
    relevance: Relevance
    metric: str
    k: int
    seed: int

    width: int
    timed: bool

    def values(self, hits: Hits) -> Values:
        """The metric of each query; lists from a small collection are padded to the metric's cut-off."""
        return evaluate(Hits.padded(hits.ids, hits.scores, self.width), self.relevance, self.metric)

    def search_ms(self, searcher: Any, asked: Any) -> float | None:  # noqa: ANN401
        """Milliseconds of one search alone; None if nobody wants to know."""
        return search_ms(searcher, asked, self.k) if self.timed else None

    def encoding_speed(self, encoder: Any) -> tuple[float, float] | tuple[None, None]:  # noqa: ANN401
        """As `bakeoff_times.encoding_speed`; no times where nobody wants them, or somebody pays for them."""
        if paid(encoder) or not self.timed:
            return None, None
        return encoding_speed(encoder, self.documents, self.queries, self.seed)


def bakeoff(
    models: "Sequence[str] | Mapping[str, Encoder | Searcher]",
    collection: Collection,
    *,
    dims: Mapping[str, Sequence[int]] | None = None,
    metric: str = "nDCG@10",
    timed: bool = True,
    seed: int = 0,
) -> Bakeoff:
    """Every model and every form of its vectors: quality, bytes, milliseconds, and what the model never reads.

    Args:
        models: name -> an encoder, or anything that searches texts (BM25, a fusion); or names for `load_encoder`, with
            `LABKIT_MODELS=hub` those of a hub too. A model behind an API says what it costs and is sent each text once;
            it is not timed, because a timed text is paid for again.
        collection: documents, queries and judgements; `known_items` makes queries where there are none.
        dims: name -> shorter lengths to try, for models that were trained for it (Matryoshka).
        metric: what is measured, with its cut-off.
        timed: whether to take times, about two seconds a model.
        seed: of the sample of documents that is timed.

    Raises:
        ValueError: if there are no models, documents or scorable queries; the metric has no cut-off; dims name no model,
            or are longer than its vectors.
        TypeError: if a model can neither encode nor search.
    """
    chosen = _chosen(models)
    shorter = dict(dims or {})
    for name in shorter:
        if not hasattr(chosen.get(name), "encode_documents"):
            raise ValueError(f"dims are given for {name!r}, but that is no encoder among {list(chosen)}")
    task, kept = _task(collection, metric, timed, seed)
    entries: list[Entry] = []
    for name, model in chosen.items():
        if hasattr(model, "encode_documents"):
            entries += _encoder_entries(name, model, task, shorter.get(name, ()))
        else:
            entries.append(_searcher_entry(name, model, task))
    times = f"Times on this machine ({settings.threads()} threads), one query at a time. " if timed else ""
    caption = (
        f"{metric} with 95 % intervals over {len(kept):,} queries, {len(collection):,} documents of {collection.name}. "
        f"{times}{small_sample_note(len(kept))}"
    ).strip()
    return Bakeoff(tuple(entries), metric, collection.name, tuple(collection.query_ids[i] for i in kept), caption)


def _chosen(models: "Sequence[str] | Mapping[str, Encoder | Searcher]") -> dict[str, Any]:
    if isinstance(models, str):
        raise TypeError(f"models should be a list of names or {{name: encoder}}, but is one text: pass [{models!r}]")
    chosen: dict[str, Any] = dict(models) if isinstance(models, Mapping) else {n: load_encoder(n) for n in models}
    if not chosen:
        raise ValueError("there are no models; pass for example ['all-MiniLM-L6-v2', 'wordllama-256']")
    for name, model in chosen.items():
        if not (hasattr(model, "encode_documents") or hasattr(model, "search")):
            raise TypeError(f"{name!r} should encode texts or search, but is a {type(model).__name__}")
    return chosen


def _task(collection: Collection, metric: str, timed: bool, seed: int) -> tuple[_Task, list[int]]:
    cutoff = parse_metric(metric).k
    if cutoff is None:
        raise ValueError(f"{metric!r} has no cut-off; pass for example 'nDCG@10'")
    relevance = collection.relevance()
    kept = scorable(relevance).tolist()
    if not kept:
        raise ValueError(
            f"collection {collection.name!r} has no query with a relevant document; judge some, or make a stand-in with "
            "known_items(collection)"
        )
    queries, judged = [collection.queries[i] for i in kept], [relevance[i] for i in kept]
    return _Task(collection.documents, queries, judged, metric, min(cutoff, len(collection)), seed, cutoff, timed), kept


def _searcher_entry(name: str, searcher: Any, task: _Task) -> Entry:  # noqa: ANN401
    nbytes = getattr(searcher, "nbytes", None)
    size = None if nbytes is None else nbytes / len(task.documents)
    values = task.values(searcher.search(task.queries, task.k))
    ms = None if paid(searcher) else task.search_ms(searcher, task.queries)
    return Entry(name, "as it is", values, size, size, 0.0, ms, None, None)


def _encoder_entries(name: str, encoder: Any, task: _Task, shorter: Sequence[int]) -> list[Entry]:  # noqa: ANN401
    documents, queries = encoder.encode_documents(task.documents), encoder.encode_queries(task.queries)
    encode_ms, per_second = task.encoding_speed(encoder)
    cut = cut_off(encoder, task.documents)
    entries = []
    for form, index, asked in _forms(documents, queries, shorter):
        values = task.values(index.search(asked, task.k))
        ms = task.search_ms(index, asked)
        scanned: Any = index.first if isinstance(index, RescoredIndex) else index
        entries.append(
            Entry(name, form, values, scanned.bytes_per_item, index.bytes_per_item, encode_ms, ms, per_second, cut)
        )
    return entries


def _forms(documents: Vectors, queries: Vectors, shorter: Sequence[int]) -> list[tuple[str, Any, Vectors]]:
    """Each form of the vectors: its name, its index, and the queries that fit it."""
    whole = documents.shape[1]
    forms: list[tuple[str, Any, Vectors]] = []
    for dim in (whole, *shorter):
        if not 1 <= dim <= whole:
            raise ValueError(f"dims should be between 1 and the {whole} that the vectors have, but {dim} are asked for")
        cut, asked = (documents, queries) if dim == whole else (truncate(documents, dim), truncate(queries, dim))
        label = "" if dim == whole else f"{dim} d, "
        int8, bits = Int8Index(cut), BinaryIndex(cut)
        forms += [
            (f"{label}float32", FlatIndex(cut), asked),
            (f"{label}int8", int8, asked),
            (f"{label}binary, then int8", RescoredIndex(bits, int8, oversample=OVERSAMPLE), asked),
        ]
    return forms
