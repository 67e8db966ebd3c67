"""The kernel of `maxsim_plain.py` again, on the tile of `maxsim_ir.py`. It adds up in the same order.

Query tokens lie in the lanes of the registers, 32 in a tile of AVX-512; what is left of a query goes register by
register, so a query of 8 tokens costs half of one of 32. The tokens of a document are read where they lie.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import float32, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim_ir import FEW, LANES, ROWS, VECTORS, WIDTH, largest
from labkit.kernels.vector_ir import SHAPE

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]

_Numba = Any  # numba carries no types


def raise_by(tile: _Numba, few: _Numba, one: _Numba) -> _Numba:
    """A function that raises the largest products so far to those with all tokens of a document.

    Args:
        tile: takes ROWS tokens at once.
        few: takes FEW tokens.
        one: takes one token.

    Returns:
        A compiled function of: address of the first token, bytes from one token to the next, number of tokens, address
        of the packed query tokens, and as the tile has it: its length and the address of the largest products.
    """

    @njit(inline="never")
    def raise_best(tokens: int, row_bytes: int, count: int, packed: int, length: int, best: int) -> None:
        done = 0
        while done + ROWS <= count:
            tile(tokens + done * row_bytes, row_bytes, packed, length, best)
            done += ROWS
        if count - done > FEW and done > 0:  # overlaps the tile before
            tile(tokens + (count - ROWS) * row_bytes, row_bytes, packed, length, best)
            done = count
        while done < count and count >= FEW:
            few(tokens + min(done, count - FEW) * row_bytes, row_bytes, packed, length, best)
            done += FEW
        while done < count:
            one(tokens + done * row_bytes, row_bytes, packed, length, best)
            done += 1

    return raise_best


raise_wide = raise_by(*(largest(rows, VECTORS) for rows in (ROWS, FEW, 1)))  # LANES query tokens, packed `(d, LANES)`
raise_slim = raise_by(*(largest(rows, 1) for rows in (ROWS, FEW, 1)))  # WIDTH query tokens, packed `(d, WIDTH)`


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


def pack(queries: Sequence[Float32]) -> tuple[Float32, Ids, Ids]:
    """Queries `(t, d)` for `score`: their numbers, where each query begins, and its number of tokens.

    Whole groups of LANES tokens are packed `(d, LANES)`, the rest in groups of WIDTH, filled up with zeros; but a rest
    that would take as many registers as a whole group is one.

    Example:
        >>> numbers, places, tokens = pack([np.ones((1, 3), np.float32)])
        >>> len(numbers) == 3 * WIDTH, places.tolist(), tokens.tolist()
        (True, [0], [1])
    """
    parts: list[Float32] = []
    places, size = [], 0
    for query in queries:
        places.append(size)
        done = 0
        while done < len(query):
            lanes = LANES if len(query) - done > LANES - WIDTH else WIDTH
            group = np.zeros((lanes, query.shape[1]), np.float32)
            some = query[done : done + lanes]
            group[: len(some)] = some
            parts.append(np.ascontiguousarray(group.T).ravel())
            done += lanes
            size += group.size
    numbers = np.concatenate(parts) if parts else np.empty(0, np.float32)
    return numbers, np.array(places, np.int64), np.array([len(query) for query in queries], np.int64)
