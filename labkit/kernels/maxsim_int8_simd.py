"""The kernel of `maxsim_int8.py` again, for CPUs with AVX-512 VNNI (`int8_ir.py`). It gives the same answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import float32, float64, int8, int64, njit, types, uint8
from numba.extending import intrinsic
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.int8_ir import LANES, ROWS, VECTORS, WIDTH, tile_sums
from labkit.kernels.maxsim_ir import keep_largest
from labkit.kernels.maxsim_simd import groups, laid_out, raise_by

_Llvm = Any  # llvmlite and numba carry no types

Codes = NDArray[np.uint8]
Int8 = NDArray[np.int8]
Ids = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

_vector = ir.VectorType(ir.IntType(32), WIDTH)
_LOWEST = np.int32(np.iinfo(np.int32).min)


def largest(rows: int, vectors: int) -> Any:  # noqa: ANN401 - numba carries no types
    """As `maxsim_ir.largest`, for uint8 tokens and int8 query tokens packed `(fours, lanes, 4)`, into int32."""

    @intrinsic
    def raise_best(typing: _Llvm, row: _Llvm, row_bytes: _Llvm, packed: _Llvm, fours: _Llvm, best: _Llvm) -> _Llvm:
        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            row, row_bytes, packed, fours, best = arguments
            sums = tile_sums(b, row, row_bytes, packed, fours, rows, vectors, fetch_next=True)
            keep_largest(b, sums, best, _vector, lambda new, old: b.icmp_signed(">", new, old))
            return context.get_dummy_value()

        return types.void(*[int64] * 5), generate

    return raise_best


raise_wide = raise_by("raise_wide_int8", ROWS, *(largest(rows, VECTORS) for rows in (ROWS, ROWS // 2, 1)))
raise_slim = raise_by("raise_slim_int8", ROWS, *(largest(rows, 1) for rows in (ROWS, ROWS // 2, 1)))


@njit(inline="never")
def document_score(tokens: int, row_bytes: int, count: int, packed: int, scale: Float64) -> np.float32:
    """MaxSim of a query packed as by `pack` and `count` tokens of a document; -inf if there are none.

    Args:
        tokens: address of the document's first token.
        row_bytes: from one token to the next, a multiple of four.
        count: tokens of the document.
        packed: address of the query's tokens.
        scale: what `maxsim_int8.scales` says of each, `(t, 3)`.
    """
    if count == 0:
        return np.float32(-np.inf)
    best = np.empty(LANES, np.int32)
    place, total, done = best.ctypes.data, 0.0, 0
    while done < len(scale):
        best[:] = _LOWEST
        if len(scale) - done > LANES - WIDTH:
            raise_wide(tokens, row_bytes, count, packed + done * row_bytes, row_bytes // 4, place)
            lanes = LANES
        else:
            raise_slim(tokens, row_bytes, count, packed + done * row_bytes, row_bytes // 4, place)
            lanes = WIDTH
        for z in range(min(lanes, len(scale) - done)):
            total += scale[done + z, 0] * (best[z] - scale[done + z, 1]) + scale[done + z, 2]
        done += lanes
    return np.float32(total) + np.float32(0)


@kernel(
    types.void(
        array(uint8, 2),
        array(int64, 1),
        array(int8, 1),
        array(int64, 1),
        array(int64, 1),
        array(float64, 2),
        array(int64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    ),
    variant="vnni",
)
def score(
    codes: Codes,
    offsets: Ids,
    packed: Int8,
    places: Ids,
    query_offsets: Ids,
    scale: Float64,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """As `maxsim_int8.score`; query `q` lies at number `places[q]` of `packed`."""
    d, m = codes.shape[1], ids.shape[1]
    x, p = codes.ctypes.data, packed.ctypes.data
    for pair in range(start, stop):
        q, c = pair // m, pair % m
        i = ids[q, c]
        if i < 0:
            out[q, c] = -np.inf
        else:
            first, count = offsets[i], offsets[i + 1] - offsets[i]
            of_query = scale[query_offsets[q] : query_offsets[q + 1]]
            out[q, c] = document_score(x + first * d, d, count, p + places[q], of_query)


def pack(queries: Sequence[Int8]) -> tuple[Int8, Ids]:
    """The levels of queries `(t, d)` for `score`, each group packed `(d / 4, lanes, 4)`, and where each query begins."""
    packed = [
        [group.reshape(len(group), -1, 4).transpose(1, 0, 2) for group in groups(query, WIDTH, LANES)]
        for query in queries
    ]
    return laid_out(packed, np.int8)
