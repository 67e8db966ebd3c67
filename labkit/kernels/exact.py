"""Exact top-k: divides the work among threads and chooses the kernel. All choices give the same answer."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import threads as parts
from labkit.kernels.topk import EMPTY, MOST_DOCUMENTS, Keys, best_first

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]


def top(vectors: Float32, queries: Float32, k: int, threads: int, longest: float) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k rows with the largest inner product, best first, ties by the smaller id.

    Args:
        vectors: `(n, d)`.
        queries: `(nq, d)`.
        k: at most n.
        threads: at most so many.
        longest: no row is longer than this.
    """
    nq = len(queries)
    if len(vectors) > MOST_DOCUMENTS:
        raise ValueError(f"an index holds at most {MOST_DOCUMENTS:,} documents, but there are {len(vectors):,}")
    ranges = parts.split(len(vectors), vectors.shape[1] * vectors.itemsize * max(1, nq), threads)
    keys = np.full((len(ranges), nq, k), EMPTY)
    if k and nq:
        parts.run(_scan_job(vectors, queries, keys, longest), ranges)
    return best_first(keys)


def _scan_job(vectors: Float32, queries: Float32, keys: Keys, longest: float) -> Callable[[int, int, int], None]:
    wide = queries.astype(np.float64)
    if not settings.simd_allowed():
        from labkit.kernels import dot

        return lambda part, start, stop: dot.scan(vectors, wide, start, stop, keys[part])

    from labkit.kernels import simd

    # A tile always does the work of LANES queries: a few left over are cheaper one by one.
    rest = len(queries) % simd.LANES
    packed = simd.pack(queries[: len(queries) - rest] if rest <= simd.LANES // 4 else queries)
    margins = simd.margin(queries, longest)
    return lambda part, start, stop: simd.scan(vectors, queries, wide, packed, margins, start, stop, keys[part])


def best_of(vectors: Float32, queries: Float32, candidates: Ids, k: int, threads: int) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's own candidates `(nq, m)`, with `k` at most m."""
    nq, m = candidates.shape
    keys = np.full((1, nq, k), EMPTY)
    if k and nq:
        if settings.simd_allowed():
            from labkit.kernels.simd import refine
        else:
            from labkit.kernels.dot import refine
        wide = queries.astype(np.float64)

        def job(part: int, start: int, stop: int) -> None:
            refine(vectors, wide[start:stop], candidates[start:stop], keys[0, start:stop])

        parts.run(job, parts.split(nq, m * vectors.shape[1] * vectors.itemsize, threads))
    return best_first(keys)
