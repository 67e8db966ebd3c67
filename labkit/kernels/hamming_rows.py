"""One query against rows of bits as they lie: what `hamming_simd.py` does query by query.

It is limited by memory, so rows are read once and in order, and the loop stays in registers until a row is near.
"""

from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labkit.kernels.counting import FLOOR, Counts, Keys, keep
from labkit.kernels.hamming import lowest, ones, read_word
from labkit.kernels.hamming_ir import WIDTH, scan_by_2, scan_by_4, scan_by_8

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]


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
