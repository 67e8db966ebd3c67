"""The kernel of `hamming.py` again, for one query: rows of bits are read as they lie. It gives the same answers.

It is limited by memory, so rows are read once and in order, and the loop stays in registers until a row is near.
"""

from functools import cache

import numpy as np
from numba import int64, njit, types, uint8, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep
from labkit.kernels.hamming import COUNTS, STATE, lowest, ones, read_word
from labkit.kernels.hamming_ir import WIDTH, scan_by_2, scan_by_4, scan_by_8
from labkit.kernels.hamming_words_ir import ROWS, scan_1_word, scan_2_words, scan_4_words, scan_6_words, scan_words
from labkit.kernels.shapes import SHAPE

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_BY_WORDS = SHAPE.name == "avx2"  # which counts the ones of a word with one instruction, those of a vector with many


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


@njit(inline="always")
def _skip_by_words(rows: int, width: int, query: int, mask: int, floor: int, tiles: int, out: int, near: int) -> int:
    if width == 8:
        return scan_1_word(rows, width, query, mask, floor, tiles, out, near)
    if width == 16:
        return scan_2_words(rows, width, query, mask, floor, tiles, out, near)
    if width == 32:
        return scan_4_words(rows, width, query, mask, floor, tiles, out, near)
    if width == 48:
        return scan_6_words(rows, width, query, mask, floor, tiles, out, near)
    return scan_words(rows, width, query, mask, floor, tiles, out, near)


@njit(inline="always")
def _skip_by_lanes(rows: int, width: int, query: int, mask: int, floor: int, tiles: int, out: int, near: int) -> int:
    if width == 16:
        return scan_by_2(rows, width, query, mask, 1, floor, tiles, out, near)
    if width == 32:
        return scan_by_4(rows, width, query, mask, 1, floor, tiles, out, near)
    return scan_by_8(rows, width, query, mask, (width + 63) // 64, floor, tiles, out, near)


# How many tiles to skip until one has a document that is near.
_skip = _skip_by_words if _BY_WORDS else _skip_by_lanes


@njit(inline="never")
def scan_rows(
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
    together = ROWS if _BY_WORDS else 64 // lanes_of(width)
    x, m = codes.ctypes.data, mask.ctypes.data
    asked = queries.ctypes.data + q * queries.shape[1] * 8
    # What is read may reach beyond its row into the next one, but never beyond the last one.
    unit = 8 if _BY_WORDS or width in (16, 32) else 64
    safe = len(codes) - ((width + unit - 1) // unit * unit - 1) // width
    out, near = np.empty(32, np.uint16), np.empty(1, np.uint64)
    o, n = out.ctypes.data, near.ctypes.data
    floor, i = state[q, FLOOR], start
    tiles = max(0, (min(stop, safe) - start) // together)
    while tiles > 0:
        skipped = _skip(x + i * width, width, asked, m, floor, tiles, o, n)
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


@kernel(
    types.void(array(uint8, 2), array(uint64, 2), array(uint64, 1), int64, int64, STATE, COUNTS, STATE, STATE),
    variant=SHAPE.name,
)
def scan(
    codes: Codes,
    queries: Words,
    mask: Words,
    start: int,
    stop: int,
    state: Keys,
    counts: Counts,
    found: Keys,
    keys: Keys,
) -> None:
    """As `hamming.scan`, query by query; `queries` and `mask` are what `fill` makes."""
    for q in range(len(queries)):
        scan_rows(codes, queries, mask, q, start, stop, keys.shape[1], state, counts, found)
        finish(q, state, counts, found, keys)


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
