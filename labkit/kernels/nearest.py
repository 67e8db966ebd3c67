"""Hamming top-k: divides the work among threads and chooses the kernel. All choices give the same answer."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import threads as parts
from labkit.kernels.counting import Tally, nearest_first
from labkit.kernels.topk import MOST_DOCUMENTS

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Distances = NDArray[np.int32]
Ids = NDArray[np.int64]

_MOST_BITS = (1 << 16) - 64  # the vector kernel holds distances in 16 bits
_MOST_QUERIES = 128  # at once; more would not make better use of the cache, and their counters take memory


def nearest(codes: Codes, queries: Words, k: int, threads: int) -> tuple[Distances, Ids]:
    """Distances and ids `(nq, k)` of the k codes with the fewest differing bits, nearest first, ties by the smaller id.

    Args:
        codes: `(n, bytes)`, C-contiguous; read once from start to end.
        queries: `(nq, words)`: their bytes in words of eight, filled up with 0.
        k: at most n.
        threads: at most so many.
    """
    if len(codes) > MOST_DOCUMENTS:
        raise ValueError(f"an index holds at most {MOST_DOCUMENTS:,} documents, but there are {len(codes):,}")
    nq = len(queries)
    if 0 < nq <= _MOST_QUERIES and k:
        return _nearest(codes, queries, k, threads)
    distances, ids = np.full((nq, k), -1, np.int32), np.full((nq, k), -1, np.int64)
    for first in range(0, nq if k else 0, _MOST_QUERIES):
        group = slice(first, first + _MOST_QUERIES)
        distances[group], ids[group] = _nearest(codes, queries[group], k, threads)
    return distances, ids


def _nearest(codes: Codes, queries: Words, k: int, threads: int) -> tuple[Distances, Ids]:
    nq = len(queries)
    ranges = parts.split(len(codes), codes.shape[1] * nq, threads)
    tallies = [Tally(nq, min(k, max(1, stop - start)), 64 * queries.shape[1]) for start, stop in ranges]
    parts.run(_job(codes, queries, tallies), ranges)
    return nearest_first([tally.keys for tally in tallies], k)


def _job(codes: Codes, queries: Words, tallies: list[Tally]) -> Callable[[int, int, int], None]:
    if not settings.simd_allowed() or 64 * queries.shape[1] > _MOST_BITS:
        from labkit.kernels import hamming

        return lambda part, start, stop: hamming.scan(codes, queries, start, stop, *tallies[part].arrays())

    from labkit.kernels import hamming_rows as rows
    from labkit.kernels.shapes import SHAPE

    filled, mask = rows.fill(queries, codes.shape[1])
    if len(queries) == 1:
        return lambda part, start, stop: rows.scan(codes, filled, mask, start, stop, *tallies[part].arrays())
    if SHAPE.name == "avx2":
        from labkit.kernels import hamming_lookup as lookup
        from labkit.kernels.hamming_lookup_ir import QUERIES as TOGETHER

        tables = lookup.pack(_for_tiles(queries, TOGETHER), codes.shape[1])
        return lambda part, start, stop: lookup.scan(codes, filled, mask, tables, start, stop, *tallies[part].arrays())

    from labkit.kernels import hamming_simd as simd
    from labkit.kernels.hamming_layout import pack
    from labkit.kernels.hamming_tile_ir import QUERIES

    packed = pack(_for_tiles(queries, QUERIES))
    return lambda part, start, stop: simd.scan(codes, filled, mask, packed, start, stop, *tallies[part].arrays())


def _for_tiles(queries: Words, together: int) -> Words:
    """The first queries, for which turning the rows pays off; a few left over are cheaper one by one."""
    rest = len(queries) % together
    return queries[: len(queries) - rest] if rest <= together // 4 else queries
