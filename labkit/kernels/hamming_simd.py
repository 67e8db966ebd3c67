"""The kernel of `hamming.py` again, on vector instructions written by hand. It gives the same answers.

One query is limited by memory. Rows are read as they lie: eight vectors of words, XOR, count, and one sum across lanes
for all eight together (`hamming_ir.py`). A batch is limited by arithmetic: a panel of rows is turned on its side once,
then eight queries share each load, and two words each population count (`hamming_tile_ir.py`). Both compare with each
query's k-th distance in registers; memory is touched for survivors only.
"""

from functools import cache

import numpy as np
from numba import int64, njit, types, uint8, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep
from labkit.kernels.hamming import COUNTS, STATE, lowest, ones, read_word
from labkit.kernels.hamming_ir import WIDTH, scan_by_2, scan_by_4, scan_by_8
from labkit.kernels.hamming_tile_ir import QUERIES, tile, turn_pair
from labkit.kernels.vector_ir import SHAPE, fetch_lines

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
    codes: Codes,
    queries: Words,
    mask: Words,
    q: int,
    start: int,
    stop: int,
    k: int,
    state: Keys,
    counts: Counts,
    found: Keys,
) -> None:
    """The rows `start … stop` for query q, whose words fill whole vectors; `mask` has ones where they count."""
    width = codes.shape[1]
    lanes, chunks = lanes_of(width), queries.shape[1] // WIDTH
    together = 64 // lanes
    x, m = codes.ctypes.data, mask.ctypes.data
    asked = queries.ctypes.data + q * queries.shape[1] * 8
    # A vector may reach beyond its row into the next one, but never beyond the last one.
    safe = len(codes) if lanes < WIDTH else len(codes) - (64 * chunks - 1) // width
    out, near = np.empty(32, np.uint16), np.empty(1, np.uint64)
    o, n = out.ctypes.data, near.ctypes.data
    floor, i = state[q, FLOOR], start
    tiles = max(0, (min(stop, safe) - start) // together)
    while tiles > 0:
        if lanes == 2:
            skipped = scan_by_2(x + i * width, width, asked, m, chunks, floor, tiles, o, n)
        elif lanes == 4:
            skipped = scan_by_4(x + i * width, width, asked, m, chunks, floor, tiles, o, n)
        else:
            skipped = scan_by_8(x + i * width, width, asked, m, chunks, floor, tiles, o, n)
        i += skipped * together
        tiles -= skipped
        if tiles > 0:
            bits = near[0]
            while bits:
                j = lowest(bits)
                bits &= bits - np.uint64(1)
                if np.int64(out[j]) < floor:
                    floor = keep(np.int64(out[j]), i + j, q, k, state, counts, found)
            i += together
            tiles -= 1
    for rest in range(i, stop):
        distance = np.int64(_distance(codes, rest, queries[q]))
        if distance < floor:
            floor = keep(distance, rest, q, k, state, counts, found)


@njit
def _aligned(size: int) -> Words:
    """Room for so many words, from the start of a cache line on: a vector that lies in two lines takes twice as long."""
    room = np.empty(size + WIDTH, np.uint64)
    skipped = (-room.ctypes.data % 64) // 8
    return room[skipped : skipped + size]


@njit(inline="never")
def _turn(codes: Codes, first: int, last: int, blocks: Words, unequal: Words) -> None:
    """The rows `first … last` to `blocks` `(blocks, pairs, 2, 8)` and `unequal` `(blocks, 8)`, as `tile` wants them."""
    width, pairs = codes.shape[1], blocks.shape[1]
    whole = width // 16
    rest = np.zeros((WIDTH, 16), np.uint8)
    x, t = codes.ctypes.data, rest.ctypes.data
    unequal[:] = 0
    for block in range((last - first + WIDTH - 1) // WIDTH):
        i = first + block * WIDTH
        rows = min(WIDTH, last - i)
        o = unequal.ctypes.data + block * WIDTH * 8
        for pair in range(pairs):
            out = blocks.ctypes.data + (block * pairs + pair) * 2 * WIDTH * 8
            if pair < whole and rows == WIDTH:
                turn_pair(x + i * width + pair * 16, width, out, o)
            else:  # the last bytes of a row, or rows, are fewer than a pair has
                rest[:] = 0
                for r in range(rows):
                    for c in range(min(16, width - 16 * pair)):
                        rest[r, c] = codes[i + r, 16 * pair + c]
                turn_pair(t, 16, out, o)


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

    `queries` `(nq, words)` and `mask` `(words,)` fill whole vectors; `packed` is what `pack` makes.
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
    panel = max(1, _PANEL // (width * WIDTH)) * WIDTH if nq > 1 else max(1, stop - start)
    n_blocks = panel // WIDTH if in_tiles else 0
    blocks = _aligned(n_blocks * pairs * 2 * WIDTH).reshape((n_blocks, pairs, 2, WIDTH))
    unequal = _aligned(n_blocks * WIDTH).reshape((n_blocks, WIDTH))
    out = _aligned(QUERIES * WIDTH).view(np.int64).reshape((QUERIES, WIDTH))
    x, c, o = blocks.ctypes.data, unequal.ctypes.data, out.ctypes.data
    block_bytes = pairs * 2 * WIDTH * 8
    for first in range(start, stop, panel):
        last = min(first + panel, stop)
        if in_tiles:
            _turn(codes, first, last, blocks, unequal)
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
            _rows(codes, queries, mask, q, first, last, k, state, counts, found)
    for q in range(nq):
        finish(q, state, counts, found, keys)


def pack(queries: Words) -> Words:
    """Queries `(nq, words)` as `(groups, pairs, 2, 8)`: of 8 queries the first word of a pair, and both words' XOR.

    Zeros fill up.
    """
    nq, words = queries.shape
    groups, pairs = -(-nq // QUERIES), -(-words // 2)
    packed = np.zeros((groups, pairs, 2, QUERIES), np.uint64)
    if nq:
        filled = np.zeros((groups * QUERIES, 2 * pairs), np.uint64)
        filled[:nq, :words] = queries
        both = filled.reshape(groups, QUERIES, pairs, 2).transpose(3, 0, 2, 1)
        packed[:, :, 0], packed[:, :, 1] = both[0], both[0] ^ both[1]
    return packed


def fill(queries: Words, width: int) -> tuple[Words, Words]:
    """Queries `(nq, words)` filled up to whole vectors, and a mask with ones where a code of `width` bytes has bits."""
    mask = _mask(width)
    wide = np.zeros((len(queries), len(mask)), np.uint64)
    words = queries.shape[1]
    step = width // 8 if lanes_of.py_func(width) < WIDTH else len(mask)
    for first in range(0, len(mask), step):
        wide[:, first : first + words] = queries
    return wide, mask


@cache
def _mask(width: int) -> Words:
    lanes = lanes_of.py_func(width)
    bits = np.zeros(-(-width // (8 * lanes)) * 8 * lanes, np.uint8)
    bits[:width] = 255
    return np.tile(bits.view(np.uint64), WIDTH // lanes)
