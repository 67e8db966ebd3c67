"""The look-up of `residual_steps.rough_scores` on vector instructions: one load and one maximum a token.

LLVM's vector of 32 bytes is one register of AVX2 and AVX-512, and two of NEON.
"""

from typing import Any

from llvmlite import ir
from numba import int64
from numba.core import cgutils
from numba.extending import intrinsic

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
