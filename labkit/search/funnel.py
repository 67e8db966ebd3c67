"""Funnel search: find a shortlist with the first few dimensions, then look at it with more.

    64 dimensions of 1,000,000 documents -> 1,000 candidates -> all 384 dimensions of those -> the k best

Matryoshka vectors hold the most of their meaning in their first dimensions, so a short prefix is enough to find the
candidates; only those are compared in full. Each prefix is kept as a small array of its own with unit rows: the first
pass then reads a sixth of the memory, and that is what it costs.

Source: Kusupati et al. 2022, "Matryoshka Representation Learning", section 4.3 (funnel retrieval).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k, check_threads
from labkit.compress.matryoshka import truncate
from labkit.search import storage
from labkit.search.flat import check_range, longest_row
from labkit.search.hits import Hits

_UNIT = 1.001  # no unit row is longer, rounding included


@dataclass(frozen=True)
class StageCost:
    """What one stage of a funnel did for one query, on average.

    Attributes:
        dims: dimensions compared.
        documents: documents compared.
        nbytes: bytes of vectors read.
        milliseconds: time a query.
    """

    dims: int
    documents: int
    nbytes: int
    milliseconds: float


class FunnelIndex:
    """Search by stages: each one compares more dimensions of fewer documents, the last one all of them.

    The scores in the result are full inner products, as `FlatIndex` gives.

    Attributes:
        vectors: `(n, d)` float32.
        stages: pairs (dimensions, shortlist) in the order they run; the full comparison that follows is not listed.

    Example:
        >>> vectors = np.eye(8, dtype=np.float32)
        >>> FunnelIndex(vectors, stages=[(4, 2)]).search(vectors[:1], k=1).ids
        array([[0]])
    """

    def __init__(
        self, vectors: ArrayLike, stages: Sequence[tuple[int, int]] = ((64, 100),), *, threads: int | None = None
    ) -> None:
        """Take the vectors and cut a unit-length copy of each prefix.

        Args:
            vectors: `(n, d)`; float32 and C-contiguous ones are not copied.
            stages: pairs (dimensions, shortlist): dimensions rise, shortlists do not.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the vectors do not hold numbers, or a stage is not two whole numbers.
            ValueError: if the vectors or the stages do not fit.
        """
        full = as_vectors(vectors)
        checked = check_stages(stages, full.shape[1])
        self._set(full, checked, [truncate(full, dims) for dims, _ in checked], threads, longest_row(full))

    def _set(
        self,
        vectors: Vectors,
        stages: tuple[tuple[int, int], ...],
        prefixes: list[Vectors],
        threads: int | None,
        longest: float,
    ) -> None:
        self.vectors, self.stages, self._prefixes = vectors, stages, prefixes
        self.threads, self.longest = check_threads(threads), longest

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.vectors)

    @property
    def dim(self) -> int:
        """Number of dimensions of the full vectors."""
        return int(self.vectors.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors and of the prefix copies."""
        return self.vectors.nbytes + sum(prefix.nbytes for prefix in self._prefixes)

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document, the prefix copies included."""
        return 4.0 * (self.dim + sum(dims for dims, _ in self.stages))

    @property
    def documents_touched(self) -> tuple[int, ...]:
        """Documents that each stage compares with one query, the full comparison last."""
        return tuple(min(len(self), m) for m in (len(self), *(shortlist for _, shortlist in self.stages)))

    @property
    def bytes_touched(self) -> tuple[int, ...]:
        """Bytes of vectors that each stage reads for one query, the full comparison last."""
        dims = (*(dims for dims, _ in self.stages), self.dim)
        return tuple(4 * d * m for d, m in zip(dims, self.documents_touched, strict=True))

    def search(self, queries: ArrayLike, k: int) -> Hits:
        """The `k` best documents of the shortlist by full inner product, for each query of `(nq, d)`.

        Raises:
            TypeError: if `k` is not a whole number.
            ValueError: if `k` is below 1 or above the last shortlist, or the queries do not fit.
        """
        return self._run(queries, k)[0]

    def profile(self, queries: ArrayLike, k: int) -> tuple[Hits, list[StageCost]]:
        """The hits, and what each stage cost; the full comparison is the last stage."""
        self._run(np.zeros((1, self.dim), np.float32), k)  # the first run of all compiles
        hits, seconds = self._run(queries, k)
        dims = (*(dims for dims, _ in self.stages), self.dim)
        per_query = 1000 / max(1, len(hits))
        rows = zip(dims, self.documents_touched, self.bytes_touched, seconds, strict=True)
        return hits, [StageCost(d, m, nbytes, s * per_query) for d, m, nbytes, s in rows]

    def _run(self, queries: ArrayLike, k: int) -> tuple[Hits, list[float]]:
        from labkit.kernels.exact import best_of, top

        k, asked = check_k(k), as_vectors(queries, dim=self.dim, name="queries")
        shortlist = self.stages[-1][1]
        if k > shortlist:
            raise ValueError(
                f"k is {k}, more than the last shortlist of {shortlist}: ask for fewer or widen that stage"
            )
        check_range(asked, self.longest)
        clock = [perf_counter()]
        candidates: NDArray[np.int64] | None = None
        for (dims, size), prefix in zip(self.stages, self._prefixes, strict=True):
            short = truncate(asked, dims)
            m = min(size, len(self))
            if candidates is None:
                candidates = top(prefix, short, m, self.threads, _UNIT)[1]
            else:
                candidates = best_of(prefix, short, candidates, m, self.threads)[1]
            clock.append(perf_counter())
        assert candidates is not None  # check_stages asks for at least one stage
        scores, ids = best_of(self.vectors, asked, candidates, min(k, len(self)), self.threads)
        clock.append(perf_counter())
        hits = Hits(ids, scores) if k <= len(self) else Hits.padded(ids, scores, k)
        return hits, [float(s) for s in np.diff(clock)]

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        arrays = {f"prefix{dims}": prefix for (dims, _), prefix in zip(self.stages, self._prefixes, strict=True)}
        saved = {"stages": self.stages, "longest": self.longest}
        storage.save(folder, "FunnelIndex", {"vectors": self.vectors, **arrays}, saved)

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "FunnelIndex":
        """The index saved in a folder; with `mmap` the vectors stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        arrays, saved = storage.load(folder, "FunnelIndex", mmap=mmap)
        stages = tuple((int(dims), int(size)) for dims, size in saved["stages"])
        index = cls.__new__(cls)
        prefixes = [arrays[f"prefix{dims}"] for dims, _ in stages]
        index._set(arrays["vectors"], stages, prefixes, threads, float(saved["longest"]))
        return index


def check_stages(stages: Sequence[tuple[int, int]], dim: int) -> tuple[tuple[int, int], ...]:
    """The stages as a tuple of pairs of ints.

    Raises:
        TypeError: if a stage is not two whole numbers.
        ValueError: if there is none, dimensions do not rise or exceed `dim`, or a shortlist grows.

    Example:
        >>> check_stages([(64, 1000), (128, 100)], dim=384)
        ((64, 1000), (128, 100))
    """
    if not isinstance(stages, Sequence) or isinstance(stages, str):
        raise TypeError(f"stages should be a list of pairs (dims, shortlist), but is {stages!r}")
    if not len(stages):
        raise ValueError("a funnel needs at least one stage (dims, shortlist); without one use FlatIndex")
    checked: list[tuple[int, int]] = []
    for stage in stages:
        try:
            dims, size = (check_k(value) for value in stage)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"a stage should be two whole numbers (dims, shortlist) above 0, not {stage!r}"
            ) from error
        if dims > dim:
            raise ValueError(f"stage {(dims, size)} asks for {dims} dimensions, but the vectors have {dim}")
        if checked and dims <= checked[-1][0]:
            raise ValueError(
                f"dimensions should rise from stage to stage, but {checked[-1]} is followed by {(dims, size)}"
            )
        if checked and size > checked[-1][1]:
            raise ValueError(f"a shortlist cannot grow, but {checked[-1]} is followed by {(dims, size)}")
        checked.append((dims, size))
    return tuple(checked)
