"""Small pieces of LLVM code that the hand-written kernels share; see `vector_ir.py` for how they come into numba's code."""

from typing import Any

from llvmlite import ir

_Llvm = Any  # llvmlite and numba carry no types

_i32, _i64 = ir.IntType(32), ir.IntType(64)


def number(value: int) -> ir.Constant:
    """A 64-bit constant."""
    return ir.Constant(_i64, value)


def load(builder: _Llvm, address: _Llvm, kind: ir.Type) -> _Llvm:
    """What lies at an address, wherever it is."""
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def pick(builder: _Llvm, a: _Llvm, b: _Llvm, lanes: list[int]) -> _Llvm:
    """Those lanes of two vectors that are counted through: the lanes of `a` and then the lanes of `b`."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_i32, len(lanes)), lanes))


def spread(builder: _Llvm, value: _Llvm, kind: ir.VectorType) -> _Llvm:
    """A vector with the same number in every lane."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(_i32, 0))
    return pick(builder, one, one, [0] * kind.count)


def some(builder: _Llvm, truths: _Llvm) -> _Llvm:
    """Whether any lane of a vector of truths is true."""
    bits = ir.IntType(truths.type.count)
    return builder.icmp_unsigned("!=", builder.bitcast(truths, bits), ir.Constant(bits, 0))
