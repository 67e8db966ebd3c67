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
from numba import from_dtype, int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels import shapes
from labkit.kernels.vector_ir import fetch

_Llvm = Any  # llvmlite and numba carry no types

SHAPE = shapes.WHOLE or shapes.VPMADDWD  # where there is none, nothing below is called
ROWS, VECTORS, WIDTH, LANES = SHAPE.rows, SHAPE.vectors, SHAPE.width, SHAPE.lanes
SIZE, TOGETHER = SHAPE.size, SHAPE.together
REGISTER = 4 * WIDTH  # bytes

ROW_NUMBER, QUERY_NUMBER = (from_dtype(np.dtype(one)) for one in (SHAPE.row_type, SHAPE.query_type))

_i8, _i16, _i32, _i64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_sums, _bytes = ir.VectorType(_i32, WIDTH), ir.VectorType(_i8, REGISTER)
_words = ir.VectorType(_i16, REGISTER // 2)


def available() -> bool:
    """Whether this CPU has one of the instructions, and `LABKIT_SIMD` does not name a set without them."""
    return shapes.WHOLE is not None


def _int(value: int) -> ir.Constant:
    return ir.Constant(_i64, value)


def _load(builder: _Llvm, address: _Llvm, kind: ir.Type) -> _Llvm:
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def _add_products(b: _Llvm, place: _Llvm, row: _Llvm, query: _Llvm) -> None:
    """Multiply two registers of numbers, and add the products of each lane to the sums at `place`."""
    if SHAPE is shapes.VPDPBUSD:
        kind = ir.FunctionType(_sums, [_sums, _bytes, _bytes])
        function = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx512.vpdpbusd.512")
        total = b.call(function, [b.load(place), b.bitcast(row, _bytes), b.bitcast(query, _bytes)])
    else:
        kind = ir.FunctionType(_sums, [_words, _words])
        function = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx2.pmadd.wd")
        total = b.add(b.load(place), b.call(function, [b.bitcast(row, _words), b.bitcast(query, _words)]))
    b.store(total, place)


def _zeros(builder: _Llvm, count: int) -> list[_Llvm]:
    places = [cgutils.alloca_once(builder, _sums) for _ in range(count)]
    for place in places:
        builder.store(ir.Constant(_sums, [0] * WIDTH), place)
    return places


@intrinsic
def widen(typing: _Llvm, numbers: _Llvm, count: _Llvm, flip: _Llvm, out: _Llvm) -> _Llvm:
    """Write `count` bytes from an address on, each XOR `flip`, as ROW_NUMBERs to another address."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        numbers, count, flip, out = arguments

        def copy(at: _Llvm, width: int) -> None:
            some, wide = ir.VectorType(_i8, width), ir.VectorType(ir.IntType(8 * SIZE), width)
            one = b.insert_element(ir.Constant(some, ir.Undefined), b.trunc(flip, _i8), ir.Constant(_i32, 0))
            flips = b.shuffle_vector(one, one, ir.Constant(ir.VectorType(_i32, width), [0] * width))
            flipped = b.xor(_load(b, b.add(numbers, at), some), flips)
            value = flipped if SIZE == 1 else b.zext(flipped, wide)
            b.store(value, b.inttoptr(b.add(out, b.mul(at, _int(SIZE))), wide.as_pointer()), align=1)

        blocks = b.lshr(count, _int(4))
        with cgutils.for_range(b, blocks) as loop:
            copy(b.mul(loop.index, _int(16)), 16)
        done = b.mul(blocks, _int(16))
        with cgutils.for_range(b, b.sub(count, done)) as loop:
            copy(b.add(done, loop.index), 1)
        return context.get_dummy_value()

    return types.void(*[int64] * 4), generate


@intrinsic
def row_product(typing: _Llvm, row: _Llvm, query: _Llvm, chunks: _Llvm) -> _Llvm:
    """The inner product of 64 * `chunks` bytes of a row, 128 added to each, and a query of QUERY_NUMBERs."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        row, query, chunks = arguments
        width = REGISTER // SIZE  # numbers in a register
        narrow = ir.VectorType(_i8, width)
        places, flip = _zeros(b, 4), ir.Constant(narrow, [-128] * width)

        def add(chunk: _Llvm, places: list[_Llvm]) -> None:
            here = b.add(row, b.mul(chunk, _int(64)))
            fetch(b, b.add(here, _int(4096)))
            for part in range(64 // width):
                at = b.add(b.mul(chunk, _int(64)), _int(width * part))
                numbers = b.xor(_load(b, b.add(row, at), narrow), flip)
                numbers = numbers if SIZE == 1 else b.zext(numbers, _words)
                asked = _load(b, b.add(query, b.mul(at, _int(SIZE))), _bytes)
                _add_products(b, places[part % len(places)], numbers, asked)

        fours = b.udiv(chunks, _int(4))
        with cgutils.for_range(b, fours) as loop:
            for part in range(4):
                add(b.add(b.mul(loop.index, _int(4)), _int(part)), places[part:] + places[:part])
        done = b.mul(fours, _int(4))
        with cgutils.for_range(b, b.sub(chunks, done)) as loop:
            add(b.add(done, loop.index), places)
        pairs = [b.add(b.load(places[0]), b.load(places[1])), b.add(b.load(places[2]), b.load(places[3]))]
        whole = b.add(*pairs)
        reduce = ir.FunctionType(_i32, [_sums])
        name = f"llvm.vector.reduce.add.v{WIDTH}i32"
        total = b.call(cgutils.get_or_insert_function(b.module, reduce, name), [whole])
        return b.sext(total, _i64)

    return int64(int64, int64, int64), generate


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
    sums = [_zeros(b, vectors) for _ in range(height)]
    places = [b.add(rows, b.mul(row_bytes, _int(r))) for r in range(height)]

    def add(j: _Llvm) -> None:
        first, at = b.add(queries, b.mul(j, _int(REGISTER * vectors))), b.mul(j, _int(4))
        packed = [_load(b, b.add(first, _int(REGISTER * v)), _sums) for v in range(vectors)]
        for place, row_sums in zip(places, sums, strict=True):
            four = _load(b, b.add(place, at), _i32)
            one = b.insert_element(ir.Constant(_sums, ir.Undefined), four, ir.Constant(_i32, 0))
            spread = b.shuffle_vector(one, one, ir.Constant(_sums, [0] * WIDTH))
            for vector, total in zip(packed, row_sums, strict=True):
                _add_products(b, total, spread, vector)

    # LLVM adds up the products of an unrolled loop before it adds them to the sums, and AVX2's 16 registers do not hold both.
    unrolled = 4 if SHAPE is shapes.VPDPBUSD else 1
    blocks, after = b.udiv(fours, _int(unrolled)), soon or b.add(rows, b.mul(row_bytes, _int(height)))
    ahead = ROWS * 4 * unrolled if fetch_next else 0  # bytes
    with cgutils.for_range(b, blocks) as loop:
        for line in range(0, ahead, 64):
            fetch(b, b.add(after, b.add(b.mul(loop.index, _int(ahead)), _int(line))))
        for part in range(unrolled):
            add(b.add(b.mul(loop.index, _int(unrolled)), _int(part)))
    done = b.mul(blocks, _int(unrolled))
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
        mask = _int(0)
        for v in range(VECTORS):
            limit, beaten = _load(b, b.add(floor, _int(REGISTER * v)), _sums), None
            for r in range(ROWS):
                value = b.load(sums[r][v])
                b.store(value, b.inttoptr(b.add(out, _int(4 * LANES * r + REGISTER * v)), _sums.as_pointer()), align=4)
                above = b.icmp_signed(">", value, limit)
                beaten = above if beaten is None else b.or_(beaten, above)
            bits = b.zext(b.bitcast(beaten, ir.IntType(WIDTH)), _i64)
            mask = b.or_(mask, b.shl(bits, _int(v * WIDTH)))
        return mask

    return int64(*[int64] * 7), generate
