"""What is done to single rows of levels on the instructions of `int8_ir.py`: spread out for a tile, or multiplied."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.int8_ir import BYTES, REGISTER, SIZE, SUMS, WIDTH, add_products, widened, zeros
from labkit.kernels.llvm import load, number, spread
from labkit.kernels.vector_ir import fetch

_Llvm = Any  # llvmlite and numba carry no types

_i8, _i32, _i64 = (ir.IntType(bits) for bits in (8, 32, 64))


@intrinsic
def widen(typing: _Llvm, numbers: _Llvm, count: _Llvm, flip: _Llvm, out: _Llvm) -> _Llvm:
    """Write `count` bytes from an address on, each XOR `flip`, as ROW_NUMBERs to another address."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        numbers, count, flip, out = arguments

        def copy(at: _Llvm, width: int) -> None:
            some = ir.VectorType(_i8, width)
            flipped = b.xor(load(b, b.add(numbers, at), some), spread(b, b.trunc(flip, _i8), some))
            _store(b, widened(b, flipped), b.add(out, b.mul(at, number(SIZE))))

        _by_sixteen(b, count, copy)
        return context.get_dummy_value()

    return types.void(*[int64] * 4), generate


@intrinsic
def split(typing: _Llvm, halves: _Llvm, count: _Llvm, low: _Llvm, high: _Llvm) -> _Llvm:
    """Write the lower and upper half of each of `count` bytes from an address on, as ROW_NUMBERs to two other addresses."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        halves, count, low, high = arguments

        def copy(at: _Llvm, width: int) -> None:
            numbers = load(b, b.add(halves, at), ir.VectorType(_i8, width))
            for half, out in zip(_halves(b, numbers), (low, high), strict=True):
                _store(b, widened(b, half), b.add(out, b.mul(at, number(SIZE))))

        _by_sixteen(b, count, copy)
        return context.get_dummy_value()

    return types.void(*[int64] * 4), generate


def _store(b: _Llvm, value: _Llvm, address: _Llvm) -> None:
    b.store(value, b.inttoptr(address, value.type.as_pointer()), align=1)


def _halves(b: _Llvm, numbers: _Llvm) -> list[_Llvm]:
    kind = numbers.type
    return [b.and_(numbers, ir.Constant(kind, [15] * kind.count)), b.lshr(numbers, ir.Constant(kind, [4] * kind.count))]


def _by_sixteen(b: _Llvm, count: _Llvm, copy: Callable[[_Llvm, int], None]) -> None:
    blocks = b.lshr(count, number(4))
    with cgutils.for_range(b, blocks) as loop:
        copy(b.mul(loop.index, number(16)), 16)
    done = b.mul(blocks, number(16))
    with cgutils.for_range(b, b.sub(count, done)) as loop:
        copy(b.add(done, loop.index), 1)


def _products(per_byte: int) -> Any:  # noqa: ANN401 - numba carries no types
    """A function that multiplies a row and a query, of 64 * `chunks` bytes each; a byte of the row is `per_byte` levels."""

    @intrinsic
    def row_product(typing: _Llvm, row: _Llvm, query: _Llvm, chunks: _Llvm) -> _Llvm:
        """The inner product of a row and a query of QUERY_NUMBERs: first those of lower halves, then those of upper ones."""

        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            row, query, chunks = arguments
            width = REGISTER // SIZE  # numbers in a register
            narrow = ir.VectorType(_i8, width)
            places, flip = zeros(b, 4), ir.Constant(narrow, [-128] * width)

            def add(chunk: _Llvm, places: list[_Llvm]) -> None:
                fetch(b, b.add(b.add(row, b.mul(chunk, number(64))), number(4096)))
                for part in range(64 // width):
                    at = b.add(b.mul(chunk, number(64)), number(width * part))
                    held = load(b, b.add(row, at), narrow)
                    for half, numbers in enumerate([b.xor(held, flip)] if per_byte == 1 else _halves(b, held)):
                        place = b.add(at, b.mul(chunks, number(64 * half)))
                        asked = load(b, b.add(query, b.mul(place, number(SIZE))), BYTES)
                        add_products(b, places[(per_byte * part + half) % len(places)], widened(b, numbers), asked)

            fours = b.udiv(chunks, number(4))
            with cgutils.for_range(b, fours) as loop:
                for part in range(4):
                    add(b.add(b.mul(loop.index, number(4)), number(part)), places[part:] + places[:part])
            done = b.mul(fours, number(4))
            with cgutils.for_range(b, b.sub(chunks, done)) as loop:
                add(b.add(done, loop.index), places)
            pairs = [b.add(b.load(places[0]), b.load(places[1])), b.add(b.load(places[2]), b.load(places[3]))]
            whole = b.add(*pairs)
            reduce = ir.FunctionType(_i32, [SUMS])
            name = f"llvm.vector.reduce.add.v{WIDTH}i32"
            total = b.call(cgutils.get_or_insert_function(b.module, reduce, name), [whole])
            return b.sext(total, _i64)

        return int64(int64, int64, int64), generate

    return row_product


row_product = _products(1)  # 128 is added to each number of the row
half_product = _products(2)
