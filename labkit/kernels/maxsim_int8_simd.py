"""The kernel of `maxsim_int8.py` again, on the instructions of `int8_ir.py`. It gives the same answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import float32, float64, int64, njit, types, uint8
from numba.extending import intrinsic
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.int8_ir import (
    LANES,
    QUERY_NUMBER,
    ROW_NUMBER,
    ROWS,
    SIZE,
    TOGETHER,
    VECTORS,
    WHOLE,
    WIDTH,
    tile_sums,
)
from labkit.kernels.int8_rows_ir import widen
from labkit.kernels.maxsim_ir import keep_largest
from labkit.kernels.maxsim_simd import groups, laid_out, raise_by

_Llvm = Any  # llvmlite and numba carry no types

Codes = NDArray[np.uint8]
Int8 = NDArray[np.int8]
Numbers = NDArray[np.integer[Any]]
Int32 = NDArray[np.int32]
Ids = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

_vector = ir.VectorType(ir.IntType(32), WIDTH)
_LOWEST = np.int32(np.iinfo(np.int32).min)
_BLOCK = 48  # tokens that are made wide at once; they stay in the level-1 cache


def largest(rows: int, vectors: int) -> Any:  # noqa: ANN401 - numba carries no types
    """As `maxsim_ir.largest`, for tokens of ROW_NUMBERs and query tokens packed `(fours, lanes, TOGETHER)`, into int32."""

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


@njit
def _raise_all(tokens: int, row_bytes: int, count: int, packed: int, query_tokens: int, best: int) -> None:
    """Raise `best`, the address of the largest products with each query token, to those with `count` more tokens."""
    done = 0
    while done < query_tokens:
        query, place = packed + done * row_bytes, best + done * 4
        if query_tokens - done > LANES - WIDTH:
            raise_wide(tokens, row_bytes, count, query, row_bytes // 4, place)
            done += LANES
        else:
            raise_slim(tokens, row_bytes, count, query, row_bytes // 4, place)
            done += WIDTH


@njit(inline="never")
def document_score(tokens: int, d: int, count: int, packed: int, scale: Float64, best: Int32, room: int) -> np.float32:
    """MaxSim of a query packed as by `pack` and `count` tokens of a document; -inf if there are none.

    Args:
        tokens: address of the document's first token.
        d: bytes of a token, a multiple of four.
        count: tokens of the document.
        packed: address of the query's tokens.
        scale: what `maxsim_int8.scales` says of each, `(t, 3)`.
        best: room for the largest products, `(t + LANES,)` or more.
        room: address of _BLOCK tokens of two bytes a number, for CPUs that want them so.
    """
    if count == 0:
        return np.float32(-np.inf)
    best[:] = _LOWEST
    if SIZE == 1:
        _raise_all(tokens, d, count, packed, len(scale), best.ctypes.data)
    else:
        for first in range(0, count, _BLOCK):
            some = min(_BLOCK, count - first)
            widen(tokens + first * d, some * d, 0, room)
            _raise_all(room, d * SIZE, some, packed, len(scale), best.ctypes.data)
    total = 0.0
    for z in range(len(scale)):
        total += scale[z, 0] * (best[z] - scale[z, 1]) + scale[z, 2]
    return np.float32(total) + np.float32(0)


@kernel(
    types.void(
        array(uint8, 2),
        array(int64, 1),
        array(QUERY_NUMBER, 1),
        array(int64, 1),
        array(int64, 1),
        array(float64, 2),
        array(int64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    ),
    variant=WHOLE.name,
)
def score(
    codes: Codes,
    offsets: Ids,
    packed: Numbers,
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
    longest = 0
    for q in range(len(query_offsets) - 1):
        longest = max(longest, query_offsets[q + 1] - query_offsets[q])
    best, room = np.empty(longest + LANES, np.int32), np.empty(_BLOCK * d if SIZE > 1 else 0, ROW_NUMBER)
    for pair in range(start, stop):
        q, c = pair // m, pair % m
        i = ids[q, c]
        if i < 0:
            out[q, c] = -np.inf
        else:
            first, count = offsets[i], offsets[i + 1] - offsets[i]
            asked = p + places[q] * SIZE
            of_query = scale[query_offsets[q] : query_offsets[q + 1]]
            out[q, c] = document_score(x + first * d, d, count, asked, of_query, best, room.ctypes.data)


def pack(queries: Sequence[Int8]) -> tuple[Numbers, Ids]:
    """The levels of queries `(t, d)` for `score`, each group packed `(d / TOGETHER, lanes, TOGETHER)`, and where each begins."""
    packed: list[list[Numbers]] = [
        [
            group.astype(WHOLE.query_type).reshape(len(group), -1, TOGETHER).transpose(1, 0, 2)
            for group in groups(query, WIDTH, LANES)
        ]
        for query in queries
    ]
    return laid_out(packed, WHOLE.query_type)
