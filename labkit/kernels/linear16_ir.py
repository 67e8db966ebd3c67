"""The tile of `linear16.py` on VPMADDWD: 16 products of 16-bit numbers, and their sums by twos (see `vector_ir.py`)."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import int64, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from labkit.kernels.gelu import COEFFICIENTS, FAR, SCALE
from labkit.kernels.llvm import load, number, spread
from labkit.kernels.shapes import VPMADDWD
from labkit.kernels.vector_ir import multiply_add

_Llvm = Any  # llvmlite and numba carry no types
Floats = NDArray[np.float32]
Pairs = NDArray[np.int32]

ROWS, VECTORS, WIDTH, LANES = VPMADDWD.rows, VPMADDWD.vectors, VPMADDWD.width, VPMADDWD.lanes
REGISTER = 4 * WIDTH  # bytes

_f32, _i32 = ir.FloatType(), ir.IntType(32)
_FLOATS, _SUMS, _WORDS = (
    ir.VectorType(_f32, WIDTH),
    ir.VectorType(_i32, WIDTH),
    ir.VectorType(ir.IntType(16), 2 * WIDTH),
)
_TOGETHER = ROWS // 2  # rows whose numbers fill the registers


def _all(value: float | np.float32) -> ir.Constant:
    return ir.Constant(_FLOATS, [float(value)] * WIDTH)


def _store(b: _Llvm, value: _Llvm, address: _Llvm) -> None:
    b.store(value, b.inttoptr(address, _FLOATS.as_pointer()), align=4)


def _sums(b: _Llvm, rows: _Llvm, weights: _Llvm, pairs: _Llvm) -> list[list[_Llvm]]:
    """Where the products of ROWS rows and VECTORS registers of weights have been summed up."""
    sums = [[cgutils.alloca_once(b, _SUMS) for _ in range(VECTORS)] for _ in range(ROWS)]
    for place in [place for row in sums for place in row]:
        b.store(ir.Constant(_SUMS, [0] * WIDTH), place)
    kind = ir.FunctionType(_SUMS, [_WORDS, _WORDS])
    multiply = cgutils.get_or_insert_function(b.module, kind, "llvm.x86.avx2.pmadd.wd")
    with cgutils.for_range(b, pairs) as loop:
        x, w = b.add(rows, b.mul(loop.index, number(4 * ROWS))), b.add(weights, b.mul(loop.index, number(4 * LANES)))
        packed = [load(b, b.add(w, number(REGISTER * v)), _WORDS) for v in range(VECTORS)]
        for r in range(ROWS):
            pair = b.bitcast(spread(b, load(b, b.add(x, number(4 * r)), _i32), _SUMS), _WORDS)
            for vector, place in zip(packed, sums[r], strict=True):
                b.store(b.add(b.load(place), b.call(multiply, [pair, vector])), place)
    return sums


@intrinsic
def _products(
    typing: _Llvm,
    rows: _Llvm,
    weights: _Llvm,
    pairs: _Llvm,
    row_steps: _Llvm,
    steps: _Llvm,
    bias: _Llvm,
    out: _Llvm,
    width: _Llvm,
) -> _Llvm:
    """ROWS rows of LANES sums, scaled back, plus the bias, to addresses `width` bytes apart."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        rows, weights, pairs, row_steps, steps, bias, out, width = arguments
        sums = _sums(b, rows, weights, pairs)
        for r in range(ROWS):
            step = spread(b, load(b, b.add(row_steps, number(4 * r)), _f32), _FLOATS)
            for v in range(VECTORS):
                at = number(REGISTER * v)
                scale = b.fmul(step, load(b, b.add(steps, at), _FLOATS))
                total = b.fmul(b.sitofp(b.load(sums[r][v]), _FLOATS), scale)
                place = b.add(b.add(out, b.mul(width, number(r))), at)
                _store(b, b.fadd(total, load(b, b.add(bias, at), _FLOATS)), place)
        return context.get_dummy_value()

    return types.void(*[int64] * 8), generate


@intrinsic
def _gelu(typing: _Llvm, place: _Llvm, width: _Llvm) -> _Llvm:
    """_TOGETHER rows of LANES numbers, at addresses `width` bytes apart, as `gelu.gelu` does it.

    A step waits for the one before; several rows at once leave no step waiting.
    """

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        place, width = arguments
        rows = [b.add(place, b.mul(width, number(r))) for r in range(_TOGETHER)]
        places = [b.add(row, number(REGISTER * v)) for row in rows for v in range(VECTORS)]

        def above(at: _Llvm) -> _Llvm:
            given = load(b, at, _FLOATS)
            return b.select(b.fcmp_ordered("<", given, _all(-FAR)), _all(-FAR), given)

        def near(at: _Llvm) -> _Llvm:
            return b.select(b.fcmp_ordered(">", above(at), _all(FAR)), _all(FAR), above(at))

        fused = multiply_add(b, _FLOATS)
        squares = [b.fmul(near(at), near(at)) for at in places]
        scaled = [b.call(fused, [square, _all(SCALE), _all(-1)]) for square in squares]
        slopes = [_all(COEFFICIENTS[-1])] * len(places)
        for c in COEFFICIENTS[-2::-1]:
            slopes = [b.call(fused, [slope, u, _all(c)]) for slope, u in zip(slopes, scaled, strict=True)]
        for at, slope in zip(places, slopes, strict=True):
            _store(b, b.fmul(above(at), b.call(fused, [near(at), slope, _all(0.5)])), at)
        return context.get_dummy_value()

    return types.void(int64, int64), generate


@intrinsic
def _plus(typing: _Llvm, place: _Llvm, other: _Llvm) -> _Llvm:
    """Add the LANES numbers at another address to those at an address."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        for v in range(VECTORS):
            at, of_other = (b.add(one, number(REGISTER * v)) for one in arguments)
            _store(b, b.fadd(load(b, at, _FLOATS), load(b, of_other, _FLOATS)), at)
        return context.get_dummy_value()

    return types.void(int64, int64), generate


@njit(inline="always")
def products(
    rows: Pairs,
    block: int,
    weights: Pairs,
    group: int,
    row_steps: Floats,
    steps: Floats,
    bias: Floats,
    i: int,
    out: Floats,
) -> None:
    """As `linear16_plain.products`."""
    pairs, column = rows.shape[1], 4 * LANES * group
    x, w = rows.ctypes.data + block * pairs * 4 * ROWS, weights.ctypes.data + group * pairs * 4 * LANES
    s, t, b = row_steps.ctypes.data + block * 4 * ROWS, steps.ctypes.data + column, bias.ctypes.data + column
    _products(x, w, pairs, s, t, b, out.ctypes.data + 4 * i * out.shape[1] + column, 4 * out.shape[1])


@njit(inline="always")
def take_gelu(out: Floats, i: int, c: int) -> None:
    """As `linear16_plain.take_gelu`."""
    for r in range(i, i + ROWS, _TOGETHER):
        _gelu(out.ctypes.data + 4 * (r * out.shape[1] + c), 4 * out.shape[1])


@njit(inline="always")
def add(out: Floats, i: int, c: int, other: Floats) -> None:
    """As `linear16_plain.add`."""
    for r in range(i, i + ROWS):
        at = 4 * (r * out.shape[1] + c)
        _plus(out.ctypes.data + at, other.ctypes.data + at)
