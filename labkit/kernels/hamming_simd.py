"""The kernel of `hamming.py` again, for batches, on vector instructions written by hand. It gives the same answers.

A batch is limited by arithmetic: a panel of rows is turned on its side once, then eight queries share each load, and two
words each population count (`hamming_tile_ir.py`). Distances are compared with each query's k-th one in registers;
memory is touched for survivors only. A few queries left over go through the rows as they lie (`hamming_rows.py`).
"""

import numpy as np
from numba import int64, njit, types, uint8, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep
from labkit.kernels.hamming import COUNTS, STATE, lowest, ones
from labkit.kernels.hamming_ir import WIDTH
from labkit.kernels.hamming_layout import aligned, turn
from labkit.kernels.hamming_rows import scan_rows
from labkit.kernels.hamming_tile_ir import QUERIES, tile
from labkit.kernels.shapes import SHAPE
from labkit.kernels.vector_ir import fetch_lines

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_PANEL = 1 << 17  # bytes of rows that stay in the level-2 cache while all queries pass over them


@njit
def _limit(floor: int, unequal: int) -> int:
    """What `tile` compares with: floor is a query's k-th distance, unequal its ones(f)."""
    return (floor - unequal) // 2 + 1


@njit(inline="always")
def _decide(
    near: np.uint64,
    out: Keys,
    unequal: Words,
    block: int,
    q0: int,
    i: int,
    last: int,
    k: int,
    limits: Keys,
    asked_unequal: Keys,
    state: Keys,
    counts: Counts,
    found: Keys,
) -> None:
    """Keep what a tile of the documents from `i` on has let through."""
    while near:
        bit = lowest(near)
        near &= near - np.uint64(1)
        q, j = q0 + bit // WIDTH, bit % WIDTH
        distance = 2 * out[bit // WIDTH, j] - np.int64(unequal[block, j] & np.uint64(1)) + asked_unequal[q]
        if i + j < last and distance < state[q, FLOOR]:
            floor = keep(distance, i + j, q, k, state, counts, found)
            limits[q] = _limit(floor, asked_unequal[q])


_WORDS = array(uint64, 2)


@kernel(
    types.void(array(uint8, 2), _WORDS, array(uint64, 1), array(uint64, 4), int64, int64, STATE, COUNTS, STATE, STATE),
    variant=SHAPE.name,
)
def scan(
    codes: Codes,
    queries: Words,
    mask: Words,
    packed: Words,
    start: int,
    stop: int,
    state: Keys,
    counts: Counts,
    found: Keys,
    keys: Keys,
) -> None:
    """As `hamming.scan`. The first queries are also `packed` and go by tiles, the others one by one.

    `queries` `(nq, words)` and `mask` `(words,)` fill whole vectors; `packed` is what `hamming_layout.pack` makes.
    """
    k, nq, width = keys.shape[1], len(queries), codes.shape[1]
    groups, pairs = len(packed), packed.shape[1]
    in_tiles = min(nq, groups * QUERIES)
    limits = np.full(groups * QUERIES, np.iinfo(np.int64).min // 2)  # below it is nothing: those that only fill up
    asked_unequal = np.zeros(groups * QUERIES, np.int64)
    for q in range(in_tiles):
        for pair in range(pairs):
            asked_unequal[q] += np.int64(ones(packed[q // QUERIES, pair, 1, q % QUERIES]))
        limits[q] = _limit(state[q, FLOOR], asked_unequal[q])
    panel = max(1, _PANEL // (width * WIDTH)) * WIDTH
    n_blocks = panel // WIDTH if in_tiles else 0
    blocks = aligned(n_blocks * pairs * 2 * WIDTH).reshape((n_blocks, pairs, 2, WIDTH))
    unequal = aligned(n_blocks * WIDTH).reshape((n_blocks, WIDTH))
    out = aligned(QUERIES * WIDTH).view(np.int64).reshape((QUERIES, WIDTH))
    x, c, o = blocks.ctypes.data, unequal.ctypes.data, out.ctypes.data
    block_bytes = pairs * 2 * WIDTH * 8
    for first in range(start, stop, panel):
        last = min(first + panel, stop)
        if in_tiles:
            turn(codes, first, last, blocks, unequal)
        ahead, share = codes.ctypes.data + last * width, WIDTH * width // max(groups, 1)
        for group in range(groups):
            q0 = group * QUERIES
            p, m = packed.ctypes.data + q0 * pairs * 16, limits.ctypes.data + q0 * 8
            for i in range(first, last, WIDTH):
                fetch_lines(ahead, ahead + share)  # the next panel, bit by bit meanwhile
                ahead += share
                block = (i - first) // WIDTH
                near = tile(x + block * block_bytes, c + block * WIDTH * 8, p, pairs, m, o)
                if near:
                    _decide(near, out, unequal, block, q0, i, last, k, limits, asked_unequal, state, counts, found)
        for q in range(in_tiles, nq):
            scan_rows(codes, queries, mask, q, first, last, k, state, counts, found)
    for q in range(nq):
        finish(q, state, counts, found, keys)
