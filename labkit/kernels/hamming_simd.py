"""The kernel of `hamming.py` again, on vector instructions written by hand (`hamming_ir.py`). It gives the same answers.

One query is limited by memory. Rows are read as they lie: eight vectors of words, XOR, count, and one sum across lanes
for all eight together. A batch is limited by arithmetic: a panel of rows is turned on its side once, and then eight
queries share each load. Both compare with each query's k-th distance in registers; memory is touched for survivors only.
"""

import numpy as np
from numba import int64, njit, types, uint8, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep
from labkit.kernels.hamming import COUNTS, STATE, load_word, ones, read_word
from labkit.kernels.hamming_ir import QUERIES, WIDTH, rows_by_2, rows_by_4, rows_by_8, tile

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Distances = NDArray[np.uint16]

_PANEL = 1 << 17  # bytes of rows that stay in the level-2 cache while all queries pass over them


@njit
def lanes_of(width: int) -> int:
    """Lanes that a document takes: 2 or 4 where its bytes fill exactly as many, else 8."""
    return width // 8 if width in (16, 32) else WIDTH


@njit
def _distance(codes: Codes, i: int, query: Words) -> np.uint64:
    total = np.uint64(0)
    for w in range((codes.shape[1] + 7) // 8):
        total += ones(read_word(codes, i, w) ^ query[w])
    return total


@njit(inline="never")
def _rows(
    codes: Codes, query: Words, mask: Words, start: int, stop: int, k: int, state: Keys, counts: Counts, found: Keys
) -> None:
    """The rows `start … stop` for one query, whose words fill whole vectors; `mask` has ones where they count."""
    width = codes.shape[1]
    lanes, chunks = lanes_of(width), len(query) // WIDTH
    together = 64 // lanes
    step = width if lanes == WIDTH else 64
    x, q, m = codes.ctypes.data, query.ctypes.data, mask.ctypes.data
    # A vector may reach beyond its row into the next one, but never beyond the last one.
    safe = len(codes) if lanes < WIDTH else len(codes) - (64 * chunks - 1) // width
    out = np.empty(32, np.uint16)
    o = out.ctypes.data
    floor, i = state[FLOOR], start
    while i + together <= min(stop, safe):
        if lanes == 2:
            near = rows_by_2(x + i * width, step, q, m, chunks, floor, o)
        elif lanes == 4:
            near = rows_by_4(x + i * width, step, q, m, chunks, floor, o)
        else:
            near = rows_by_8(x + i * width, step, q, m, chunks, floor, o)
        if near:
            for j in range(together):
                if (near >> np.uint64(j)) & np.uint64(1) and np.int64(out[j]) < floor:
                    floor = keep(np.int64(out[j]), i + j, k, state, counts, found)
        i += together
    for rest in range(i, stop):
        distance = np.int64(_distance(codes, rest, query))
        if distance < floor:
            floor = keep(distance, rest, k, state, counts, found)


@njit(inline="never")
def _turn(codes: Codes, first: int, last: int, words: int, blocks: Words) -> None:
    """The rows `first … last` to `blocks` `(blocks, words, 8)`: the same word of 8 documents lies side by side."""
    width = codes.shape[1]
    whole, x = width // 8, codes.ctypes.data
    for block in range((last - first + WIDTH - 1) // WIDTH):
        for j in range(min(WIDTH, last - first - block * WIDTH)):
            i = first + block * WIDTH + j
            for w in range(whole):
                blocks[block, w, j] = load_word(x + i * width + 8 * w)
            if whole < words:
                blocks[block, whole, j] = read_word(codes, i, whole)


@njit(inline="never")
def _decide(
    near: int,
    out: Distances,
    q0: int,
    i: int,
    last: int,
    k: int,
    floors: Keys,
    state: Keys,
    counts: Counts,
    found: Keys,
) -> None:
    """Keep what a tile has let through."""
    for q in range(QUERIES):
        if (near >> np.uint64(8 * q)) & np.uint64(255):
            for j in range(min(WIDTH, last - i)):
                if np.int64(out[q, j]) < floors[q0 + q]:
                    row = q0 + q
                    floors[row] = keep(np.int64(out[q, j]), i + j, k, state[row], counts[row], found[row])


_WORDS = array(uint64, 2)


@kernel(
    types.void(array(uint8, 2), _WORDS, array(uint64, 1), array(uint64, 3), int64, int64, STATE, COUNTS, STATE, STATE)
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

    `queries` `(nq, words)` and `mask` `(words,)` fill whole vectors; `packed` is what `pack` makes.
    """
    k, nq, width = keys.shape[1], len(queries), codes.shape[1]
    words = packed.shape[1]
    in_tiles = min(nq, len(packed) * QUERIES)
    floors = np.zeros(len(packed) * QUERIES, np.int64)
    floors[:in_tiles] = state[:in_tiles, FLOOR]
    panel = max(1, _PANEL // (width * WIDTH)) * WIDTH
    blocks = np.zeros((panel // WIDTH if in_tiles else 0, words, WIDTH), np.uint64)
    out = np.empty((QUERIES, WIDTH), np.uint16)
    x, p, f, o = blocks.ctypes.data, packed.ctypes.data, floors.ctypes.data, out.ctypes.data
    for first in range(start, stop, panel):
        last = min(first + panel, stop)
        if in_tiles:
            _turn(codes, first, last, words, blocks)
        for group in range(len(packed)):
            q0 = group * QUERIES
            for i in range(first, last, WIDTH):
                near = tile(x + (i - first) * words * 8, p + q0 * words * 8, words, f + q0 * 8, o)
                if near:
                    _decide(near, out, q0, i, last, k, floors, state, counts, found)
        for q in range(in_tiles, nq):
            _rows(codes, queries[q], mask, first, last, k, state[q], counts[q], found[q])
    for q in range(nq):
        finish(state[q], counts[q], found[q], keys[q])


def pack(queries: Words) -> Words:
    """Queries `(nq, words)` as `(groups, words, 8)`: the same word of 8 queries lies side by side; zeros fill up."""
    nq, words = queries.shape
    groups = -(-nq // QUERIES)
    filled = np.zeros((groups * QUERIES, words), np.uint64)
    filled[:nq] = queries
    return np.ascontiguousarray(filled.reshape(groups, QUERIES, words).transpose(0, 2, 1))


def fill(queries: Words, width: int) -> tuple[Words, Words]:
    """Queries `(nq, words)` filled up to whole vectors, and a mask with ones where a code of `width` bytes has bits."""
    lanes = width // 8 if width in (16, 32) else WIDTH
    bits = np.zeros(-(-width // (8 * lanes)) * 8 * lanes, np.uint8)
    bits[:width] = 255
    repeats = WIDTH // lanes
    wide = np.zeros((len(queries), len(bits) // 8), np.uint64)
    wide[:, : queries.shape[1]] = queries
    return np.ascontiguousarray(np.tile(wide, repeats)), np.tile(bits.view(np.uint64), repeats)
