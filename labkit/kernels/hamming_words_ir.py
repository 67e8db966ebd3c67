"""One query against rows of bits, word by word: for CPUs that count the ones of a word, but not of a vector (AVX2).

Four rows share each word of the query, and their counts stay in registers. As LLVM instructions; see `vector_ir.py`.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

from llvmlite import ir
from numba import int64
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.llvm import load, number
from labkit.kernels.vector_ir import fetch

_Llvm = Any  # llvmlite and numba carry no types

ROWS = 4  # that are read together

_LINE = 64
_i16, _i64 = ir.IntType(16), ir.IntType(64)


def _ones(b: _Llvm, word: _Llvm) -> _Llvm:
    count = ir.FunctionType(_i64, [_i64])
    return b.call(cgutils.get_or_insert_function(b.module, count, "llvm.ctpop.i64"), [word])


def _fetch_tile(b: _Llvm, first: _Llvm, tile_bytes: _Llvm) -> None:
    with cgutils.for_range(b, b.udiv(b.add(tile_bytes, number(_LINE - 1)), number(_LINE))) as line:
        fetch(b, b.add(first, b.mul(line.index, number(_LINE))))


def _add_word(b: _Llvm, places: list[_Llvm], query: _Llvm, sums: list[_Llvm], used: _Llvm | None = None) -> None:
    """Count where a word of each row differs from that of the query, of the bits that are `used`."""
    asked = load(b, query, _i64)
    for place, total in zip(places, sums, strict=True):
        differing = b.xor(load(b, place, _i64), asked)
        counted = _ones(b, differing if used is None else b.and_(differing, used))
        b.store(b.add(b.load(total), counted), total)


def _scanner(words: int | None) -> Callable[..., int]:
    """For rows of exactly so many words, or of any width if None: a loop over two words costs more than what it does."""
    # How far ahead memory is asked for; counting word by word leaves the CPU no room to look that far by itself.
    ahead = 4096 if words and words <= 2 else 2048

    @intrinsic
    def scan(
        typing: _Llvm, rows: _Llvm, width: _Llvm, query: _Llvm, mask: _Llvm, floor: _Llvm, tiles: _Llvm, out: _Llvm,
        near: _Llvm
    ) -> _Llvm:  # fmt: skip
        """The first of `tiles` tiles of ROWS documents with one below the floor, or `tiles` if there is none.

        As `hamming_ir.scan_by_8`: distances are written to `out` as 16-bit numbers, and bit j at `near` says that document j
        is below. Arguments are addresses and sizes. Of the last word of a row only the bits of `mask` count.
        """

        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            rows, width, query, mask, floor, tiles, out, near = arguments
            width = number(8 * words) if words else width
            whole, tile_bytes = b.udiv(width, number(8)), b.mul(width, number(ROWS))
            rest, last = b.and_(width, number(7)), b.mul(whole, number(8))
            answer = cgutils.alloca_once_value(b, tiles)
            sums = [cgutils.alloca_once(b, _i64) for _ in range(ROWS)]

            with cgutils.for_range(b, tiles) as loop:
                first = b.add(rows, b.mul(loop.index, tile_bytes))
                places = [b.add(first, b.mul(width, number(r))) for r in range(ROWS)]
                _fetch_tile(b, b.add(first, number(ahead)), tile_bytes)

                def add(at: _Llvm, used: _Llvm | None = None, places: list[_Llvm] = places) -> None:
                    _add_word(b, [b.add(place, at) for place in places], b.add(query, at), sums, used)

                for total in sums:
                    b.store(number(0), total)
                if words:
                    for word in range(words):
                        add(number(8 * word))
                else:
                    with cgutils.for_range(b, whole) as word:
                        add(b.mul(word.index, number(8)))
                    with b.if_then(b.icmp_unsigned("!=", rest, number(0))):
                        add(last, load(b, b.add(mask, last), _i64))

                distances = [b.load(total) for total in sums]
                above = [b.sub(distance, floor) for distance in distances]  # negative if it is near
                with b.if_then(b.icmp_signed("<", reduce(b.or_, above), number(0)), likely=False):
                    signs = [b.shl(b.lshr(value, number(63)), number(j)) for j, value in enumerate(above)]
                    b.store(reduce(b.or_, signs), b.inttoptr(near, _i64.as_pointer()))
                    for j, distance in enumerate(distances):
                        b.store(b.trunc(distance, _i16), b.inttoptr(b.add(out, number(2 * j)), _i16.as_pointer()))
                    b.store(loop.index, answer)
                    loop.do_break()
            return b.load(answer)

        return int64(*[int64] * 8), generate

    return scan  # type: ignore[no-any-return]


scan_words, scan_1_word, scan_2_words = _scanner(None), _scanner(1), _scanner(2)
scan_4_words, scan_6_words = _scanner(4), _scanner(6)
