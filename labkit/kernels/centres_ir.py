"""The tiles that look for the nearest centre: rough scores of a few centres and a register or two of vectors.

Only the best score in each half of a tile is kept for each vector, beside the best one of all tiles so far; the other
scores never leave the registers. The products are those of `vector_ir.py` (float32) and `int8_ir.py` (bytes).
"""

from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.extending import intrinsic

from labkit.kernels import int8_ir, vector_ir
from labkit.kernels.llvm import spread
from labkit.kernels.shapes import SHAPE

_Llvm = Any  # llvmlite and numba carry no types

_f32, _i32, _i64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)


@intrinsic
def best_of_floats(
    typing: _Llvm, rows: _Llvm, row_bytes: _Llvm, packed: _Llvm, d: _Llvm, halves: _Llvm, out: _Llvm, best: _Llvm
) -> _Llvm:
    """The largest `row . vector - half` of each half of a tile's centres into `out` `(2, lanes)`, and of all into `best`.

    It goes into `best` `(lanes,)` only where it is larger than what is there. The vectors are packed `(d, lanes)`; `halves` are those of these rows.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, packed, d, halves, out, best = arguments
        shape = SHAPE
        kind = ir.VectorType(_f32, shape.width)
        sums = vector_ir.tile_sums(b, rows, row_bytes, packed, d, shape.rows, shape.vectors, fetch_next=True)
        minus = [spread(b, _number(b, halves, r), kind) for r in range(shape.rows)]
        scores = [[b.fsub(b.load(sums[r][v]), minus[r]) for r in range(shape.rows)] for v in range(shape.vectors)]
        _keep(b, scores, kind, out, best)
        return context.get_dummy_value()

    return types.void(*[int64] * 7), generate


@intrinsic
def best_of_bytes(
    typing: _Llvm,
    rows: _Llvm,
    row_bytes: _Llvm,
    packed: _Llvm,
    scales: _Llvm,
    halves: _Llvm,
    shifts: _Llvm,
    units: _Llvm,
    out: _Llvm,
    best: _Llvm,
) -> _Llvm:
    """As `best_of_floats`, of rows of bytes: the largest `(row . vector - shift) * scale - half * unit`.

    The vectors are packed `(row_bytes / 4, lanes, TOGETHER)`. `scales` and `halves` are those of these rows, `shifts` (int32)
    and `units` those of the lanes.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, row_bytes, packed, scales, halves, shifts, units, out, best = arguments
        height, vectors, width = int8_ir.ROWS, int8_ir.VECTORS, int8_ir.WIDTH
        kind, whole = ir.VectorType(_f32, width), ir.VectorType(_i32, width)
        fours = b.udiv(row_bytes, ir.Constant(_i64, 4))
        sums = int8_ir.tile_sums(b, rows, row_bytes, packed, fours, height, vectors, fetch_next=True)
        times = [spread(b, _number(b, scales, r), kind) for r in range(height)]
        minus = [spread(b, _number(b, halves, r), kind) for r in range(height)]
        scores = []
        for v in range(vectors):
            shift, unit = _vector(b, shifts, whole, v), _vector(b, units, kind, v)
            products = [b.sitofp(b.sub(b.load(sums[r][v]), shift), kind) for r in range(height)]
            scores.append(
                [b.fsub(b.fmul(p, t), b.fmul(m, unit)) for p, t, m in zip(products, times, minus, strict=True)]
            )
        _keep(b, scores, kind, out, best)
        return context.get_dummy_value()

    return types.void(*[int64] * 9), generate


def _keep(b: _Llvm, scores: list[list[_Llvm]], kind: ir.Type, out: _Llvm, best: _Llvm) -> None:
    """Store the largest of each half of a list of vectors at `out`, and at `best` where it beats what is there."""
    for v, column in enumerate(scores):
        middle = len(column) // 2
        halves = [_largest(b, column[:middle]), _largest(b, column[middle:])]
        for half, value in enumerate(halves):
            b.store(value, _place(b, out, kind, half * len(scores) + v), align=4)
        b.store(_largest(b, [*halves, _vector(b, best, kind, v)]), _place(b, best, kind, v), align=4)


def _largest(b: _Llvm, vectors: list[_Llvm]) -> _Llvm:
    while len(vectors) > 1:  # by pairs, so that one comparison need not wait for the other
        pairs = zip(vectors[::2], vectors[1::2], strict=False)
        odd = vectors[-1:] if len(vectors) % 2 else []
        vectors = [b.select(b.fcmp_ordered(">", one, other), one, other) for one, other in pairs] + odd
    return vectors[0]


def _place(b: _Llvm, address: _Llvm, kind: ir.Type, number: int) -> _Llvm:
    return b.gep(b.inttoptr(address, kind.as_pointer()), [ir.Constant(_i64, number)])


def _vector(b: _Llvm, address: _Llvm, kind: ir.Type, number: int) -> _Llvm:
    return b.load(_place(b, address, kind, number), align=4)


def _number(b: _Llvm, address: _Llvm, number: int) -> _Llvm:
    return b.load(_place(b, address, _f32, number), align=4)
