"""Exact top-k: divides the work among threads and chooses the kernel. All choices give the same answer."""

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import threads as parts
from labkit.kernels.topk import merge

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
    ranges = parts.split(len(vectors), vectors.nbytes // max(1, len(vectors)) * max(1, nq), threads)
    scores = np.full((len(ranges), nq, k), -np.inf, np.float32)
    ids = np.full((len(ranges), nq, k), -1, np.int64)
    if not k or not nq:
        return scores[0], ids[0]
    wide = queries.astype(np.float64)
    if not settings.simd_allowed():
        from labkit.kernels import dot

        parts.run(lambda part, start, stop: dot.scan(vectors, wide, start, stop, scores[part], ids[part]), ranges)
        return merge(scores, ids)

    from labkit.kernels import simd

    # A tile always does the work of LANES queries: a few left over are cheaper one by one.
    rest = nq % simd.LANES
    packed = simd.pack(queries[: nq - rest] if rest <= simd.LANES // 4 else queries)
    margins = simd.margin(queries, longest)

    def job(part: int, start: int, stop: int) -> None:
        simd.scan(vectors, queries, wide, packed, margins, start, stop, scores[part], ids[part])

    parts.run(job, ranges)
    return merge(scores, ids)


def best_of(vectors: Float32, queries: Float32, candidates: Ids, k: int, threads: int) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's own candidates `(nq, m)`, with `k` at most m."""
    nq, m = candidates.shape
    scores = np.full((nq, k), -np.inf, np.float32)
    ids = np.full((nq, k), -1, np.int64)
    if k and nq:
        if settings.simd_allowed():
            from labkit.kernels.simd import refine
        else:
            from labkit.kernels.dot import refine
        wide = queries.astype(np.float64)

        def job(part: int, start: int, stop: int) -> None:
            refine(vectors, wide[start:stop], candidates[start:stop], scores[start:stop], ids[start:stop])

        parts.run(job, parts.split(nq, m * vectors.shape[1] * vectors.itemsize, threads))
    return scores, ids
