"""Rescoring: a cheap search makes a shortlist, a finer look at the same documents puts it in order.

    binary codes of all documents  ->  k * oversample candidates  ->  scored by int8 codes or float vectors  ->  k best

It can only put in order what the first search has found: the larger `oversample`, the less is missed. Stages can be
chained, since a `RescoredIndex` can be the first search of another one.

Source: Shakir, Aarsen and Lee 2024, "Binary and Scalar Embedding Quantization", huggingface.co/blog/embedding-quantization;
Yamada, Asai and Hajishirzi 2021, "Efficient Passage Retrieval with Hashing" (rescoring binary codes by float queries).
"""

import math
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_k
from labkit.search import storage
from labkit.search.binary import BinaryIndex
from labkit.search.flat import FlatIndex
from labkit.search.funnel import FunnelIndex
from labkit.search.hits import Hits
from labkit.search.int4 import Int4Index
from labkit.search.int8 import Int8Index
from labkit.search.rescorer import FloatRescorer, Rescorer
from labkit.search.retriever import VectorIndex

# In floating point 7 * (29 / 7) is a little above 29, and `ceil` would make 30 of it: this takes the roundings off.
_ROUNDED_DOWN = 1 - 2**-51


@dataclass(frozen=True)
class Stage:
    """What one stage of a search did for one query, on average.

    Attributes:
        name: of what was searched.
        documents: documents compared.
        nbytes: bytes of them read.
        milliseconds: time a query.
    """

    name: str
    documents: int
    nbytes: float
    milliseconds: float


class RescoredIndex:
    """A fast first search whose candidates are put in order by something finer.

    Attributes:
        first: makes the shortlist.
        by: scores it.
        oversample: size of the shortlist in multiples of k.

    Example:
        >>> from labkit.search.binary import BinaryIndex
        >>> vectors = np.array([[0.9, 0.1], [0.1, 0.9], [-0.9, 0.1]], np.float32)
        >>> index = RescoredIndex(BinaryIndex(vectors), vectors, oversample=2)
        >>> index.search([[0.2, 0.8]], k=1).ids
        array([[1]])
    """

    def __init__(
        self, first: VectorIndex, by: "Rescorer | FlatIndex | NDArray[np.float32]", *, oversample: float = 4.0
    ) -> None:
        """Join a search and what puts its hits in order.

        Args:
            first: such as `BinaryIndex`, or another `RescoredIndex`.
            by: a `BinaryIndex` (float queries on its bits; may be `first` itself), an `Int4Index`, an
                `Int8Index`, or float32 vectors `(n, d)`, memory-mapped or not.
            oversample: at least 1; `k * oversample` documents are looked at again.

        Raises:
            TypeError: if `by` cannot score candidates.
            ValueError: if the two hold different numbers of documents, or `oversample` is below 1.
        """
        if isinstance(by, FlatIndex):
            by = FloatRescorer(by.vectors, threads=by.threads)
        self.first: VectorIndex = first
        self.by: Rescorer = FloatRescorer(by) if isinstance(by, np.ndarray) else by
        if not hasattr(self.by, "rescore"):
            raise TypeError(
                f"by should score candidates (an index of codes or float32 vectors), not {type(by).__name__}"
            )
        if len(self.first) != len(self.by):
            raise ValueError(f"the first search holds {len(self.first)} documents, but {len(self.by)} are to be scored")
        if not (math.isfinite(oversample) and oversample >= 1):
            raise ValueError(f"oversample should be at least 1, but is {oversample}")
        self.oversample = float(oversample)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.first)

    @property
    def nbytes(self) -> int:
        """Bytes of both, counted once if they are the same."""
        return self.first.nbytes + (0 if self._place_of_by() else self.by.nbytes)

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return self.nbytes / max(1, len(self))

    def _place_of_by(self) -> str | None:
        """Where among the earlier stages the finer one is already, such as `first.by`; None if it is not there."""
        held: Any = self.first
        place = "first"
        while True:
            if held is self.by:
                return place
            if not isinstance(held, RescoredIndex):
                return None
            if held.by is self.by:
                return f"{place}.by"
            held, place = held.first, f"{place}.first"

    def shortlist(self, k: int) -> int:
        """How many documents are looked at again for `k` hits."""
        return min(len(self), math.ceil(check_k(k) * self.oversample * _ROUNDED_DOWN))

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` best documents of the shortlist, scored by the finer stage, for each query of `(nq, d)`.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1, or the queries do not fit.
        """
        k, asked = check_k(k), as_vectors(queries, name="queries")
        if len(self) == 0:
            return self.first.search(asked, k)
        candidates = self.first.search(asked, self.shortlist(k)).ids
        return self.by.rescore(asked, candidates, k)

    def profile(self, queries: ArrayLike, k: int) -> tuple[Hits, list[Stage]]:
        """The hits, and what each stage cost a query."""
        asked = as_vectors(queries, name="queries")
        if len(self) == 0 or len(asked) == 0:
            raise ValueError(f"there is nothing to time: {len(self)} documents, {len(asked)} queries")
        self.search(asked[:1], k)  # the first run of all compiles
        per_query, size = 1000 / len(asked), self.shortlist(k)
        if isinstance(self.first, RescoredIndex):
            found, stages = self.first.profile(asked, size)
        else:
            start = perf_counter()
            found = self.first.search(asked, size)
            spent = (perf_counter() - start) * per_query
            stages = [Stage(type(self.first).__name__, len(self), float(self.first.nbytes), spent)]
        start = perf_counter()
        hits = self.by.rescore(asked, found.ids, k)
        spent = (perf_counter() - start) * per_query
        return hits, [*stages, Stage(type(self.by).__name__, size, size * self.by.bytes_per_item, spent)]

    def save(self, folder: str | Path) -> None:
        """Write all stages to one folder; an older index there is replaced in one step.

        The vectors are written too, also if they lie in a file already.

        Raises:
            TypeError: if a stage is of a kind that `load` does not know.
        """
        shared = self._place_of_by()
        stages: dict[str, Any] = {"first": self.first} if shared else {"first": self.first, "by": self.by}
        kinds = {name: type(stage).__name__ for name, stage in stages.items()}
        for kind in kinds.values():
            if kind not in _kinds():
                raise TypeError(f"a stage is a {kind}, but only these can be saved: {', '.join(_kinds())}")
        settings = {"oversample": self.oversample, "kinds": kinds, "shared": shared}
        inner = {name: stage.save for name, stage in stages.items()}
        storage.save(folder, "RescoredIndex", {}, settings, inner=inner)

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "RescoredIndex":
        """The index saved in a folder; with `mmap` all stages stay on disk until they are read.

        The first search reads all of its small codes, a float stage only the rows of its candidates.

        Raises:
            FileNotFoundError: if there is none, or a part of it is missing.
            ValueError: if it is of another kind or damaged.
        """
        folders, saved = storage.load_inner(folder, "RescoredIndex")
        kinds = {name: _kinds()[kind] for name, kind in saved["kinds"].items()}
        stages = {name: kind.load(folders[name], mmap=mmap, threads=threads) for name, kind in kinds.items()}
        if saved["shared"]:  # "first.by": a stage of the first search
            stages["by"] = reduce(getattr, saved["shared"].split(".")[1:], stages["first"])
        return cls(stages["first"], stages["by"], oversample=saved["oversample"])


def _kinds() -> dict[str, Any]:
    """What a stage on disk can be, by name."""
    kinds = (BinaryIndex, FlatIndex, FloatRescorer, FunnelIndex, Int4Index, Int8Index, RescoredIndex)
    return {kind.__name__: kind for kind in kinds}
