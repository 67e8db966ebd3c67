"""The kernels of `int8.py` and `int4.py` again, on the instructions of `int8_ir.py`. They give the same answers.

One query is limited by memory: one row after another. A batch is limited by arithmetic: a panel of rows is copied into
the cache with 128 added to each number and rows filled up to whole lanes; then tiles of rows x queries.

Half bytes are taken apart on the way: the lower halves of a row first, then the upper ones, and queries likewise. They
hold levels plus 8 and are left so. What the 128 or the 8 add to a query's products is its shift.
"""

from typing import Any

import numpy as np
from numba import int8, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.hamming import lowest
from labkit.kernels.int8 import key
from labkit.kernels.int8_ir import LANES, QUERY_NUMBER, ROW_NUMBER, ROWS, SIZE, TOGETHER, WHOLE, tile
from labkit.kernels.int8_rows_ir import half_product, row_product, split, widen
from labkit.kernels.topk import EMPTY, Keys, replace_worst

Int8 = NDArray[np.int8]
Numbers = NDArray[np.integer[Any]]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_PANEL = 1 << 18  # bytes of rows that stay in the level-2 cache while all queries pass over them
_LOWEST = np.int64(np.iinfo(np.int32).min)
_HIGHEST = np.int32(np.iinfo(np.int32).max)
_SHIFT = 32


@njit
def _floor(best: int, shift: int) -> np.int32:
    """What an unsigned product must exceed to matter; documents come in the order of ids, so a tie does not."""
    if best == EMPTY:
        return np.int32(_LOWEST)
    return np.int32((best >> _SHIFT) + shift)


@njit(inline="always")
def _product(row: int, query: int, chunks: int, per_byte: int) -> int:
    return int(row_product(row, query, chunks) if per_byte == 1 else half_product(row, query, chunks))


@njit(inline="never")
def _rows(codes: Int8, query: Numbers, shift: int, per_byte: int, start: int, stop: int, keys: Keys) -> None:
    """The rows `start … stop` for one query, which is filled up to steps of 64 numbers."""
    width = codes.shape[1]
    chunks = len(query) // (64 * per_byte)
    x, q = codes.ctypes.data, query.ctypes.data
    safe = len(codes) - (64 * chunks - 1) // width  # a load may reach into the next row, but not beyond the last one
    last = np.zeros(64 * chunks, np.int8)
    floor = _floor(keys[0], shift)
    for i in range(start, stop):
        row = x + i * width
        if i >= safe:
            last[:width] = codes[i]
            row = last.ctypes.data
        total = _product(row, q, chunks, per_byte)
        if total > floor or keys[0] == EMPTY:
            replace_worst(keys, key(total - shift, i))
            floor = _floor(keys[0], shift)


@njit(inline="never")
def _copy(codes: Int8, per_byte: int, first: int, last: int, panel: Numbers) -> None:
    width = codes.shape[1]
    for i in range(first, last):
        row, place = codes.ctypes.data + i * width, panel.ctypes.data + (i - first) * panel.shape[1] * SIZE
        if per_byte == 1:
            widen(row, width, 128, place)
        else:
            split(row, width, place, place + width * SIZE)


@njit(inline="always")
def _decide(beaten: int, out: Int32, q0: int, i: int, last: int, shifts: Int64, floor: Int32, keys: Keys) -> None:
    """Keep what a tile has let through."""
    while beaten:
        lane = lowest(np.uint64(beaten))
        beaten &= beaten - 1
        q = q0 + lane
        for r in range(min(ROWS, last - i)):
            if out[r, lane] > floor[q] or keys[q, 0] == EMPTY:
                replace_worst(keys[q], key(out[r, lane] - shifts[q], i + r))
                floor[q] = _floor(keys[q, 0], shifts[q])


@kernel(
    types.void(
        array(int8, 2),
        array(QUERY_NUMBER, 2),
        array(QUERY_NUMBER, 4),
        array(int64, 1),
        int64,
        int64,
        int64,
        array(int64, 2, written=True),
    ),
    variant=WHOLE.name,
)
def scan(
    codes: Int8, queries: Numbers, packed: Numbers, shifts: Int64, per_byte: int, start: int, stop: int, keys: Keys
) -> None:
    """As `int8.scan`, or with two levels `per_byte` as `int4.scan`.

    The first queries are also `packed` and go by tiles, the others one by one. `queries` `(nq, …)` are what `fill` makes;
    `shifts` `(nq,)` are 128 times their sums, or 8 times.
    """
    d, nq, fours = codes.shape[1], len(queries), packed.shape[1]
    in_tiles = min(nq, len(packed) * LANES)
    floor = np.full(len(packed) * LANES, _HIGHEST, np.int32)
    for q in range(in_tiles):
        floor[q] = _floor(keys[q, 0], shifts[q])
    rows = max(1, _PANEL // (4 * max(1, fours) * ROWS)) * ROWS
    panel = np.zeros((rows if in_tiles else 0, TOGETHER * fours), ROW_NUMBER)
    out = np.empty((ROWS, LANES), np.int32)
    x, p, f, o = panel.ctypes.data, packed.ctypes.data, floor.ctypes.data, out.ctypes.data
    for first in range(start, stop, rows):
        last = min(first + rows, stop)
        if in_tiles:
            _copy(codes, per_byte, first, last, panel)
        ahead = codes.ctypes.data + last * d - first * d  # the next panel's row for row 0
        for group in range(len(packed)):
            q0, final = group * LANES, group == len(packed) - 1
            for i in range(first, last, ROWS):
                row = x + (i - first) * 4 * fours
                soon = ahead + i * d if final else row  # the next panel is asked for meanwhile
                beaten = tile(row, 4 * fours, p + q0 * 4 * fours, fours, f + q0 * 4, o, soon)
                if beaten:
                    _decide(beaten, out, q0, i, last, shifts, floor, keys)
        for q in range(in_tiles, nq):
            _rows(codes, queries[q], shifts[q], per_byte, first, last, keys[q])


def pack(*parts: Int8) -> Numbers:
    """Queries `(nq, d)` as `(groups, d / TOGETHER, LANES, TOGETHER)`: a lane's numbers of all queries lie side by side.

    Of half bytes, the queries' numbers come in two parts `(nq, d)`: those of lower halves, those of upper ones.
    """
    queries = np.hstack(parts)
    nq, d = queries.shape
    groups, fours = -(-nq // LANES), -(-d // TOGETHER)
    filled = np.zeros((groups * LANES, TOGETHER * fours), WHOLE.query_type)
    filled[:nq, :d] = queries
    return np.ascontiguousarray(filled.reshape(groups, LANES, fours, TOGETHER).transpose(0, 2, 1, 3))


def fill(*parts: Int8) -> Numbers:
    """Queries of such parts, each filled up with zeros to whole steps of 64."""
    filled = [np.pad(part, ((0, 0), (0, -part.shape[1] % 64))) for part in parts]
    return np.hstack(filled).astype(WHOLE.query_type)
