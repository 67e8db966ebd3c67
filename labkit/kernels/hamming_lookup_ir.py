"""The tile of Hamming search for a batch on AVX2, which has no population count: it looks the distances of four bits up.

A query's four bits differ from those of a document in a number of places that depends on the document's four bits only.
Their 16 cases make a table of 16 bytes, and VPSHUFB looks 32 bytes up in such a table at once:

    distance(query, document) = sum over j of table[j][document's bits 4 j ... 4 j + 3]

So a lookup and an addition do four bits of 32 documents. Counting the ones of an XOR takes two lookups, two additions and
four more instructions for as many.
"""

from functools import reduce
from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.llvm import load, number, pick, some, spread

_Llvm = Any  # llvmlite and numba carry no types

DOCUMENTS = 64  # that lie side by side in a block, byte by byte
QUERIES = 4  # that share each load of a block
CORNER = 16  # rows and bytes that are turned at once

_MOST_BYTES = 31  # of a code: their distance fits into a byte
_LANES = 32
_VECTORS = DOCUMENTS // _LANES

_i8, _i16, _i64 = ir.IntType(8), ir.IntType(16), ir.IntType(64)
_bytes, _table = ir.VectorType(_i8, _LANES), ir.VectorType(_i8, 16)
_words, _wide = ir.VectorType(_i16, _LANES // 2), ir.VectorType(_i16, _LANES)


def _store(b: _Llvm, value: _Llvm, address: _Llvm) -> None:
    b.store(value, b.inttoptr(address, value.type.as_pointer()), align=2)


@intrinsic
def turn_corner(typing: _Llvm, rows: _Llvm, row_bytes: _Llvm, out: _Llvm) -> _Llvm:
    """Put 16 bytes of 32 rows on their side: byte b of all rows goes to `out` + 64 b. Its arguments are addresses and a size.

    Four times the first half of the rows is mixed with the second one, byte by byte, like a pack of cards: each time the
    place of a byte, four bits of row and four of column, is rotated by one bit.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, out = arguments

        def row(r: int) -> _Llvm:
            return load(b, b.add(rows, b.mul(row_bytes, number(r))), _table)

        whole = list(range(_LANES))
        parts = [pick(b, row(r), row(r + CORNER), whole) for r in range(CORNER)]  # two corners side by side
        mixed = [lane + second for lane in range(CORNER // 2) for second in (0, _LANES)]
        low = mixed + [lane + CORNER for lane in mixed]
        high = [lane + CORNER // 2 for lane in low]
        for _ in range(4):
            pairs = list(zip(parts[: CORNER // 2], parts[CORNER // 2 :], strict=True))
            parts = [pick(b, one, other, lanes) for one, other in pairs for lanes in (low, high)]
        for byte, value in enumerate(parts):
            _store(b, value, b.add(out, number(DOCUMENTS * byte)))
        return context.get_dummy_value()

    return types.void(*[int64] * 3), generate


def _look_up(b: _Llvm, place: _Llvm, numbers: _Llvm) -> _Llvm:
    """What a table at an address says of each of 32 numbers below 16."""
    table = load(b, place, _table)
    kind = ir.FunctionType(_bytes, [_bytes] * 2)
    function = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx2.pshuf.b")
    return b.call(function, [pick(b, table, table, list(range(16)) * 2), numbers])


def _add_bytes(b: _Llvm, block: _Llvm, tables: _Llvm, count: _Llvm) -> list[list[_Llvm]]:
    """Distances of the first `count` bytes of the codes, at most _MOST_BYTES, of each query and vector of documents."""
    sums = [[cgutils.alloca_once(b, _bytes) for _ in range(_VECTORS)] for _ in range(QUERIES)]
    for place in sum(sums, []):
        b.store(ir.Constant(_bytes, [0] * _LANES), place)
    low, four = ir.Constant(_bytes, [15] * _LANES), ir.Constant(_words, [4] * _words.count)
    with cgutils.for_range(b, count) as loop:
        at, table = (
            b.add(first, b.mul(loop.index, number(size)))
            for first, size in ((block, DOCUMENTS), (tables, 32 * QUERIES))
        )
        held = [load(b, b.add(at, number(_LANES * v)), _bytes) for v in range(_VECTORS)]
        # Bytes have no shift of their own: words are shifted, and the mask drops what came from a neighbour.
        upper = [b.bitcast(b.lshr(b.bitcast(value, _words), four), _bytes) for value in held]
        for half, values in enumerate((held, upper)):
            numbers = [b.and_(value, low) for value in values]
            for q, places in enumerate(sums):
                for value, place in zip(numbers, places, strict=True):
                    found = _look_up(b, b.add(table, number(32 * q + 16 * half)), value)
                    b.store(b.add(b.load(place), found), place)
    return [[b.load(place) for place in places] for places in sums]


def _count_short(
    b: _Llvm, block: _Llvm, tables: _Llvm, width: _Llvm, limits: list[_Llvm], places: list[_Llvm]
) -> _Llvm:
    """Whether a document is near: nearly always none is, and bytes are enough to tell. If so, distances go to `places`."""
    sums = _add_bytes(b, block, tables, width)
    below = []
    for limit, of_query in zip(limits, sums, strict=True):
        capped = b.select(b.icmp_unsigned("<", limit, _i16(255)), limit, _i16(255))
        below += [b.icmp_unsigned("<", value, spread(b, b.trunc(capped, _i8), _bytes)) for value in of_query]
    near = some(b, reduce(b.or_, below))
    with b.if_then(near, likely=False):
        for place, found in zip(places, sum(sums, []), strict=True):
            _store(b, b.zext(found, _wide), place)
    return near


def _count_long(b: _Llvm, block: _Llvm, tables: _Llvm, width: _Llvm, places: list[_Llvm]) -> None:
    """The distances of codes of more than _MOST_BYTES, to `places`: so many bytes of them after the other."""
    most = number(_MOST_BYTES)
    for place in places:
        _store(b, ir.Constant(_wide, [0] * _LANES), place)
    with cgutils.for_range(b, b.udiv(b.add(width, number(_MOST_BYTES - 1)), most)) as part:
        at = b.mul(part.index, most)
        rest = b.sub(width, at)
        count = b.select(b.icmp_signed("<", rest, most), rest, most)
        first = b.add(block, b.mul(at, number(DOCUMENTS)))
        asked = b.add(tables, b.mul(at, number(32 * QUERIES)))
        for place, found in zip(places, sum(_add_bytes(b, first, asked, count), []), strict=True):
            _store(b, b.add(load(b, place, _wide), b.zext(found, _wide)), place)


@intrinsic
def tile(
    typing: _Llvm, block: _Llvm, tables: _Llvm, width: _Llvm, limits: _Llvm, distances: _Llvm, near: _Llvm
) -> _Llvm:
    """Whether any of a block's documents is nearer than a query's limit; then bit j of `near[q]` says that document j is.

    Its arguments are addresses: `block` `(width, DOCUMENTS)` bytes; `tables` `(width, QUERIES, 2, 16)` bytes; `limits`
    `(QUERIES,)`, `distances` `(QUERIES, DOCUMENTS)`, written if one is nearer, both uint16; `near` `(QUERIES,)` uint64.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        block, tables, width, limits, distances, near = arguments
        places = [
            [b.add(distances, number(2 * (DOCUMENTS * q + _LANES * v))) for v in range(_VECTORS)]
            for q in range(QUERIES)
        ]
        flat = sum(places, [])
        limit_of = [load(b, b.add(limits, number(2 * q)), _i16) for q in range(QUERIES)]
        counted, answer = (cgutils.alloca_once_value(b, truth) for truth in (cgutils.true_bit, cgutils.false_bit))

        with b.if_else(b.icmp_signed("<=", width, number(_MOST_BYTES))) as (short, long):
            with short:
                b.store(_count_short(b, block, tables, width, limit_of, flat), counted)
            with long:
                _count_long(b, block, tables, width, flat)
        with b.if_then(b.load(counted)):
            truths = [
                [b.icmp_unsigned("<", load(b, place, _wide), spread(b, limit, _wide)) for place in of_query]
                for limit, of_query in zip(limit_of, places, strict=True)
            ]
            near_one = some(b, reduce(b.or_, sum(truths, [])))
            with b.if_then(near_one, likely=False):
                for q, (lower, upper) in enumerate(truths):
                    bits = b.bitcast(pick(b, lower, upper, list(range(DOCUMENTS))), _i64)
                    _store(b, bits, b.add(near, number(8 * q)))
            b.store(near_one, answer)
        return b.load(answer)

    return types.boolean(*[int64] * 6), generate
