"""A collection in an engine: documents go up once, pipelines are run on it."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import check_k
from labkit.models.token_vectors import TokenVectors
from labkit.search.engine.backend import Backend, Info
from labkit.search.engine.batches import batches, positions_of
from labkit.search.engine.client import LOCAL_LIMIT
from labkit.search.engine.compiling import Texts, compile_pipeline, texts_of
from labkit.search.engine.shape import Shape
from labkit.search.engine.sparse import SparseVectors
from labkit.search.engine.stages import Fused, Nearest, Stage, fields_of, most_hits
from labkit.search.fusion import fuse
from labkit.search.hits import Hits

_QUERIES = 32
_DOUBLINGS = 5


@dataclass(frozen=True)
class Points:
    """A collection of documents in an engine; the id of each is its position, as everywhere in labkit.

    Attributes:
        backend: where it lies.
        name: its name there.
        shape: its fields.
    """

    backend: Backend
    name: str
    shape: Shape

    def __len__(self) -> int:
        """Number of documents that the engine holds now."""
        return self.backend.info(self.name).points

    @property
    def info(self) -> Info:
        """What the collection is, and what to know before its figures are believed."""
        return self.backend.info(self.name)

    def missing(self, n: int) -> NDArray[np.int64]:
        """The positions of `0 … n - 1` that are not there, such as after an upload that was cut off."""
        wanted: NDArray[np.int64] = np.arange(n, dtype=np.int64)
        return np.setdiff1d(wanted, self.backend.ids(self.name))

    def upload(
        self,
        *,
        vectors: ArrayLike | None = None,
        tokens: TokenVectors | None = None,
        sparse: SparseVectors | None = None,
        only: ArrayLike | None = None,
        progress: bool = True,
    ) -> int:
        """Write all documents, or `only` some of them; returns how many were written.

        The document at position i gets the id i and replaces what was there: an upload that was cut off can be done
        again, in full or with `only=points.missing(n)`. A batch counts when the engine has acknowledged it.

        Args:
            vectors: `(n, d)`; prefixes are cut here.
            tokens: token vectors; a document without any is not found by MaxSim.
            sparse: such as `bm25_documents(index)`.
            only: positions.
            progress: whether to show a bar.

        Raises:
            TypeError: if something is of another kind.
            ValueError: if a field is missing or does not fit, or the collection holds more documents than these.
        """
        from tqdm.auto import tqdm

        texts = texts_of(self.shape, vectors, tokens, sparse)
        if lacking := set(self.shape.fields) - texts.fields:
            raise ValueError(f"the collection's shape also has {sorted(lacking)}; upload all fields together")
        positions = positions_of(only, len(texts))
        held = self.backend.ids(self.name)
        if len(held) and held[-1] >= len(texts):
            raise ValueError(
                f"{self.name!r} holds a document {held[-1]}, but these are {len(texts)}; make it anew with replace=True"
            )
        if self.backend.exact and len(texts) > LOCAL_LIMIT:
            warnings.warn(
                f"local mode is meant for up to {LOCAL_LIMIT:,} points, not {len(texts):,}: each query compares all of them, "
                f"in Python. Use a server or Qdrant Edge",
                stacklevel=2,
            )
        with tqdm(total=len(positions), desc="uploading", unit="doc", delay=2, disable=not progress) as bar:
            for batch in batches(texts, positions):
                ids = batch.tolist()
                self.backend.upsert(self.name, ids, [texts[i] for i in ids])
                bar.update(len(ids))
        self.backend.settle(self.name)
        return len(positions)

    def search(
        self,
        pipeline: Stage | None = None,
        *,
        k: int,
        vectors: ArrayLike | None = None,
        tokens: TokenVectors | None = None,
        sparse: SparseVectors | None = None,
    ) -> Hits:
        """The `k` best documents of each query by a pipeline, best first, equal scores by the smaller id.

        Where a score is shared across the k-th place, the engine is asked for more, so that the smaller ids win there
        too; beyond 32 times `k` such documents it decides. Only the queries' fields that the pipeline compares are
        needed. A query without a token or a known term finds nothing in that field.

        Args:
            pipeline: its last stage; `Nearest("vectors")` without it.
            k: hits wanted.
            vectors: query vectors `(nq, d)`; prefixes are cut here.
            tokens: token vectors of the queries.
            sparse: such as `bm25_queries(index, texts)`.

        Raises:
            TypeError: if something is of another kind.
            ValueError: if the pipeline does not fit the collection, a field is missing, or `k` exceeds what it can find.
        """
        k, stage = check_k(k), pipeline if pipeline is not None else Nearest("vectors")
        texts = texts_of(self.shape, vectors, tokens, sparse)
        self._check(stage, texts, k)
        if isinstance(stage, Fused) and stage.weights is not None:
            lists = [self._run(part, texts, part.limit) for part in stage.stages]
            return fuse(lists, k, weights=stage.weights, rank_constant=stage.rank_constant)
        return self._run(stage, texts, k)

    def _check(self, stage: Stage, texts: Texts, k: int) -> None:
        if not isinstance(stage, Nearest | Fused):
            raise TypeError(f"a pipeline should end in Nearest or Fused, but is {stage!r}")
        wanted = fields_of(stage)
        if unknown := wanted - set(self.shape.fields):
            raise ValueError(f"the pipeline compares {sorted(unknown)}, but the collection has {self.shape.fields}")
        if lacking := wanted - texts.fields:
            raise ValueError(f"the pipeline compares {sorted(lacking)}, but the queries lack that: pass it to search")
        most = most_hits(stage)
        if most is not None and k > most:
            raise ValueError(f"k is {k}, but the pipeline hands on at most {most}: ask for fewer or raise a limit")
        if self.backend.exact and _tuned(stage):
            warnings.warn(f"oversample and ef have no effect here: {self.info.note}", stacklevel=4)

    def _run(self, stage: Stage, texts: Texts, k: int) -> Hits:
        found: list[list[tuple[int, float]]] = [[] for _ in range(len(texts))]
        rows, limit = list(range(len(texts))), k + 1
        for _ in range(_DOUBLINGS + 1):
            for start in range(0, len(rows), _QUERIES):
                self._ask(stage, texts, rows[start : start + _QUERIES], limit, found)
            rows = [row for row in rows if len(found[row]) == limit and _same(found[row][k - 1], found[row][-1])]
            limit *= 2
        return Hits.from_lists(found, k)

    def _ask(
        self, stage: Stage, texts: Texts, rows: list[int], limit: int, found: list[list[tuple[int, float]]]
    ) -> None:
        bits, tuned = self.shape.bits, not self.backend.exact
        compiled = [(row, compile_pipeline(stage, texts[row], limit, bits=bits, tuned=tuned)) for row in rows]
        sent = [(row, request) for row, request in compiled if request is not None]
        if sent:
            answers = self.backend.query(self.name, [request for _, request in sent])
            for (row, _), answer in zip(sent, answers, strict=True):
                found[row] = answer


def _same(a: tuple[int, float], b: tuple[int, float]) -> bool:
    return bool(np.float32(a[1]) == np.float32(b[1]))


def _tuned(stage: Stage) -> bool:
    if isinstance(stage, Fused):
        return any(map(_tuned, stage.stages))
    return stage.oversample is not None or stage.ef is not None or (stage.among is not None and _tuned(stage.among))
