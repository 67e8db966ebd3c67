"""The vector instruction of `int8_simd.py`: AVX-512's VPDPBUSD, inserted as an LLVM intrinsic (see `vector_ir.py`).

It multiplies 64 unsigned by 64 signed bytes and adds each four products to one of 16 running sums. Documents are made
unsigned by adding 128, which is the same as flipping their highest bit; that adds 128 * (sum of the query) to each
score, the same for all documents.
"""

import os
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import int64
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.vector_ir import fetch

_Llvm = Any  # llvmlite and numba carry no types

ROWS, VECTORS, WIDTH = 8, 2, 16
LANES = VECTORS * WIDTH  # queries in a tile

_i8, _i32, _i64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_sums, _bytes = ir.VectorType(_i32, WIDTH), ir.VectorType(_i8, 64)


def available() -> bool:
    """Whether this CPU has the instruction. `LABKIT_SIMD` set to the name of another set of instructions says no."""
    if llvmlite.binding.llvm_version_info[0] < 22:  # there the same intrinsic has other types
        return False
    if os.environ.get("LABKIT_SIMD", "") not in ("", "1", "avx512"):
        return False
    features = dict(llvmlite.binding.get_host_cpu_features())
    return bool(features.get("avx512vnni") and features.get("avx512bw"))


def _int(value: int) -> ir.Constant:
    return ir.Constant(_i64, value)


def _load(builder: _Llvm, address: _Llvm, kind: ir.Type) -> _Llvm:
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def _add_products(b: _Llvm, place: _Llvm, unsigned: _Llvm, signed: _Llvm) -> None:
    add = ir.FunctionType(_sums, [_sums, _bytes, _bytes])
    function = cgutils.get_or_insert_function(b.module, add, "llvm.x86.avx512.vpdpbusd.512")
    b.store(b.call(function, [b.load(place), b.bitcast(unsigned, _bytes), b.bitcast(signed, _bytes)]), place)


def _zeros(builder: _Llvm, count: int) -> list[_Llvm]:
    places = [cgutils.alloca_once(builder, _sums) for _ in range(count)]
    for place in places:
        builder.store(ir.Constant(_sums, [0] * WIDTH), place)
    return places


@intrinsic
def row_product(typing: _Llvm, row: _Llvm, query: _Llvm, chunks: _Llvm) -> _Llvm:
    """The inner product of 64 * `chunks` bytes of a row, 128 added to each, and a query."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        row, query, chunks = arguments
        places, flip = _zeros(b, 4), ir.Constant(_bytes, [-128] * 64)

        def add(chunk: _Llvm, place: _Llvm) -> None:
            at = b.mul(chunk, _int(64))
            here = b.add(row, at)
            fetch(b, b.add(here, _int(4096)))
            _add_products(b, place, b.xor(_load(b, here, _bytes), flip), _load(b, b.add(query, at), _bytes))

        fours = b.udiv(chunks, _int(4))
        with cgutils.for_range(b, fours) as loop:
            for part, place in enumerate(places):
                add(b.add(b.mul(loop.index, _int(4)), _int(part)), place)
        done = b.mul(fours, _int(4))
        with cgutils.for_range(b, b.sub(chunks, done)) as loop:
            add(b.add(done, loop.index), places[0])
        pairs = [b.add(b.load(places[0]), b.load(places[1])), b.add(b.load(places[2]), b.load(places[3]))]
        whole = b.add(*pairs)
        reduce = ir.FunctionType(_i32, [_sums])
        total = b.call(cgutils.get_or_insert_function(b.module, reduce, "llvm.vector.reduce.add.v16i32"), [whole])
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

    The queries are packed `(fours, lanes, 4)`; the rows are unsigned and hold 4 * `fours` bytes. `fetch_next` is as in
    `vector_ir.tile_sums`; what it asks for can be other rows, from the address `soon` on.
    """
    sums = [_zeros(b, vectors) for _ in range(height)]
    places = [b.add(rows, b.mul(row_bytes, _int(r))) for r in range(height)]

    def add(j: _Llvm) -> None:
        first, at = b.add(queries, b.mul(j, _int(4 * WIDTH * vectors))), b.mul(j, _int(4))
        packed = [_load(b, b.add(first, _int(64 * v)), _sums) for v in range(vectors)]
        for place, row_sums in zip(places, sums, strict=True):
            four = _load(b, b.add(place, at), _i32)
            one = b.insert_element(ir.Constant(_sums, ir.Undefined), four, ir.Constant(_i32, 0))
            spread = b.shuffle_vector(one, one, ir.Constant(_sums, [0] * WIDTH))
            for vector, total in zip(packed, row_sums, strict=True):
                _add_products(b, total, spread, vector)

    blocks, after = b.udiv(fours, _int(4)), soon or b.add(rows, b.mul(row_bytes, _int(height)))
    lines = ROWS * 16 // 64 if fetch_next else 0
    with cgutils.for_range(b, blocks) as loop:
        for line in range(lines):
            fetch(b, b.add(after, b.add(b.mul(loop.index, _int(64 * lines)), _int(64 * line))))
        for part in range(4):
            add(b.add(b.mul(loop.index, _int(4)), _int(part)))
    done = b.mul(blocks, _int(4))
    with cgutils.for_range(b, b.sub(fours, done)) as loop:
        add(b.add(done, loop.index))
    return sums


@intrinsic
def tile(
    typing: _Llvm, rows: _Llvm, row_bytes: _Llvm, queries: _Llvm, fours: _Llvm, floor: _Llvm, out: _Llvm, soon: _Llvm
) -> _Llvm:
    """Products of ROWS rows and LANES queries packed `(fours, LANES, 4)` into `out`; bit z is set if one beats floor[z]."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, queries, fours, floor, out, soon = arguments
        sums = tile_sums(b, rows, row_bytes, queries, fours, ROWS, VECTORS, fetch_next=True, soon=soon)
        mask = _int(0)
        for v in range(VECTORS):
            limit, beaten = _load(b, b.add(floor, _int(64 * v)), _sums), None
            for r in range(ROWS):
                value = b.load(sums[r][v])
                b.store(value, b.inttoptr(b.add(out, _int(4 * LANES * r + 64 * v)), _sums.as_pointer()), align=4)
                above = b.icmp_signed(">", value, limit)
                beaten = above if beaten is None else b.or_(beaten, above)
            bits = b.zext(b.bitcast(beaten, ir.IntType(WIDTH)), _i64)
            mask = b.or_(mask, b.shl(bits, _int(v * WIDTH)))
        return mask

    return int64(*[int64] * 7), generate
