"""The tile of MaxSim: a few tokens of a document against a register or more of query tokens, largest products kept.

It is the tile of exact search (`vector_ir.py`) with another end: the products never leave the registers; each lane keeps
the largest one it has seen. A maximum may see a token twice, so the last tile of a document just overlaps the one before
it, and nothing is padded.
"""

from typing import Any

from llvmlite import ir
from numba import int64, types
from numba.extending import intrinsic

from labkit.kernels.shapes import SHAPE
from labkit.kernels.vector_ir import tile_sums

_Llvm = Any  # llvmlite and numba carry no types

ROWS, FEW = SHAPE.rows, SHAPE.rows // 2  # tokens of a document in a tile, and in the smaller one for the rest
WIDTH, VECTORS = SHAPE.width, SHAPE.vectors  # query tokens in a register, registers in a tile
LANES = SHAPE.lanes

_vector = ir.VectorType(ir.FloatType(), WIDTH)


def largest(rows: int, vectors: int) -> Any:  # noqa: ANN401 - numba carries no types
    """An intrinsic that raises `best` `(vectors * WIDTH,)` to the largest products of `rows` rows, where they exceed it.

    Its arguments: address of the first row, bytes from row to row, address of the query tokens packed `(d, lanes)`,
    `d`, address of `best`; all float32.
    """

    @intrinsic
    def raise_best(typing: _Llvm, row: _Llvm, row_bytes: _Llvm, packed: _Llvm, d: _Llvm, best: _Llvm) -> _Llvm:
        def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
            row, row_bytes, packed, d, best = arguments
            sums = tile_sums(b, row, row_bytes, packed, d, rows, vectors, fetch_next=True)
            keep_largest(b, sums, best, _vector, lambda new, old: b.fcmp_ordered(">", new, old))
            return context.get_dummy_value()

        return types.void(*[int64] * 5), generate

    return raise_best


def keep_largest(b: _Llvm, sums: list[list[_Llvm]], best: _Llvm, kind: ir.Type, above: Any) -> None:  # noqa: ANN401
    """Raise the vectors at `best` to the largest of each column of `sums`; `above(new, old)` compares."""
    places = b.inttoptr(best, kind.as_pointer())
    for v, column in enumerate(zip(*sums, strict=True)):
        place = b.gep(places, [ir.Constant(ir.IntType(64), v)])
        value = b.load(place, align=4)
        for total in column:
            new = b.load(total)
            value = b.select(above(new, value), new, value)
        b.store(value, place, align=4)
