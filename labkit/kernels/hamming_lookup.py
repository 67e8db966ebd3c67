"""The kernel of `hamming.py` again, for batches on AVX2: rows lie byte by byte for the tile of `hamming_lookup_ir.py`.

It does what `hamming_simd.scan` does, with another tile; single queries go row by row, as everywhere (`hamming_rows.py`).
"""

import numpy as np
from numba import int64, njit, types, uint8, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep
from labkit.kernels.hamming import COUNTS, STATE, lowest
from labkit.kernels.hamming_layout import aligned
from labkit.kernels.hamming_lookup_ir import CORNER, DOCUMENTS, QUERIES, tile, turn_corner
from labkit.kernels.hamming_rows import scan_rows
from labkit.kernels.vector_ir import fetch_lines

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Limits = NDArray[np.uint16]

_PANEL = 1 << 17  # bytes of rows that stay in the level-2 cache while all queries pass over them
_NIBBLES = np.arange(16, dtype=np.uint8)
_TABLES = np.bitwise_count(_NIBBLES[:, None] ^ _NIBBLES)  # of each four bits of a query, those of a document
_TURNED = 32  # rows that `turn_corner` takes


@njit(inline="never")
def _turn(codes: Codes, first: int, last: int, blocks: Codes) -> None:
    """The rows `first … last` to `blocks` `(blocks, width, DOCUMENTS)`; what the last block has beyond them does not matter."""
    width = codes.shape[1]
    whole = width - width % CORNER
    x = codes.ctypes.data
    for row in range(first, last, _TURNED):
        block, column = (row - first) // DOCUMENTS, (row - first) % DOCUMENTS
        rows = min(_TURNED, last - row)
        place = blocks.ctypes.data + block * width * DOCUMENTS + column
        turned = whole if rows == _TURNED else 0
        for byte in range(0, turned, CORNER):
            turn_corner(x + row * width + byte, width, place + byte * DOCUMENTS)
        for byte in range(turned, width):  # the last bytes of a row, or rows, are fewer than a corner has
            blocks[block, byte, column : column + _TURNED] = 0
            for r in range(rows):
                blocks[block, byte, column + r] = codes[row + r, byte]


@njit(inline="always")
def _decide(
    near: Words,
    distances: Limits,
    q0: int,
    i: int,
    last: int,
    k: int,
    limits: Limits,
    state: Keys,
    counts: Counts,
    found: Keys,
) -> None:
    """Keep what a tile of the documents from `i` on has let through."""
    for lane in range(QUERIES):
        bits, q = near[lane], q0 + lane
        while bits:
            j = lowest(bits)
            bits &= bits - np.uint64(1)
            distance = np.int64(distances[lane, j])
            if i + j < last and distance < np.int64(limits[q]):
                limits[q] = keep(distance, i + j, q, k, state, counts, found)


@kernel(
    types.void(
        array(uint8, 2), array(uint64, 2), array(uint64, 1), array(uint8, 5), int64, int64, STATE, COUNTS, STATE, STATE
    )
)
def scan(
    codes: Codes,
    queries: Words,
    mask: Words,
    tables: Codes,
    start: int,
    stop: int,
    state: Keys,
    counts: Counts,
    found: Keys,
    keys: Keys,
) -> None:
    """As `hamming_simd.scan`. The first queries have `tables`, which `pack` makes, and go by tiles, the others one by one."""
    k, nq, width, groups = keys.shape[1], len(queries), codes.shape[1], len(tables)
    in_tiles = min(nq, groups * QUERIES)
    limits = np.zeros(groups * QUERIES, np.uint16)  # below 0 is nothing: those that only fill up
    for q in range(in_tiles):
        limits[q] = state[q, FLOOR]
    panel = max(1, _PANEL // (width * DOCUMENTS)) * DOCUMENTS
    blocks = aligned(panel * width // 8).view(np.uint8).reshape((panel // DOCUMENTS, width, DOCUMENTS))
    distances, near = np.empty((QUERIES, DOCUMENTS), np.uint16), np.empty(QUERIES, np.uint64)
    x, t, m = blocks.ctypes.data, tables.ctypes.data, limits.ctypes.data
    d, n = distances.ctypes.data, near.ctypes.data
    for first in range(start, stop, panel):
        last = min(first + panel, stop)
        _turn(codes, first, last, blocks)
        ahead, share = codes.ctypes.data + last * width, DOCUMENTS * width // groups
        for group in range(groups):
            q0 = group * QUERIES
            for i in range(first, last, DOCUMENTS):
                fetch_lines(ahead, ahead + share)  # the next panel, bit by bit meanwhile
                ahead += share
                if tile(x + (i - first) * width, t + q0 * width * 32, width, m + 2 * q0, d, n):
                    _decide(near, distances, q0, i, last, k, limits, state, counts, found)
        for q in range(in_tiles, nq):
            scan_rows(codes, queries, mask, q, first, last, k, state, counts, found)
    for q in range(nq):
        finish(q, state, counts, found, keys)


def pack(queries: Words, width: int) -> Codes:
    """Tables `(groups, width, QUERIES, 2, 16)` of queries `(nq, words)`: of each byte the lower four bits, then the upper."""
    nq = len(queries)
    groups = -(-nq // QUERIES)
    codes = np.zeros((groups * QUERIES, width), np.uint8)
    codes[:nq] = queries.view(np.uint8).reshape(nq, -1)[:, :width]
    halves = np.stack([codes & 15, codes >> 4], axis=-1).reshape(groups, QUERIES, width, 2).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(_TABLES[halves])
