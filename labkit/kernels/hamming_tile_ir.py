"""The tile of Hamming search for a batch: 8 documents against 8 queries, two words of each with one population count.

Take two bits of a document, d1 and d2, and the same two bits of a query, q1 and q2. Let e = d1 XOR d2, f = q1 XOR q2.

    e = f: the two bits differ both or not at all    the distance is 2 (d1 XOR q1)
    e != f: exactly one of them differs              the distance is 1

With w = d1 XOR q1 where e = f, and w = e where not, both are one formula: distance = 2 w - e + f. Summed over a code,

    distance = 2 ones(w) - ones(e) + ones(f)

The last two belong to the document and to the query alone and are counted once, so two words cost one population count
and one addition instead of two of each. What remains are two logic instructions: d1 XOR q1, and the choice.
"""

from functools import reduce
from typing import Any

from llvmlite import ir
from numba import int64, types, uint64
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.hamming_ir import WIDTH, WORDS, ones
from labkit.kernels.llvm import load, number, pick, some, spread
from labkit.kernels.shapes import SHAPE

_Llvm = Any  # llvmlite and numba carry no types

QUERIES = 8  # queries that share each load of a document

_i32, _i64 = ir.IntType(32), ir.IntType(64)
_CHOOSE = 0xD4  # of three bits: the first one if the other two are equal, else the second


def _chosen(b: _Llvm, differs: _Llvm, e: _Llvm, f: _Llvm) -> _Llvm:
    if SHAPE.name != "avx512":
        unequal = b.xor(e, f)
        return b.or_(b.and_(differs, b.not_(unequal)), b.and_(e, unequal))
    choose = ir.FunctionType(WORDS, [WORDS] * 3 + [_i32])
    function = cgutils.get_or_insert_function(b.module, choose, "llvm.x86.avx512.pternlog.q.512")
    return b.call(function, [differs, e, f, ir.Constant(_i32, _CHOOSE)])


@intrinsic
def turn_pair(typing: _Llvm, rows: _Llvm, row_bytes: _Llvm, out: _Llvm, unequal: _Llvm) -> _Llvm:
    """Put two words of 8 documents on their side: d1 of all and then e of all to `out`; ones(e) is added to `unequal`."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, out, unequal = arguments
        two = ir.VectorType(_i64, 2)
        parts = [load(b, b.add(rows, b.mul(row_bytes, number(r))), two) for r in range(WIDTH)]
        while len(parts) > 2:  # the even rows end to end, and the unequal ones
            size = 2 * parts[0].type.count
            parts = [pick(b, parts[i], parts[i + 2], list(range(size))) for i in range(len(parts)) if not i // 2 % 2]
        first = pick(b, parts[0], parts[1], [lane for r in range(0, WIDTH, 2) for lane in (r, r + WIDTH)])
        second = pick(b, parts[0], parts[1], [lane + 1 for r in range(0, WIDTH, 2) for lane in (r, r + WIDTH)])
        e = b.xor(first, second)
        for value, address in ((first, out), (e, b.add(out, number(64)))):
            b.store(value, b.inttoptr(address, WORDS.as_pointer()), align=8)
        counted = b.add(load(b, unequal, WORDS), ones(b, e))
        b.store(counted, b.inttoptr(unequal, WORDS.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(*[int64] * 4), generate


@intrinsic
def tile(typing: _Llvm, block: _Llvm, unequal: _Llvm, queries: _Llvm, pairs: _Llvm, limits: _Llvm, out: _Llvm) -> _Llvm:
    """Bit 8 q + j: document j may be nearer than query q's floor; only if there is such a bit, `out` is written.

    Its arguments are addresses: `block` `(pairs, 2, 8)`: d1 and e of 8 documents; `unequal` `(8,)`: their ones(e);
    `queries` `(pairs, 2, 8)`: q1 and f of 8 queries; `limits` `(8,)`: see below; `out` `(8, 8)`, all 64-bit.

    Nearly always nothing is near, so that is asked with as little as can be. With half = ones(e) // 2,

        distance < floor   only if   ones(w) - half < (floor - ones(f)) // 2 + 1 = limit

    and `out` gets ones(w) - half.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        block, unequal, queries, pairs, limits, out = arguments
        start = b.neg(b.lshr(load(b, unequal, WORDS), ir.Constant(WORDS, [1] * WIDTH)))
        sums = [cgutils.alloca_once(b, WORDS) for _ in range(QUERIES)]
        for place in sums:
            b.store(start, place)
        asked, limit = (b.inttoptr(address, _i64.as_pointer()) for address in (queries, limits))
        with cgutils.for_range(b, pairs) as loop:
            at = b.mul(loop.index, number(2 * QUERIES))
            place = b.add(block, b.mul(at, number(8)))
            d1, e = load(b, place, WORDS), load(b, b.add(place, number(64)), WORDS)
            for q, total in enumerate(sums):
                q1, f = (spread(b, b.load(b.gep(asked, [b.add(at, number(q + i))])), WORDS) for i in (0, QUERIES))
                w = _chosen(b, b.xor(d1, q1), e, f)
                b.store(b.add(b.load(total), ones(b, w)), total)
        short = [
            b.sub(b.load(total), spread(b, b.load(b.gep(limit, [number(q)])), WORDS)) for q, total in enumerate(sums)
        ]
        negative, zero = reduce(b.or_, short), ir.Constant(WORDS, [0] * WIDTH)
        near = cgutils.alloca_once_value(b, number(0))
        with b.if_then(some(b, b.icmp_signed("<", negative, zero)), likely=False):
            found = number(0)
            for q, (values, total) in enumerate(zip(short, sums, strict=True)):
                b.store(b.load(total), b.inttoptr(b.add(out, number(64 * q)), WORDS.as_pointer()), align=8)
                bits = b.bitcast(b.icmp_signed("<", values, zero), ir.IntType(8))
                found = b.or_(found, b.shl(b.zext(bits, _i64), number(8 * q)))
            b.store(found, near)
        return b.load(near)

    return uint64(*[int64] * 6), generate
