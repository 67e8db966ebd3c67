"""Rescoring: a cheap search makes a shortlist, a finer look at the same documents puts it in order.

    binary codes of all documents  ->  k * oversample candidates  ->  scored by int8 codes or float vectors  ->  k best

It can only put in order what the first search has found: the larger `oversample`, the less is missed. Stages can be
chained, since a `RescoredIndex` can be the first search of another one.

Source: Shakir, Aarsen and Lee 2024, "Binary and Scalar Embedding Quantization", huggingface.co/blog/embedding-quantization;
Yamada, Asai and Hajishirzi 2021, "Efficient Passage Retrieval with Hashing" (rescoring binary codes by float queries).
"""

import math
from collections.abc import Sized
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k
from labkit.search.encoded import check_candidates
from labkit.search.flat import FlatIndex, check_threads
from labkit.search.hits import Hits
from labkit.search.retriever import VectorIndex


class Rescorer(Sized, Protocol):
    """What can score a query's own candidates, such as `BinaryIndex`, `Int8Index` or `FloatRescorer`."""

    @property
    def nbytes(self) -> int:
        """Bytes that it holds."""

    @property
    def bytes_per_item(self) -> float:
        """Bytes that it reads for a candidate."""

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's candidates `(nq, m)`."""


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


class FloatRescorer:
    """Scores candidates by their full float32 vectors; only the candidates' rows are read from a memory-mapped file.

    Attributes:
        vectors: `(n, d)` float32.

    Example:
        >>> FloatRescorer(np.eye(3, dtype=np.float32)).rescore([[1, 2, 3]], np.array([[0, 1]]), k=1).ids
        array([[1]])
    """

    def __init__(self, vectors: NDArray[np.float32], *, threads: int | None = None) -> None:
        """Take the vectors where they lie; they are not read here.

        Raises:
            TypeError: if they are not float32.
            ValueError: if they have the wrong shape or do not lie row after row.
        """
        if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
            found = getattr(vectors, "dtype", type(vectors).__name__)
            raise TypeError(f"vectors should be a float32 array, but are {found}; labkit.as_vectors converts them")
        if vectors.ndim != 2 or not vectors.flags.c_contiguous:
            raise ValueError(f"vectors should be C-contiguous with shape (n, d), but have shape {vectors.shape}")
        self.vectors: Vectors = vectors.view(np.ndarray)
        self.threads = check_threads(threads)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.vectors)

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors."""
        return self.vectors.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return float(self.vectors.itemsize * self.vectors.shape[1])

    def rescore(self, queries: ArrayLike, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)` by full inner product; -1 is no document.

        Raises:
            TypeError: if `k` is not a whole number, or the candidates are not.
            ValueError: if `k` is below 1, the queries do not fit, a candidate is not a document, or its vector holds
                NaN or infinity.
        """
        from labkit.kernels.exact import best_of

        k, asked = check_k(k), as_vectors(queries, dim=self.vectors.shape[1], name="queries")
        checked = check_candidates(candidates, len(asked), len(self))
        scores, ids = best_of(self.vectors, asked, checked, min(k, checked.shape[1]), self.threads)
        if not np.isfinite(scores[ids >= 0]).all():
            raise ValueError("a candidate's vector holds NaN or infinity, or numbers too large for float32 scores")
        return Hits.padded(ids, scores, k)


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
            by: a `BinaryIndex` (float queries on its bits; may be `first` itself), an `Int8Index`, or float32 vectors
                `(n, d)`, memory-mapped or not.
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
        return self.first.nbytes + (0 if self._shared() else self.by.nbytes)

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return self.nbytes / max(1, len(self))

    def _shared(self) -> bool:
        held: Any = self.first
        while isinstance(held, RescoredIndex):
            if held.by is self.by:
                return True
            held = held.first
        return held is self.by

    def shortlist(self, k: int) -> int:
        """How many documents are looked at again for `k` hits."""
        return min(len(self), math.ceil(check_k(k) * self.oversample))

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
