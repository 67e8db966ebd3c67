"""The vector instructions of one query against rows of bits, as LLVM instructions; see `vector_ir.py` for how it is done.

LLVM's population count works on vectors of any width: one instruction on AVX-512, a few on AVX2 or NEON. Arguments are
addresses and sizes; nothing is checked down here. The tile for several queries is in `hamming_tile_ir.py`.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

from llvmlite import ir
from numba import int64
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.llvm import load, number, pick, some, spread

_Llvm = Any  # llvmlite and numba carry no types

WIDTH = 8  # words in a vector
VECTORS = 8  # vectors of rows that are read together

_i16, _i32, _i64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
WORDS = ir.VectorType(_i64, WIDTH)


def ones(builder: _Llvm, vector: _Llvm) -> _Llvm:
    """How many bits are 1 in each lane."""
    count = ir.FunctionType(WORDS, [WORDS])
    return builder.call(cgutils.get_or_insert_function(builder.module, count, "llvm.ctpop.v8i64"), [vector])


def _folded(builder: _Llvm, counts: list[_Llvm], lanes: int) -> tuple[list[_Llvm], list[int]]:
    """Add up the counts of each row, which take `lanes` lanes of a vector each.

    Two vectors become one in every step: the even lanes of both are added to the odd ones. A last comes the order:
    at place p of the vectors, laid end to end, is the row `order[p]`.
    """
    rows = [[(v * WIDTH + lane) // lanes for lane in range(WIDTH)] for v in range(len(counts))]
    # First the lanes of both vectors alternately: shuffles that stay within 128 bits are quicker. Then 128 bits together.
    even = [lane + second for lane in range(0, WIDTH, 2) for second in (0, WIDTH)]
    apart = 1
    for _ in range(lanes.bit_length() - 1):
        odd = [lane + apart for lane in even]
        pairs = list(zip(counts[::2], counts[1::2], strict=True))
        counts = [builder.add(pick(builder, a, b, even), pick(builder, a, b, odd)) for a, b in pairs]
        rows = [[(a + b)[lane] for lane in even] for a, b in zip(rows[::2], rows[1::2], strict=True)]
        even, apart = [lane for lane in range(2 * WIDTH) if lane // 2 % 2 == 0], 2
    return counts, sum(rows, [])


def _scanner(lanes: int) -> Callable[..., int]:
    """Looks for documents that are near one query, of which each takes `lanes` lanes of a vector."""
    documents = VECTORS * WIDTH // lanes

    @intrinsic
    def scan(
        typing: _Llvm, rows: _Llvm, width: _Llvm, query: _Llvm, mask: _Llvm, chunks: _Llvm, floor: _Llvm, tiles: _Llvm,
        out: _Llvm, near: _Llvm
    ) -> _Llvm:  # fmt: skip
        """The first of `tiles` tiles of 64 / lanes documents with one below the floor, or `tiles` if there is none.

        Its distances are written to `out` as 16-bit numbers, and bit j at `near` says that document j is below.
        """

        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            rows, width, query, mask, chunks, floor, tiles, out, near = arguments
            apart = width if lanes == WIDTH else number(64)  # shorter rows fill whole vectors
            limit, answer = spread(b, floor, WORDS), cgutils.alloca_once_value(b, tiles)
            sums = [cgutils.alloca_once(b, WORDS) for _ in range(VECTORS)]

            whole = load(b, query, WORDS)

            def differing(places: list[_Llvm], at: _Llvm) -> list[_Llvm]:
                if lanes < WIDTH:
                    return [ones(b, b.xor(load(b, place, WORDS), whole)) for place in places]
                asked, used = (load(b, b.add(first, at), WORDS) for first in (query, mask))
                return [ones(b, b.and_(b.xor(load(b, b.add(place, at), WORDS), asked), used)) for place in places]

            with cgutils.for_range(b, tiles) as loop:
                first = b.add(rows, b.mul(loop.index, b.mul(apart, number(VECTORS))))
                places = [b.add(first, b.mul(apart, number(r))) for r in range(VECTORS)]
                for place, counted in zip(sums, differing(places, number(0)), strict=True):
                    b.store(counted, place)
                if lanes == WIDTH:
                    with cgutils.for_range(b, b.sub(chunks, number(1))) as chunk:
                        more = differing(places, b.mul(b.add(chunk.index, number(1)), number(64)))
                        for place, counted in zip(sums, more, strict=True):
                            b.store(b.add(b.load(place), counted), place)
                distances, order = _folded(b, [b.load(place) for place in sums], lanes)
                least = reduce(lambda a, c: b.select(b.icmp_unsigned("<", c, a), c, a), distances)
                with b.if_then(some(b, b.icmp_unsigned("<", least, limit)), likely=False):
                    kind = ir.VectorType(_i16, documents)
                    ordered = b.trunc(_in_order(b, distances, order), kind)
                    b.store(ordered, b.inttoptr(out, kind.as_pointer()), align=2)
                    below = b.icmp_unsigned("<", ordered, spread(b, b.trunc(floor, _i16), kind))
                    bits = b.zext(b.bitcast(below, ir.IntType(documents)), _i64)
                    b.store(bits, b.inttoptr(near, _i64.as_pointer()))
                    b.store(loop.index, answer)
                    loop.do_break()
            return b.load(answer)

        return int64(*[int64] * 9), generate

    return scan  # type: ignore[no-any-return]


def _in_order(builder: _Llvm, vectors: list[_Llvm], order: list[int]) -> _Llvm:
    """One vector of all lanes, in which the lane of row r is at place r."""
    flat = vectors[0]
    for i, others in enumerate(vectors[1:], start=1):
        wide = pick(builder, others, others, list(range(WIDTH)) + [0] * (WIDTH * (i - 1)))
        flat = pick(builder, flat, wide, list(range(WIDTH * (i + 1))))
    return pick(builder, flat, flat, [order.index(row) for row in range(len(order))])


scan_by_8, scan_by_4, scan_by_2 = _scanner(8), _scanner(4), _scanner(2)
