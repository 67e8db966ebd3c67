"""The vector instructions of `residual_screen.py`: levels spread out as bytes, and the tile that multiplies them."""

from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels import int8_ir
from labkit.kernels.llvm import spread

_Llvm = Any  # llvmlite and numba carry no types

BLOCK = 16  # levels spread out at once
ROWS, LANES = int8_ir.ROWS, int8_ir.LANES

_i8, _i16, _i32, _i64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_levels, _words = ir.VectorType(_i8, BLOCK), ir.VectorType(_i16, BLOCK // 2)
_floats = ir.VectorType(ir.FloatType(), int8_ir.WIDTH)


@intrinsic
def spread_block(typing: _Llvm, packed: _Llvm, table: _Llvm, shift: _Llvm, mask: _Llvm, out: _Llvm) -> _Llvm:
    """Write BLOCK ROW_NUMBERs: what the levels of BLOCK packed bytes stand for.

    Its arguments: addresses of the packed bytes and of the 16 bytes that levels stand for; how many bits to shift, and
    the bits of a level that remain then; and where the numbers go. One instruction looks all of them up.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        packed, table, shift, mask, out = arguments
        numbers, values = (b.load(b.inttoptr(a, _levels.as_pointer()), align=1) for a in (packed, table))
        # Bytes have no shift of their own: eight words are shifted, and the mask drops what came from a neighbour.
        shifted = b.bitcast(b.lshr(b.bitcast(numbers, _words), spread(b, b.trunc(shift, _i16), _words)), _levels)
        wanted = b.and_(shifted, spread(b, b.trunc(mask, _i8), _levels))
        look_up = ir.FunctionType(_levels, [_levels] * 2)
        function = cgutils.get_or_insert_function(b.module, look_up, "llvm.x86.ssse3.pshuf.b.128")
        found = int8_ir.widened(b, b.call(function, [values, wanted]))
        b.store(found, b.inttoptr(out, found.type.as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(*[int64] * 5), generate


@intrinsic
def raise_best(
    typing: _Llvm,
    rows: _Llvm,
    row_bytes: _Llvm,
    packed: _Llvm,
    centroids: _Llvm,
    factors: _Llvm,
    scales: _Llvm,
    lanes: _Llvm,
    best: _Llvm,
) -> _Llvm:
    """Raise `best` `(LANES,)` to the rough similarities of ROWS tokens, where they exceed it.

    A similarity is `factor * centroid's + scale * (times * product + plus)`; `centroids` are the addresses of the rows of
    centroid scores, `lanes` `(2, LANES)` holds `times` and `plus`, and the query is packed `(row_bytes / 4, LANES, TOGETHER)`.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, packed, centroids, factors, scales, lanes, best = arguments
        vectors, fours = int8_ir.VECTORS, b.udiv(row_bytes, ir.Constant(_i64, 4))
        sums = int8_ir.tile_sums(b, rows, row_bytes, packed, fours, ROWS, vectors)
        times, plus = ([_vector(b, lanes, half * vectors + v) for v in range(vectors)] for half in range(2))
        similar = []
        for r, row_sums in enumerate(sums):
            factor, scale = (spread(b, _number(b, place, r, ir.FloatType()), _floats) for place in (factors, scales))
            centroid = _number(b, centroids, r, _i64)
            products = [b.sitofp(b.load(total), _floats) for total in row_sums]
            missed = [b.fmul(scale, b.fadd(b.fmul(products[v], times[v]), plus[v])) for v in range(vectors)]
            scores = [b.fadd(b.fmul(factor, _vector(b, centroid, v)), missed[v]) for v in range(vectors)]
            similar.append(scores)
        for v, column in enumerate(zip(*similar, strict=True)):
            value = _vector(b, best, v)
            for score in column:
                value = b.select(b.fcmp_ordered(">", score, value), score, value)
            b.store(value, b.gep(b.inttoptr(best, _floats.as_pointer()), [ir.Constant(_i64, v)]), align=4)
        return context.get_dummy_value()

    return types.void(*[int64] * 8), generate


def _vector(b: _Llvm, address: _Llvm, number: int) -> _Llvm:
    return b.load(b.gep(b.inttoptr(address, _floats.as_pointer()), [ir.Constant(_i64, number)]), align=4)


def _number(b: _Llvm, address: _Llvm, number: int, kind: ir.Type) -> _Llvm:
    return b.load(b.gep(b.inttoptr(address, kind.as_pointer()), [ir.Constant(_i64, number)]))
