"""MaxSim on int8 codes: the plain kernel, which defines the answer, and the choice between it and the fast one.

A document's token is kept as levels plus 128, so unsigned, filled up with 128 (level 0) to a multiple of four. A query's
token is kept as levels, with a step and a constant:

    similarity = step * (sum over j of query[j] * (document[j] - 128)) + constant

The sum is of whole numbers, hence exact. Adding 128 is what AVX-512's instruction wants (`int8_ir.py`), and it is the
same for all documents.
"""

from collections.abc import Sequence

import numpy as np
from numba import float32, float64, int8, int64, njit, types, uint8
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim import Job

Codes = NDArray[np.uint8]
Int8 = NDArray[np.int8]
Ids = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

_LOWEST = np.int32(np.iinfo(np.int32).min)


@njit
def product(token: Codes, query: Int8) -> np.int32:
    """The inner product of a document's token, 128 added to each level, and a query's token, both `(d,)`."""
    total = np.int32(0)
    for j in range(len(token)):
        total += np.int32(token[j]) * np.int32(query[j])
    return total


@kernel(
    types.void(
        array(uint8, 2),
        array(int64, 1),
        array(int8, 2),
        array(int64, 1),
        array(float64, 2),
        array(int64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    )
)
def score(
    codes: Codes,
    offsets: Ids,
    queries: Int8,
    query_offsets: Ids,
    scale: Float64,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """As `maxsim_plain.score`; `queries` `(query tokens, d)` are levels, `scale` is what `scales` says of each."""
    m = ids.shape[1]
    for pair in range(start, stop):
        q, c = pair // m, pair % m
        i = ids[q, c]
        total = -np.inf
        if i >= 0 and offsets[i] < offsets[i + 1]:
            total = 0.0
            for z in range(query_offsets[q], query_offsets[q + 1]):
                best = _LOWEST
                for t in range(offsets[i], offsets[i + 1]):
                    best = max(best, product(codes[t], queries[z]))
                total += scale[z, 0] * (best - scale[z, 1]) + scale[z, 2]
        out[q, c] = np.float32(total) + np.float32(0)  # -0.0 ties with 0.0


def scales(levels: Int8, steps: Float64, constants: Float64) -> Float64:
    """What makes a similarity of a product `(t, 3)`: step, 128 times the sum of the query token's levels, constant."""
    return np.stack([steps, 128.0 * levels.sum(axis=1, dtype=np.int64), constants], axis=1)


def score_job(
    codes: Codes, offsets: Ids, queries: Sequence[Int8], steps: Sequence[Float64], constants: Sequence[Float64]
) -> Job:
    """What scores a range of pairs of queries, whose levels are `(t, d)`, and documents.

    Args:
        codes: the tokens of all documents end to end, `(tokens, d)`, 128 added; `d` a multiple of four.
        offsets: where each document begins, `(n + 1,)`.
        queries: the levels of each query, none of them -128.
        steps: the step of each query's tokens, `(t,)`.
        constants: what is added to each query token's similarity, `(t,)`.
    """
    scale = [scales(*query) for query in zip(queries, steps, constants, strict=True)]
    together = np.concatenate(scale) if scale else np.empty((0, 3))
    query_offsets = np.cumsum([0, *(len(query) for query in queries)])
    if settings.simd_allowed():
        from labkit.kernels import int8_ir

        if int8_ir.available():
            from labkit.kernels import maxsim_int8_simd as simd

            packed, places = simd.pack(queries)
            return lambda ids, start, stop, out: simd.score(
                codes, offsets, packed, places, query_offsets, together, ids, start, stop, out
            )
    levels = np.concatenate(queries) if len(queries) else np.empty((0, codes.shape[1]), np.int8)
    return lambda ids, start, stop, out: score(codes, offsets, levels, query_offsets, together, ids, start, stop, out)
