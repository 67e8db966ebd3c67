"""The look-up of rough scores and the decoding of `residual_steps.py` on vector instructions.

A look-up is one load and one maximum a token. LLVM's vector of 32 bytes is one register of AVX2 and AVX-512, and two of
NEON. Decoding chooses among the levels' values by comparing bit after bit, for 16 numbers at once.
"""

from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.llvm import spread
from labkit.kernels.residual_steps import GROUP

_Llvm = Any  # llvmlite and numba carry no types

_i16, _i32, _i64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_bytes = ir.VectorType(ir.IntType(8), GROUP)
_wide = ir.VectorType(_i32, GROUP)
_AT_ONCE = 4  # tokens, with two running maxima, so that one need not wait for the other


@intrinsic
def largest_bytes(typing: _Llvm, table: _Llvm, row_bytes: _Llvm, codes: _Llvm, count: _Llvm) -> _Llvm:
    """The sum over GROUP columns of the largest byte in the rows `codes` (uint16) of a table; 0 if `count` is 0."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        table, row_bytes, codes, count = arguments
        maximum = cgutils.get_or_insert_function(b.module, ir.FunctionType(_bytes, [_bytes, _bytes]), "llvm.umax.v32i8")
        best = [cgutils.alloca_once_value(b, ir.Constant(_bytes, [0] * GROUP)) for _ in range(2)]
        for place in best:  # alloca_once_value stores at the function's entry only, this may be in a loop
            b.store(ir.Constant(_bytes, [0] * GROUP), place)
        numbers = b.inttoptr(codes, _i16.as_pointer())

        def look_up(i: _Llvm, place: _Llvm) -> None:
            row = b.add(table, b.mul(b.zext(b.load(b.gep(numbers, [i]), align=2), _i64), row_bytes))
            found = b.load(b.inttoptr(row, _bytes.as_pointer()), align=1)
            b.store(b.call(maximum, [b.load(place), found]), place)

        fours = b.udiv(count, ir.Constant(_i64, _AT_ONCE))
        with cgutils.for_range(b, fours) as loop:
            first = b.mul(loop.index, ir.Constant(_i64, _AT_ONCE))
            for part in range(_AT_ONCE):
                look_up(b.add(first, ir.Constant(_i64, part)), best[part % 2])
        done = b.mul(fours, ir.Constant(_i64, _AT_ONCE))
        with cgutils.for_range(b, b.sub(count, done)) as loop:
            look_up(b.add(done, loop.index), best[0])
        largest = b.call(maximum, [b.load(best[0]), b.load(best[1])])
        add = cgutils.get_or_insert_function(b.module, ir.FunctionType(_i32, [_wide]), "llvm.vector.reduce.add.v32i32")
        return b.zext(b.call(add, [b.zext(largest, _wide)]), _i64)

    return int64(int64, int64, int64, int64), generate


BLOCK = 16  # numbers decoded at once
_numbers = ir.VectorType(ir.FloatType(), BLOCK)
_levels, _integers = ir.VectorType(ir.IntType(8), BLOCK), ir.VectorType(_i32, BLOCK)


def decoder(nbits: int) -> Any:  # noqa: ANN401 - numba carries no types
    """An intrinsic that decodes BLOCK numbers: out = centroid + values[level].

    Its arguments: addresses of the centroid's numbers, of the bytes with their levels, of the 2 ** nbits values, how many
    bits to shift the bytes, and where the numbers go.
    """

    @intrinsic
    def decode_block(typing: _Llvm, centroid: _Llvm, levels: _Llvm, values: _Llvm, shift: _Llvm, out: _Llvm) -> _Llvm:
        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            centroid, levels, values, shift, out = arguments
            packed = b.zext(b.load(b.inttoptr(levels, _levels.as_pointer()), align=1), _integers)
            shifted = b.lshr(packed, spread(b, b.trunc(shift, _i32), _integers))
            places = b.inttoptr(values, ir.FloatType().as_pointer())
            left = [
                spread(b, b.load(b.gep(places, [ir.Constant(_i64, i)]), align=4), _numbers) for i in range(2**nbits)
            ]
            for bit in range(nbits):
                ones = b.and_(shifted, ir.Constant(_integers, [1 << bit] * BLOCK))
                is_set = b.icmp_unsigned("!=", ones, ir.Constant(_integers, [0] * BLOCK))
                left = [b.select(is_set, high, low) for low, high in zip(left[::2], left[1::2], strict=True)]
            numbers = b.load(b.inttoptr(centroid, _numbers.as_pointer()), align=4)
            b.store(b.fadd(numbers, left[0]), b.inttoptr(out, _numbers.as_pointer()), align=4)
            return context.get_dummy_value()

        return types.void(*[int64] * 5), generate

    return decode_block
