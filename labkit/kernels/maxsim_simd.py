"""The kernel of `maxsim_plain.py` again, on the tile of `maxsim_ir.py`. It adds up in the same order.

Query tokens lie in the lanes of the registers, 32 in a tile of AVX-512; what is left of a query goes register by
register, so a query of 8 tokens costs half of one of 32. The tokens of a document are read where they lie.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numba import float32, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim_ir import FEW, LANES, ROWS, VECTORS, WIDTH, largest
from labkit.kernels.shapes import SHAPE

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]
Numbers = NDArray[Any]

_Numba = Any  # numba carries no types


def raise_by(name: str, rows: int, tile: _Numba, few: _Numba, one: _Numba) -> _Numba:
    """A function that raises the largest products so far to those with all tokens of a document.

    Args:
        name: of the function; no two may share one. Numba names machine code after the function and a counter, and
            machine code read from the cache was counted in another process: of two with one name, the first would win.
        rows: tokens in a tile.
        tile: takes `rows` tokens at once.
        few: takes `rows // 2` tokens.
        one: takes one token.

    Returns:
        A compiled function of: address of the first token, bytes from one token to the next, number of tokens, address
        of the packed query tokens, and as the tile has it: its length and the address of the largest products.
    """
    half = rows // 2

    def raise_best(tokens: int, row_bytes: int, count: int, packed: int, length: int, best: int) -> None:
        done = 0
        while done + rows <= count:
            tile(tokens + done * row_bytes, row_bytes, packed, length, best)
            done += rows
        if count - done > half and done > 0:  # overlaps the tile before
            tile(tokens + (count - rows) * row_bytes, row_bytes, packed, length, best)
            done = count
        while done < count and count >= half:
            few(tokens + min(done, count - half) * row_bytes, row_bytes, packed, length, best)
            done += half
        while done < count:
            one(tokens + done * row_bytes, row_bytes, packed, length, best)
            done += 1

    raise_best.__name__ = raise_best.__qualname__ = name
    return njit(inline="never")(raise_best)


# LANES query tokens packed `(d, LANES)`, and WIDTH of them packed `(d, WIDTH)`:
raise_wide = raise_by("raise_wide", ROWS, *(largest(rows, VECTORS) for rows in (ROWS, FEW, 1)))
raise_slim = raise_by("raise_slim", ROWS, *(largest(rows, 1) for rows in (ROWS, FEW, 1)))


@njit(inline="never")
def document_score(tokens: int, row_bytes: int, count: int, packed: int, query_tokens: int, d: int) -> np.float32:
    """MaxSim of a query packed as by `pack` and `count` tokens of a document; -inf if there are none."""
    best = np.empty(LANES, np.float32)
    place, total, done = best.ctypes.data, 0.0, 0
    while done < query_tokens:
        best[:] = -np.inf
        if query_tokens - done > LANES - WIDTH:
            raise_wide(tokens, row_bytes, count, packed + done * d * 4, d, place)
            lanes = LANES
        else:
            raise_slim(tokens, row_bytes, count, packed + done * d * 4, d, place)
            lanes = WIDTH
        for z in range(min(lanes, query_tokens - done)):
            total += best[z]
        done += lanes
    return np.float32(total) + np.float32(0)


@kernel(
    types.void(
        array(float32, 2),
        array(int64, 1),
        array(float32, 1),
        array(int64, 1),
        array(int64, 1),
        array(int64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    ),
    variant=SHAPE.name,
)
def score(
    vectors: Float32,
    offsets: Ids,
    packed: Float32,
    places: Ids,
    query_tokens: Ids,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """As `maxsim_plain.score`; query `q` has `query_tokens[q]` tokens and lies at number `places[q]` of `packed`."""
    d, m = vectors.shape[1], ids.shape[1]
    x, p = vectors.ctypes.data, packed.ctypes.data
    for pair in range(start, stop):
        q, c = pair // m, pair % m
        i = ids[q, c]
        if i < 0:
            out[q, c] = -np.inf
        else:
            first, count = offsets[i], offsets[i + 1] - offsets[i]
            out[q, c] = document_score(x + first * d * 4, d * 4, count, p + places[q] * 4, query_tokens[q], d)


def groups(query: Numbers, width: int, lanes: int) -> Iterator[Numbers]:
    """The tokens `(t, d)` of a query in groups that fill registers: of `lanes`, and for the rest of `width`.

    Zeros fill up the last group. A rest that needs as many registers as a whole group is one.
    """
    done = 0
    while done < len(query):
        size = lanes if len(query) - done > lanes - width else width
        some = query[done : done + size]
        yield np.pad(some, ((0, size - len(some)), (0, 0)))
        done += size


def laid_out(queries: Sequence[list[Numbers]], dtype: type) -> tuple[Numbers, Ids]:
    """The packed groups of all queries end to end, and where each query begins."""
    parts = [group.ravel() for query in queries for group in query]
    sizes = [sum(group.size for group in query) for query in queries]
    return np.concatenate(parts) if parts else np.empty(0, dtype), np.cumsum([0, *sizes])[:-1]


def pack(queries: Sequence[Float32]) -> tuple[Float32, Ids, Ids]:
    """Queries `(t, d)` for `score`: their numbers, each group packed `(d, lanes)`, places, and numbers of tokens.

    Example:
        >>> numbers, places, tokens = pack([np.ones((1, 3), np.float32)])
        >>> len(numbers) == 3 * WIDTH, places.tolist(), tokens.tolist()
        (True, [0], [1])
    """
    packed = [[group.T for group in groups(query, WIDTH, LANES)] for query in queries]
    return *laid_out(packed, np.float32), np.array([len(query) for query in queries], np.int64)
