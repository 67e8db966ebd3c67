"""The same search among ever more vectors: the exact hits, the recall of a shortlist, the time of each stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k
from labkit.search.binary import BinaryIndex
from labkit.search.hits import Hits

_BLOCK = 50_000
_CACHES = 96_000_000  # bytes read to push everything else out of the processor's caches


def exact_by_size(vectors: Vectors, queries: ArrayLike, k: int, sizes: Sequence[int]) -> dict[int, Hits]:
    """The exact search's hits among the first n vectors, for every n in `sizes`; the vectors are read once.

    A memory map never has more than a block of 50,000 rows looked at.

    Args:
        vectors: `(n, d)` float32.
        queries: `(nq, d)`.
        k: hits of a query.
        sizes: rising numbers of vectors.

    Raises:
        ValueError: if the sizes do not rise from `k` or more to at most the number of vectors.

    Example:
        >>> eye = np.eye(4, dtype=np.float32)
        >>> {n: hits.ids.tolist() for n, hits in exact_by_size(eye, eye[3:], 1, [2, 4]).items()}
        {2: [[0]], 4: [[3]]}
    """
    from labkit.search.flat import FlatIndex

    k, asked = check_k(k), as_vectors(queries, dim=vectors.shape[1], name="queries")
    check_sizes(sizes, k, len(vectors))
    scores, ids = np.empty((len(asked), 0), np.float32), np.empty((len(asked), 0), np.int64)
    found, start = {}, 0
    for size in sizes:
        while start < size:
            stop = min(size, start + _BLOCK)
            hits = FlatIndex(vectors[start:stop]).search(asked, min(k, stop - start))
            scores, ids = np.hstack([scores, hits.scores]), np.hstack([ids, hits.ids + start])
            # Ids rise from left to right, so a stable sort leaves the smaller id first among equals.
            best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
            scores, ids = np.take_along_axis(scores, best, 1), np.take_along_axis(ids, best, 1)
            start = stop
        found[size] = Hits(ids.copy(), scores.copy())
    return found


def check_sizes(sizes: Sequence[int], smallest: int, largest: int) -> None:
    """Refuse sizes that do not rise, or lie outside."""
    rising = list(sizes) == sorted(set(sizes))
    if not len(sizes) or not rising or sizes[0] < smallest or sizes[-1] > largest:
        raise ValueError(f"sizes should rise from {smallest:,} or more to at most {largest:,}, but are {list(sizes)}")


def shortlist_recall(shortlist: Hits, exact: Hits, candidates: Sequence[int]) -> NDArray[np.float64]:
    """Share of each query's exact hits among its first c candidates, for every c: `(len(candidates), nq)`.

    What puts the candidates in order afterwards can find no more than these; full vectors find all of them.

    Raises:
        ValueError: if the two answer different numbers of queries, or a c exceeds the shortlist.

    Example:
        >>> a = Hits.from_lists([[(7, 0.9), (8, 0.8)]], k=2)
        >>> shortlist_recall(Hits.from_lists([[(8, 3.0), (1, 2.0), (7, 1.0)]], k=3), a, [1, 3]).tolist()
        [[0.5], [1.0]]
    """
    if len(shortlist) != len(exact):
        raise ValueError(f"the shortlist answers {len(shortlist)} queries, exact {len(exact)}; search the same queries")
    check_sizes(candidates, 1, shortlist.ids.shape[1])
    places = np.stack(
        [np.isin(row, best[best >= 0]) for row, best in zip(shortlist.ids, exact.ids, strict=True)]
    ).cumsum(axis=1)
    wanted = np.maximum(1, (exact.ids >= 0).sum(axis=1))
    return np.stack([places[:, c - 1] / wanted for c in candidates])


@dataclass(frozen=True)
class StageTimes:
    """How long one stage took for each query.

    Attributes:
        name: of the stage.
        nbytes: bytes of codes or vectors that it reads for one query.
        milliseconds: `(nq,)`.
    """

    name: str
    nbytes: float
    milliseconds: NDArray[np.float64]

    @property
    def median(self) -> float:
        """Milliseconds of the middle query."""
        return float(np.median(self.milliseconds))


def time_stages(
    codes: BinaryIndex, vectors: Vectors, queries: ArrayLike, candidates: int, k: int = 10, repeats: int = 3
) -> list[StageTimes]:
    """Milliseconds of the first pass and of the re-ranking, query by query, with empty processor caches.

    A million codes of 16 bytes fit into a large cache, a billion do not. So that the one tells about the other, other
    memory is read before each query until nothing of the codes is left in the caches. The file of vectors is expected
    to be in the computer's memory (`warm`).

    Args:
        codes: the first pass.
        vectors: `(n, d)` float32, the full rows.
        queries: `(nq, d)`.
        candidates: of the first pass.
        k: hits.
        repeats: each query is asked so often and its shortest time counts, which other programs disturb least.

    Raises:
        ValueError: if there are no queries, or something does not fit.
    """
    from labkit.search.rescorer import FloatRescorer

    asked, rescorer = as_vectors(queries, name="queries"), FloatRescorer(vectors, threads=codes.threads)
    if len(asked) == 0:
        raise ValueError("there are no queries to time")
    c = min(candidates, len(codes))
    rescorer.rescore(asked[:1], codes.search(asked[:1], c).ids, k)  # the first run of all compiles
    other = np.ones(_CACHES // 8)
    taken = np.full((2, len(asked)), np.inf)
    for _ in range(repeats):
        for i in range(len(asked)):
            other.sum()
            start = perf_counter()
            found = codes.search(asked[i : i + 1], c).ids
            middle = perf_counter()
            rescorer.rescore(asked[i : i + 1], found, k)
            taken[:, i] = np.minimum(taken[:, i], (middle - start, perf_counter() - middle))
    first, second = 1000 * taken
    return [
        StageTimes("first pass", float(codes.nbytes), first),
        StageTimes("re-ranking", c * rescorer.bytes_per_item, second),
    ]


def warm(vectors: Vectors) -> None:
    """Read a memory map once from start to end, so that its pages are in memory and mapped."""
    flat = vectors.reshape(-1)
    flat[:: 4096 // flat.itemsize].sum()
