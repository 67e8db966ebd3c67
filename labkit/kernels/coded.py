"""Top-k over int8 and binary codes with scores: divides the work among threads and chooses the kernel."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import int8
from labkit.kernels import threads as parts
from labkit.kernels.topk import EMPTY, MOST_DOCUMENTS, Keys, best_first

Int8 = NDArray[np.int8]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Ids = NDArray[np.int64]


def best_products(codes: Int8, queries: Int8, k: int, threads: int) -> tuple[NDArray[np.int32], Ids]:
    """Inner products and ids `(nq, k)` of the k rows with the largest one, best first, ties by the smaller id.

    Args:
        codes: `(n, d)`, `d` at most 65,536.
        queries: `(nq, d)`, none of them -128.
        k: at most n.
        threads: at most so many.
    """
    nq = len(queries)
    if len(codes) > MOST_DOCUMENTS:
        raise ValueError(f"an index holds at most {MOST_DOCUMENTS:,} documents, but there are {len(codes):,}")
    ranges = parts.split(len(codes), codes.shape[1] * max(1, nq), threads)
    keys = np.full((len(ranges), nq, k), EMPTY)
    if k and nq:
        parts.run(_scan_job(codes, queries, keys), ranges)
    together = np.sort(keys.transpose(1, 0, 2).reshape(nq, len(ranges) * k), axis=1)[:, ::-1][:, :k]
    return (together >> 32).astype(np.int32), MOST_DOCUMENTS - (together & MOST_DOCUMENTS)


def _scan_job(codes: Int8, queries: Int8, keys: Keys) -> Callable[[int, int, int], None]:
    if settings.simd_allowed():
        from labkit.kernels import int8_ir

        if int8_ir.available():
            from labkit.kernels import int8_simd as simd

            # A tile always does the work of LANES queries: a few left over are cheaper one by one.
            rest = len(queries) % int8_ir.LANES
            tiled = queries[: len(queries) - rest] if rest <= int8_ir.LANES // 4 else queries
            packed, filled = simd.pack(tiled), simd.fill(queries)
            shifts = 128 * queries.sum(axis=1, dtype=np.int64)
            return lambda part, start, stop: simd.scan(codes, filled, packed, shifts, start, stop, keys[part])
    return lambda part, start, stop: int8.scan(codes, queries, start, stop, keys[part])


def best_of_int8(
    codes: Int8, queries: Float64, constants: Float64, candidates: Ids, k: int, threads: int
) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's candidates `(nq, m)`: float queries, int8 documents."""

    def job(rows: slice, keys: Keys) -> None:
        int8.refine(codes, queries[rows], constants[rows], candidates[rows], keys)

    return _refined(job, candidates, k, codes.shape[1], threads)


def best_of_bits(
    codes: NDArray[np.uint8], queries: Float64, candidates: Ids, k: int, threads: int
) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's candidates `(nq, m)`: float queries, binary documents."""
    from labkit.kernels import bits

    def job(rows: slice, keys: Keys) -> None:
        bits.refine(codes, queries[rows], candidates[rows], keys)

    return _refined(job, candidates, k, codes.shape[1], threads)


def _refined(
    job: Callable[[slice, Keys], None], candidates: Ids, k: int, row_bytes: int, threads: int
) -> tuple[Float32, Ids]:
    nq, m = candidates.shape
    keys = np.full((1, nq, k), EMPTY)
    if k and nq:
        ranges = parts.split(nq, m * row_bytes, threads)
        parts.run(lambda part, start, stop: job(slice(start, stop), keys[0, start:stop]), ranges)
    return best_first(keys)
