"""The vector instructions of `hamming_simd.py`, as LLVM instructions; see `vector_ir.py` for how that is done.

LLVM's population count works on vectors of any width: one instruction on AVX-512, a few on AVX2 or NEON. Arguments are
addresses and sizes; nothing is checked down here.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import int64, uint64
from numba.core import cgutils
from numba.extending import intrinsic

_Llvm = Any  # llvmlite and numba carry no types

WIDTH, QUERIES = 8, 8  # words in a vector; queries that share each load of a document

_i16, _i32, _i64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_words = ir.VectorType(_i64, WIDTH)
_zero = ir.Constant(_words, [0] * WIDTH)


def _int(value: int) -> ir.Constant:
    return ir.Constant(_i64, value)


def _pick(builder: _Llvm, a: _Llvm, b: _Llvm, lanes: list[int]) -> _Llvm:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_i32, len(lanes)), lanes))


def _spread(builder: _Llvm, number: _Llvm, kind: ir.VectorType) -> _Llvm:
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(_i32, 0))
    return _pick(builder, one, one, [0] * kind.count)


def _load(builder: _Llvm, address: _Llvm, kind: ir.Type = _words) -> _Llvm:
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def _ones(builder: _Llvm, vector: _Llvm) -> _Llvm:
    count = ir.FunctionType(_words, [_words])
    return builder.call(cgutils.get_or_insert_function(builder.module, count, "llvm.ctpop.v8i64"), [vector])


def _row_counter(lanes: int) -> Callable[..., int]:
    """Distances of one query and 64 / `lanes` documents, of which each takes `lanes` lanes of a vector.

    Eight vectors of counts are packed into two, four 16-bit numbers a lane; then the lanes of a document are added.
    """

    @intrinsic
    def count(
        typing: _Llvm, rows: _Llvm, step: _Llvm, query: _Llvm, mask: _Llvm, chunks: _Llvm, floor: _Llvm, out: _Llvm
    ) -> _Llvm:
        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            rows, step, query, mask, chunks, floor, out = arguments
            sums = [cgutils.alloca_once_value(b, _zero) for _ in range(8)]
            for place in sums:
                b.store(_zero, place)
            places = [b.add(rows, b.mul(step, _int(r))) for r in range(8)]
            with cgutils.for_range(b, chunks) as loop:
                at = b.mul(loop.index, _int(64))
                asked, used = _load(b, b.add(query, at)), _load(b, b.add(mask, at))
                for row, place in zip(places, sums, strict=True):
                    differing = b.and_(b.xor(_load(b, b.add(row, at)), asked), used)
                    b.store(b.add(b.load(place), _ones(b, differing)), place)
            halves = [_packed(b, [b.load(place) for place in sums[i : i + 4]]) for i in (0, 4)]
            shift = lanes // 2
            while shift:
                halves = [b.add(half, _pick(b, half, half, [lane ^ shift for lane in range(8)])) for half in halves]
                shift //= 2
            narrow = ir.VectorType(_i16, 32)
            first, second = (b.bitcast(half, narrow) for half in halves)
            here = 8 // lanes  # documents in a vector
            order = [32 * (v // 4) + 4 * lanes * j + v % 4 for v in range(8) for j in range(here)]
            distances = _pick(b, first, second, order)
            kind = ir.VectorType(_i16, len(order))
            b.store(distances, b.inttoptr(out, kind.as_pointer()), align=2)
            near = b.icmp_unsigned("<", distances, _spread(b, b.trunc(floor, _i16), kind))
            bits = b.bitcast(near, ir.IntType(len(order)))
            return bits if len(order) == 64 else b.zext(bits, _i64)

        return uint64(*[int64] * 7), generate

    return count  # type: ignore[no-any-return]


def _packed(builder: _Llvm, sums: list[_Llvm]) -> _Llvm:
    packed = sums[0]
    for v, vector in enumerate(sums[1:], start=1):
        packed = builder.or_(packed, builder.shl(vector, ir.Constant(_words, [16 * v] * WIDTH)))
    return packed


rows_by_8, rows_by_4, rows_by_2 = _row_counter(8), _row_counter(4), _row_counter(2)


@intrinsic
def tile(typing: _Llvm, block: _Llvm, queries: _Llvm, words: _Llvm, floors: _Llvm, out: _Llvm) -> _Llvm:
    """Distances of 8 turned documents and 8 queries packed `(words, 8)`; bit 8 q + j: document j is below floors[q]."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        block, queries, words, floors, out = arguments
        sums = [cgutils.alloca_once(b, _words) for _ in range(QUERIES)]
        for place in sums:
            b.store(_zero, place)
        asked = b.inttoptr(queries, _i64.as_pointer())

        def add_word(w: _Llvm) -> None:
            documents = _load(b, b.add(block, b.mul(w, _int(64))))
            for q, place in enumerate(sums):
                word = b.load(b.gep(asked, [b.add(b.mul(w, _int(QUERIES)), _int(q))]))
                b.store(b.add(b.load(place), _ones(b, b.xor(documents, _spread(b, word, _words)))), place)

        pairs = b.udiv(words, _int(2))
        with cgutils.for_range(b, pairs) as loop:
            for part in range(2):
                add_word(b.add(b.mul(loop.index, _int(2)), _int(part)))
        with b.if_then(b.trunc(words, ir.IntType(1))):
            add_word(b.sub(words, _int(1)))
        near, kind = _int(0), ir.VectorType(_i16, WIDTH)
        limits = b.inttoptr(floors, _i64.as_pointer())
        for q, place in enumerate(sums):
            distances = b.load(place)
            b.store(b.trunc(distances, kind), b.inttoptr(b.add(out, _int(16 * q)), kind.as_pointer()), align=2)
            below = b.icmp_unsigned("<", distances, _spread(b, b.load(b.gep(limits, [_int(q)])), _words))
            near = b.or_(near, b.shl(b.zext(b.bitcast(below, ir.IntType(8)), _i64), _int(8 * q)))
        return near

    return uint64(*[int64] * 5), generate
