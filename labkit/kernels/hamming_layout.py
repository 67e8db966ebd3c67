"""Rows and queries laid out for the tile of `hamming_tile_ir.py`: the same two words of eight of them side by side."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labkit.kernels.hamming_ir import WIDTH
from labkit.kernels.hamming_tile_ir import QUERIES, turn_pair

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]


@njit
def aligned(size: int) -> Words:
    """Room for so many words, from the start of a cache line on: a vector that lies in two lines takes twice as long."""
    room = np.empty(size + WIDTH, np.uint64)
    skipped = (-room.ctypes.data % 64) // 8
    return room[skipped : skipped + size]


@njit(inline="never")
def turn(codes: Codes, first: int, last: int, blocks: Words, unequal: Words) -> None:
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
