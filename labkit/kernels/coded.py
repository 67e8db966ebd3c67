"""Top-k over int8, int4 and binary codes with scores: divides the work among threads and chooses the kernel."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import int8
from labkit.kernels import threads as parts
from labkit.kernels.topk import EMPTY, MOST_DOCUMENTS, Keys, best_first

Job = Callable[[int, int, int], None]
Scalar = TypeVar("Scalar", np.int8, np.float64)
Int8 = NDArray[np.int8]
UInt8 = NDArray[np.uint8]
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
    return _scanned(codes, len(queries), k, threads, lambda keys: _scan_job(codes, queries, keys))


def best_int4(codes: UInt8, queries: Int8, k: int, threads: int) -> tuple[NDArray[np.int32], Ids]:
    """As `best_products` for int4 codes `(n, ceil(d / 2))`, two levels in a byte, and queries `(nq, d)`."""
    from labkit.kernels import int4

    even, odd = _halves(queries, codes.shape[1])
    shifts = 8 * queries.sum(axis=1, dtype=np.int64)

    def job(keys: Keys) -> Job:
        fast = _fast_job(codes.view(np.int8), (even, odd), shifts, keys)
        return fast or (lambda part, start, stop: int4.scan(codes, even, odd, shifts, start, stop, keys[part]))

    return _scanned(codes, len(queries), k, threads, job)


def _halves(queries: NDArray[Scalar], width: int) -> tuple[NDArray[Scalar], NDArray[Scalar]]:
    """Even and odd dimensions of the queries, `(nq, width)` each; a dimension that fills the last byte is 0."""
    filled = np.pad(queries, ((0, 0), (0, 2 * width - queries.shape[1])))
    return np.ascontiguousarray(filled[:, 0::2]), np.ascontiguousarray(filled[:, 1::2])


def _scanned(
    codes: NDArray[np.integer], nq: int, k: int, threads: int, job_of: Callable[[Keys], Job]
) -> tuple[NDArray[np.int32], Ids]:
    if len(codes) > MOST_DOCUMENTS:
        raise ValueError(f"an index holds at most {MOST_DOCUMENTS:,} documents, but there are {len(codes):,}")
    ranges = parts.split(len(codes), codes.shape[1] * max(1, nq), threads)
    keys = np.full((len(ranges), nq, k), EMPTY)
    if k and nq:
        parts.run(job_of(keys), ranges)
    together = np.sort(keys.transpose(1, 0, 2).reshape(nq, len(ranges) * k), axis=1)[:, ::-1][:, :k]
    return (together >> 32).astype(np.int32), MOST_DOCUMENTS - (together & MOST_DOCUMENTS)


def _scan_job(codes: Int8, queries: Int8, keys: Keys) -> Job:
    shifts = 128 * queries.sum(axis=1, dtype=np.int64)
    fast = _fast_job(codes, (queries,), shifts, keys)
    return fast or (lambda part, start, stop: int8.scan(codes, queries, start, stop, keys[part]))


def _fast_job(codes: Int8, parts: tuple[Int8, ...], shifts: Ids, keys: Keys) -> Job | None:
    """The scan on the CPU's own instructions, if it has them; a byte of a code holds as many levels as there are parts."""
    from labkit.kernels import int8_ir

    if not settings.simd_allowed() or not int8_ir.available():
        return None
    from labkit.kernels import int8_simd as simd

    # A tile always does the work of LANES queries: a few left over are cheaper one by one.
    rest = len(shifts) % int8_ir.LANES
    tiled = len(shifts) - rest if rest <= int8_ir.LANES // 4 else len(shifts)
    packed, filled, per_byte = simd.pack(*(part[:tiled] for part in parts)), simd.fill(*parts), len(parts)
    return lambda part, start, stop: simd.scan(codes, filled, packed, shifts, per_byte, start, stop, keys[part])


def best_of_int8(
    codes: Int8, queries: Float64, constants: Float64, candidates: Ids, k: int, threads: int
) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's candidates `(nq, m)`: float queries, int8 documents."""

    def job(rows: slice, keys: Keys) -> None:
        int8.refine(codes, queries[rows], constants[rows], candidates[rows], keys)

    return _refined(job, candidates, k, codes.shape[1], threads)


def best_of_int4(
    codes: UInt8, queries: Float64, constants: Float64, candidates: Ids, k: int, threads: int
) -> tuple[Float32, Ids]:
    """As `best_of_int8` for int4 documents `(n, ceil(d / 2))`."""
    from labkit.kernels import int4

    even, odd = _halves(queries, codes.shape[1])

    def job(rows: slice, keys: Keys) -> None:
        int4.refine(codes, even[rows], odd[rows], constants[rows], candidates[rows], keys)

    return _refined(job, candidates, k, codes.shape[1], threads)


def best_of_bits(codes: UInt8, queries: Float64, candidates: Ids, k: int, threads: int) -> tuple[Float32, Ids]:
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
