"""The vector instructions themselves, inserted into numba's code as LLVM instructions (`@intrinsic`).

LLVM's vectors are portable: eight doubles become one AVX-512 register, two of AVX2 or four of ARM's NEON. Only the
shape of the tile is chosen for the CPU at hand. Arguments are addresses and sizes; nothing is checked down here.
"""

from typing import Any

from llvmlite import ir
from numba import float32, int64, types
from numba.core import cgutils
from numba.extending import intrinsic

from labkit.kernels.shapes import SHAPE

_Llvm = Any  # llvmlite and numba carry no types

_f32, _f64, _i32, _i64 = ir.FloatType(), ir.DoubleType(), ir.IntType(32), ir.IntType(64)
_tile_vector = ir.VectorType(_f32, SHAPE.width)


def _int(value: int) -> ir.Constant:
    return ir.Constant(_i64, value)


def fetch(builder: _Llvm, address: _Llvm) -> None:
    """Ask for the cache line at an address, which will be read soon; an address outside all memory does no harm."""
    byte = ir.IntType(8).as_pointer()
    prefetch = ir.FunctionType(ir.VoidType(), [byte, _i32, _i32, _i32])
    function = cgutils.get_or_insert_function(builder.module, prefetch, "llvm.prefetch.p0")
    to_read, keep, data = (ir.Constant(_i32, number) for number in (0, 3, 1))
    builder.call(function, [builder.inttoptr(address, byte), to_read, keep, data])


@intrinsic
def fetch_lines(typing: _Llvm, first: _Llvm, last: _Llvm) -> _Llvm:
    """Ask for the cache lines from one address up to another, which will be read soon."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        first, last = arguments
        lines = b.udiv(b.add(b.sub(last, first), _int(63)), _int(64))
        with cgutils.for_range(b, lines) as loop:
            fetch(b, b.add(first, b.mul(loop.index, _int(64))))
        return context.get_dummy_value()

    return types.void(int64, int64), generate


def _lanes(*numbers: int) -> ir.Constant:
    return ir.Constant(ir.VectorType(_i32, len(numbers)), list(numbers))


def _pointer(builder: _Llvm, address: _Llvm, kind: ir.Type) -> _Llvm:
    return builder.inttoptr(address, kind.as_pointer())


def multiply_add(builder: _Llvm, kind: ir.Type) -> _Llvm:
    """LLVM's function of three vectors of a kind: one fused instruction where the CPU has it, else a product and a sum."""
    suffix = f"v{kind.count}{'f32' if kind.element == _f32 else 'f64'}"
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), f"llvm.fmuladd.{suffix}")


def _zeros(builder: _Llvm, kind: ir.Type, count: int) -> list[_Llvm]:
    sums = [cgutils.alloca_once(builder, kind) for _ in range(count)]
    for place in sums:
        builder.store(ir.Constant(kind, [0.0] * kind.count), place)
    return sums


def _sum_up(builder: _Llvm, sums: list[_Llvm], kind: ir.Type) -> _Llvm:
    """One number from several vectors of running sums, by halves."""
    vectors = [builder.load(place) for place in sums]
    while len(vectors) > 1:
        vectors = [builder.fadd(*pair) for pair in zip(vectors[::2], vectors[1::2], strict=True)]
    vector, half = vectors[0], kind.count // 2
    while half:
        low = builder.shuffle_vector(vector, vector, _lanes(*range(half)))
        high = builder.shuffle_vector(vector, vector, _lanes(*range(half, 2 * half)))
        vector, half = builder.fadd(low, high), half // 2
    return builder.extract_element(vector, ir.Constant(_i32, 0))


def _product_sum(b: _Llvm, arguments: _Llvm, kind: ir.Type) -> _Llvm:
    """The inner product of a float32 row and a query, both at addresses, summed in vectors of `kind`."""
    row, query, d = arguments
    element, width, wide = kind.element, kind.count, kind.element == _f64
    fused = multiply_add(b, kind)
    sums = _zeros(b, kind, 4)
    x, q = _pointer(b, row, _f32), _pointer(b, query, element)
    narrow = ir.VectorType(_f32, width)

    def add(j: _Llvm, place: _Llvm) -> None:
        numbers = b.load(b.bitcast(b.gep(x, [j]), narrow.as_pointer()), align=4)
        with_query = b.load(b.bitcast(b.gep(q, [j]), kind.as_pointer()), align=4)
        b.store(b.call(fused, [b.fpext(numbers, kind) if wide else numbers, with_query, b.load(place)]), place)

    blocks = b.udiv(d, _int(4 * width))
    with cgutils.for_range(b, blocks) as loop:
        first = b.mul(loop.index, _int(4 * width))
        for part, place in enumerate(sums):
            add(b.add(first, _int(width * part)), place)
    done = b.mul(blocks, _int(4 * width))
    few = b.udiv(b.sub(d, done), _int(width))
    with cgutils.for_range(b, few) as loop:
        add(b.add(done, b.mul(loop.index, _int(width))), sums[0])
    done = b.add(done, b.mul(few, _int(width)))
    total = cgutils.alloca_once_value(b, _sum_up(b, sums, kind))
    with cgutils.for_range(b, b.sub(d, done)) as loop:
        j = b.add(done, loop.index)
        number = b.load(b.gep(x, [j]))
        product = b.fmul(b.fpext(number, _f64) if wide else number, b.load(b.gep(q, [j])))
        b.store(b.fadd(b.load(total), product), total)
    return b.load(total)


@intrinsic
def inner_product(typing: _Llvm, row: _Llvm, query: _Llvm, d: _Llvm) -> _Llvm:
    """The score of a float32 row and a float64 query: summed in float64, rounded once."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        total = _product_sum(b, arguments, ir.VectorType(_f64, 8))
        # + 0.0: a product too small for float32 may leave -0.0, which ties with 0.0
        return b.fadd(b.fptrunc(total, _f32), ir.Constant(_f32, 0.0))

    return float32(int64, int64, int64), generate


@intrinsic
def rough_product(typing: _Llvm, row: _Llvm, query: _Llvm, d: _Llvm) -> _Llvm:
    """The inner product of a row and a query, both float32, summed in float32."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        return _product_sum(b, arguments, ir.VectorType(_f32, max(8, SHAPE.width)))

    return float32(int64, int64, int64), generate


def tile_sums(
    b: _Llvm,
    row: _Llvm,
    row_bytes: _Llvm,
    queries: _Llvm,
    d: _Llvm,
    rows: int,
    vectors: int,
    *,
    fetch_next: bool = False,
) -> list[list[_Llvm]]:
    """Where the products of `rows` rows and `vectors` registers of queries, packed `(d, lanes)`, have been summed up.

    Each sum runs over the dimensions in their order, so it does not depend on the shape of the tile. `fetch_next` asks
    for the rows of the next tile meanwhile, which a single pass over a large array would otherwise wait for.
    """
    fma = multiply_add(b, _tile_vector)
    sums = [_zeros(b, _tile_vector, vectors) for _ in range(rows)]
    pointers = [_pointer(b, b.add(row, b.mul(row_bytes, _int(r))), _f32) for r in range(rows)]
    q = _pointer(b, queries, _tile_vector)

    def add_dimension(j: _Llvm) -> None:
        first = b.mul(j, _int(vectors))
        packed = [b.load(b.gep(q, [b.add(first, _int(v))]), align=4) for v in range(vectors)]
        for pointer, places in zip(pointers, sums, strict=True):
            one = b.insert_element(ir.Constant(_tile_vector, ir.Undefined), b.load(b.gep(pointer, [j])), _int(0))
            spread = b.shuffle_vector(one, one, _lanes(*[0] * SHAPE.width))
            for vector, place in zip(packed, places, strict=True):
                b.store(b.call(fma, [spread, vector, b.load(place)]), place)

    fours, after = b.udiv(d, _int(4)), b.add(row, b.mul(row_bytes, _int(rows)))
    lines = -(-SHAPE.rows * 16 // 64) if fetch_next else 0  # four numbers of each row of a whole tile
    with cgutils.for_range(b, fours) as loop:
        for line in range(lines):
            fetch(b, b.add(after, b.add(b.mul(loop.index, _int(64 * lines)), _int(64 * line))))
        for part in range(4):
            add_dimension(b.add(b.mul(loop.index, _int(4)), _int(part)))
    done = b.mul(fours, _int(4))
    with cgutils.for_range(b, b.sub(d, done)) as loop:
        add_dimension(b.add(done, loop.index))
    return sums


@intrinsic
def tile(typing: _Llvm, row: _Llvm, row_bytes: _Llvm, queries: _Llvm, d: _Llvm, floor: _Llvm, out: _Llvm) -> _Llvm:
    """Inner products of ROWS rows and LANES queries packed `(d, LANES)` into `out`; bit z is set if one beats floor[z]."""

    def generate(context: _Llvm, b: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        row, row_bytes, queries, d, floor, out = arguments
        sums = tile_sums(b, row, row_bytes, queries, d, SHAPE.rows, SHAPE.vectors, fetch_next=True)

        floors, results = _pointer(b, floor, _tile_vector), _pointer(b, out, _tile_vector)
        mask = _int(0)
        for v in range(SHAPE.vectors):
            limit = b.load(b.gep(floors, [_int(v)]), align=4)
            beaten = None
            for r in range(SHAPE.rows):
                value = b.load(sums[r][v])
                b.store(value, b.gep(results, [_int(r * SHAPE.vectors + v)]), align=4)
                above = b.fcmp_ordered(">", value, limit)
                beaten = above if beaten is None else b.or_(beaten, above)
            bits = b.zext(b.bitcast(beaten, ir.IntType(SHAPE.width)), _i64)
            mask = b.or_(mask, b.shl(bits, _int(v * SHAPE.width)))
        return mask

    return int64(*[int64] * 6), generate
