"""Vector instructions that multiply whole numbers, inserted as LLVM intrinsics (see `vector_ir.py`).

AVX-512's VPDPBUSD multiplies 64 unsigned by 64 signed bytes and adds each four products to one of 16 running sums.
AVX2's VPMADDWD does it with 16 pairs of 16-bit numbers; so there a panel's numbers are two bytes wide, and the sums are
added with one more instruction. `shapes.WholeShape` tells the two apart.

Documents are made unsigned by adding 128, which is the same as flipping their highest bit; that adds 128 * (sum of the
query) to each score, the same for all documents.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, int64
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels import shapes
from labkit.kernels.llvm import load, number, spread
from labkit.kernels.vector_ir import fetch

_Llvm = Any  # llvmlite and numba carry no types

WHOLE = shapes.WHOLE or shapes.VPMADDWD  # where there is none, nothing below is called
ROWS, VECTORS, WIDTH, LANES = WHOLE.rows, WHOLE.vectors, WHOLE.width, WHOLE.lanes
SIZE, TOGETHER = WHOLE.size, WHOLE.together
REGISTER = 4 * WIDTH  # bytes

ROW_NUMBER, QUERY_NUMBER = (from_dtype(np.dtype(one)) for one in (WHOLE.row_type, WHOLE.query_type))

_i8, _i16, _i32, _i64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
SUMS, BYTES = ir.VectorType(_i32, WIDTH), ir.VectorType(_i8, REGISTER)
WORDS = ir.VectorType(_i16, REGISTER // 2)


def available() -> bool:
    """Whether this CPU has one of the instructions, and `LABKIT_SIMD` does not name a set without them."""
    return shapes.WHOLE is not None


def add_products(b: _Llvm, place: _Llvm, row: _Llvm, query: _Llvm) -> None:
    """Multiply two registers of numbers, and add the products of each lane to the sums at `place`."""
    if WHOLE is shapes.VPDPBUSD:
        kind = ir.FunctionType(SUMS, [SUMS, BYTES, BYTES])
        function = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx512.vpdpbusd.512")
        total = b.call(function, [b.load(place), b.bitcast(row, BYTES), b.bitcast(query, BYTES)])
    else:
        kind = ir.FunctionType(SUMS, [WORDS, WORDS])
        function = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx2.pmadd.wd")
        total = b.add(b.load(place), b.call(function, [b.bitcast(row, WORDS), b.bitcast(query, WORDS)]))
    b.store(total, place)


def widened(b: _Llvm, numbers: _Llvm) -> _Llvm:
    """A vector of unsigned bytes as ROW_NUMBERs."""
    return numbers if SIZE == 1 else b.zext(numbers, ir.VectorType(_i16, numbers.type.count))


def zeros(builder: _Llvm, count: int) -> list[_Llvm]:
    """Places for so many registers of sums, which are 0."""
    places = [cgutils.alloca_once(builder, SUMS) for _ in range(count)]
    for place in places:
        builder.store(ir.Constant(SUMS, [0] * WIDTH), place)
    return places


def tile_sums(
    b: _Llvm,
    rows: _Llvm,
    row_bytes: _Llvm,
    queries: _Llvm,
    fours: _Llvm,
    height: int,
    vectors: int,
    *,
    fetch_next: bool = False,
    soon: _Llvm = None,
) -> list[list[_Llvm]]:
    """Where the products of `height` rows and `vectors` registers of queries have been summed up.

    The queries are packed `(fours, lanes, TOGETHER)`; the rows are unsigned and hold 4 * `fours` bytes. `fetch_next` is as
    in `vector_ir.tile_sums`; what it asks for can be other rows, from the address `soon` on.
    """
    sums = [zeros(b, vectors) for _ in range(height)]
    places = [b.add(rows, b.mul(row_bytes, number(r))) for r in range(height)]

    def add(j: _Llvm) -> None:
        first, at = b.add(queries, b.mul(j, number(REGISTER * vectors))), b.mul(j, number(4))
        packed = [load(b, b.add(first, number(REGISTER * v)), SUMS) for v in range(vectors)]
        for place, row_sums in zip(places, sums, strict=True):
            four = load(b, b.add(place, at), _i32)
            of_row = spread(b, four, SUMS)
            for vector, total in zip(packed, row_sums, strict=True):
                add_products(b, total, of_row, vector)

    # LLVM adds up the products of an unrolled loop before it adds them to the sums, and AVX2's 16 registers do not hold both.
    unrolled = 4 if WHOLE is shapes.VPDPBUSD else 1
    blocks, after = b.udiv(fours, number(unrolled)), soon or b.add(rows, b.mul(row_bytes, number(height)))
    ahead = ROWS * 4 * unrolled if fetch_next else 0  # bytes
    with cgutils.for_range(b, blocks) as loop:
        for line in range(0, ahead, 64):
            fetch(b, b.add(after, b.add(b.mul(loop.index, number(ahead)), number(line))))
        for part in range(unrolled):
            add(b.add(b.mul(loop.index, number(unrolled)), number(part)))
    done = b.mul(blocks, number(unrolled))
    with cgutils.for_range(b, b.sub(fours, done)) as loop:
        add(b.add(done, loop.index))
    return sums


@intrinsic
def tile(
    typing: _Llvm, rows: _Llvm, row_bytes: _Llvm, queries: _Llvm, fours: _Llvm, floor: _Llvm, out: _Llvm, soon: _Llvm
) -> _Llvm:
    """Products of ROWS rows and LANES queries packed `(fours, LANES, TOGETHER)` into `out`; bit z is set if one beats floor[z]."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, queries, fours, floor, out, soon = arguments
        sums = tile_sums(b, rows, row_bytes, queries, fours, ROWS, VECTORS, fetch_next=True, soon=soon)
        mask = number(0)
        for v in range(VECTORS):
            limit, beaten = load(b, b.add(floor, number(REGISTER * v)), SUMS), None
            for r in range(ROWS):
                value = b.load(sums[r][v])
                b.store(value, b.inttoptr(b.add(out, number(4 * LANES * r + REGISTER * v)), SUMS.as_pointer()), align=4)
                above = b.icmp_signed(">", value, limit)
                beaten = above if beaten is None else b.or_(beaten, above)
            bits = b.zext(b.bitcast(beaten, ir.IntType(WIDTH)), _i64)
            mask = b.or_(mask, b.shl(bits, number(v * WIDTH)))
        return mask

    return int64(*[int64] * 7), generate
