"""Hamming distances of packed codes: the plain kernel, which defines the answer.

    distance(query, document) = number of ones in (query XOR document)

The bits of one document are few: what takes time is to walk from document to document. So 64 documents at a time are
turned on their side, word 0 of all of them, then word 1 of all, and so on. One instruction then handles the same word
of several documents, each in its own lane, and no sum has to cross lanes. All queries of a batch use the turned block.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import int32, int64, njit, types, uint8, uint64
from numba.extending import intrinsic
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.counting import FLOOR, Counts, Keys, finish, keep

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_BLOCK = 64  # documents turned at a time
_Llvm = Any

STATE, COUNTS = array(int64, 2, written=True), array(int32, 2, written=True)
SIGNATURE = types.void(array(uint8, 2), array(uint64, 2), int64, int64, STATE, COUNTS, STATE, STATE)


@intrinsic
def ones(typing: _Llvm, word: _Llvm) -> _Llvm:
    """How many bits of a 64-bit word are 1: one instruction, which numba has no name for."""
    return uint64(uint64), lambda context, builder, signature, arguments: builder.ctpop(arguments[0])


@njit
def lowest(bits: np.uint64) -> int:
    """The number of the lowest bit that is 1."""
    return int(ones(~bits & (bits - np.uint64(1))))


@intrinsic
def load_word(typing: _Llvm, address: _Llvm) -> _Llvm:
    """The eight bytes at an address, wherever it is, as one word."""

    def generate(context: _Llvm, builder: _Llvm, signature: _Llvm, arguments: _Llvm) -> _Llvm:
        pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        return builder.load(pointer, align=1)

    return uint64(int64), generate


@njit
def read_word(codes: Codes, i: int, w: int) -> np.uint64:
    """Word w of a document: eight of its bytes, the first one lowest; bytes that it has not are 0."""
    width = codes.shape[1]
    if 8 * w + 8 <= width:
        return np.uint64(load_word(codes.ctypes.data + i * width + 8 * w))
    word = np.uint64(0)
    for b in range(width - 8 * w):
        word |= np.uint64(codes[i, 8 * w + b]) << np.uint64(8 * b)
    return word


@njit
def turn(codes: Codes, first: int, rows: int, lanes: Words) -> None:
    """Word w of the documents from `first` on to `lanes[w]`."""
    width = codes.shape[1]
    whole, x = width // 8, codes.ctypes.data + first * width
    for w in range(whole):
        for r in range(rows):
            lanes[w, r] = load_word(x + r * width + 8 * w)
    if whole < len(lanes):
        for r in range(rows):
            lanes[whole, r] = read_word(codes, first + r, whole)


@njit
def measure(lanes: Words, query: Words, distances: Words) -> None:
    """The distances of a query and the documents of a turned block."""
    distances[:] = 0
    for w in range(len(query)):
        for j in range(len(distances)):
            distances[j] += ones(lanes[w, j] ^ query[w])


@kernel(SIGNATURE)
def scan(
    codes: Codes, queries: Words, start: int, stop: int, state: Keys, counts: Counts, found: Keys, keys: Keys
) -> None:
    """Put the k nearest of the documents `start … stop` into `keys` `(nq, k)`; the others are those of a `Tally`.

    Args:
        codes: `(n, bytes)`.
        queries: `(nq, words)`, the bytes in words of eight, filled up with 0.
        start: first document.
        stop: the document after the last.
        state: as in `Tally`, like the rest.
        counts: .
        found: .
        keys: .
    """
    k = keys.shape[1]
    lanes = np.zeros((queries.shape[1], _BLOCK), np.uint64)
    distances = np.empty(_BLOCK, np.uint64)
    for first in range(start, stop, _BLOCK):
        rows = min(_BLOCK, stop - first)
        turn(codes, first, rows, lanes)
        for q in range(len(queries)):
            measure(lanes, queries[q], distances)
            floor = state[q, FLOOR]
            for j in range(rows):
                if np.int64(distances[j]) < floor:
                    floor = keep(np.int64(distances[j]), first + j, q, k, state, counts, found)
    for q in range(len(queries)):
        finish(q, state, counts, found, keys)
