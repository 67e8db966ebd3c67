"""Which candidates may be among the best, told by products of bytes (`int8_ir.py`); only those are decoded.

A decoded token is a centroid and a residual, and so is its similarity with a query token. The centroid's part is known
from the first step of a search. The residual's is rounded: its levels and the query token become bytes.

    similarity = factor * (centroid . q + scale * (levels . q))        factor: 1 / length, where tokens are of unit length

How far a document's rough score can be off follows from how far rounding moves the query tokens and the levels (Cauchy
and Schwarz). What cannot be among the best by that is left out, so the hits are those of scoring all candidates.

Factors need each token decoded once. They are made when a document is first a candidate, and kept in memory.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import float32, int64, njit, types, uint8
from numpy.typing import NDArray

from labkit.kernels import threads as parts
from labkit.kernels.compile import array, kernel
from labkit.kernels.int8_ir import QUERY_NUMBER, ROW_NUMBER, SIZE, TOGETHER, WHOLE
from labkit.kernels.residual_plain import COMPRESSED
from labkit.kernels.residual_screen_ir import BLOCK, LANES, ROWS, raise_best, spread_block
from labkit.kernels.residual_steps import decode

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.integer[Any]]
Ids = NDArray[np.int64]

_LEVELS = 16  # the most that a level's bits can tell apart


class Seen(NamedTuple):
    """What is known of documents that were candidates before.

    Attributes:
        factors: of each token.
        reach: `(n, 2)`, the largest over a document's tokens: length of the residual times factor, scale times factor.
    """

    factors: Float32
    reach: Float32


def suits(levels: Bytes, d: int) -> bool:
    """Whether the kernel takes levels of this width: no part of a vector may be shorter than a block."""
    return levels.shape[1] >= BLOCK and d < 1 << 16


@njit(inline="never")
def _measure(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    first: int,
    last: int,
    factors: Float32,
    reach: Float32,
) -> None:
    """Factors and reach of a document."""
    row = np.empty((1, centroids.shape[1]), np.float32)
    longest = steepest = np.float32(0)
    for i in range(first, last):
        decode(centroids, weights, step, False, codes, scales, levels, i, i + 1, row)
        square = missed = 0.0
        for j in range(row.shape[1]):
            residual = row[0, j] - centroids[codes[i], j]
            square += row[0, j] * row[0, j]
            missed += residual * residual
        factors[i] = 1 / np.sqrt(square) if unit and square > 0 else 1
        longest = max(longest, np.float32(np.sqrt(missed) * factors[i]))
        steepest = max(steepest, np.float32(step) * scales[i] * factors[i])
    reach[1] = steepest
    reach[0] = longest


@njit
def _spread(packed: int, width: int, v: int, nbits: int, out: int) -> None:
    """What the levels of a token stand for; addresses, because numba counts who holds an array."""
    for part in range(8 // nbits):
        for block in range(0, width, BLOCK):
            j = min(block, width - BLOCK)
            spread_block(packed + j, v, nbits * part, (1 << nbits) - 1, out + (part * width + j) * SIZE)


@kernel(
    types.void(
        *COMPRESSED,
        array(float32, 1, written=True),
        array(float32, 2, written=True),
        array(uint8, 1),
        array(float32, 2),
        array(QUERY_NUMBER, 4),
        array(float32, 3),
        int64,
        array(int64, 1),
        int64,
        int64,
        array(float32, 1, written=True),
    ),
    variant=WHOLE.name,
)
def _rough(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: NDArray[np.uint16],
    scales: Bytes,
    levels: Bytes,
    offsets: Ids,
    factors: Float32,
    reach: Float32,
    values: Bytes,
    similar: Float32,
    packed: Numbers,
    lanes: Float32,
    tokens: int,
    ids: Ids,
    start: int,
    stop: int,
    out: Float32,
) -> None:
    """Rough MaxSim of the documents `ids[start … stop]`; -inf without tokens, or for -1.

    Args as of the other kernels, and: `values` `(16,)`, the bytes of levels; `similar`, centroid scores `(c, t)`, filled up to
    whole groups of LANES; `packed` and `lanes`, the query as `raise_best` takes it, group by group.
    """
    width, row_bytes = similar.shape[1] * 4, packed.shape[1] * 4
    nbits = 1 if len(weights) == 2 else 2 if len(weights) == 4 else 4
    rows, places = np.zeros((ROWS, row_bytes // SIZE), ROW_NUMBER), np.empty(ROWS, np.int64)
    times, best = np.empty((2, ROWS), np.float32), np.empty(similar.shape[1], np.float32)
    r, f, p = rows.ctypes.data, times.ctypes.data, places.ctypes.data
    x, v, held = levels.ctypes.data, values.ctypes.data, levels.shape[1]
    asked, ends, highest = packed.ctypes.data, lanes.ctypes.data, best.ctypes.data
    for place in range(start, stop):
        best[:] = -np.inf
        first, last = (offsets[ids[place]], offsets[ids[place] + 1]) if ids[place] >= 0 else (0, 0)
        if last > first and reach[ids[place], 0] == 0:
            _measure(centroids, weights, step, unit, codes, scales, levels, first, last, factors, reach[ids[place]])
        for tile in range(first, last, ROWS):
            for row in range(ROWS):
                i = min(tile + row, last - 1)  # a maximum may see a token twice
                _spread(x + i * held, held, v, nbits, r + row * row_bytes)
                places[row] = similar.ctypes.data + np.int64(codes[i]) * width
                times[0, row], times[1, row] = factors[i], factors[i] * np.float32(step) * scales[i]
            for group in range(len(packed)):
                query, lane = asked + group * row_bytes * LANES, ends + group * 8 * LANES
                raise_best(r, row_bytes, query, p, f, f + 4 * ROWS, lane, highest + 4 * group * LANES)
                for row in range(ROWS):
                    places[row] += 4 * LANES
        total = 0.0
        for z in range(tokens):
            total += best[z]
        out[place] = total


def unseen(tokens: int, documents: int) -> Seen:
    """Nothing is known yet."""
    return Seen(np.zeros(tokens, np.float32), np.zeros((documents, 2), np.float32))


def promising(
    compressed: tuple[Any, ...], seen: Seen, query: Float32, similar: Float32, ids: Ids, best: int, threads: int
) -> Ids:
    """Those of the documents `ids` that may be among the `best`, in the same order.

    Args:
        compressed: a `residual.Compressed`.
        seen: of the same documents; more is written there.
        query: `(t, d)`.
        similar: its centroid scores `(c, t)`.
        ids: documents; -1 is none.
        best: hits wanted, at most as many as documents.
        threads: at most so many.
    """
    centroids, weights, step, unit, codes, _, levels, offsets = compressed
    t, d = query.shape
    fours = -(-8 * levels.shape[1] // (int(len(weights)).bit_length() - 1) // TOGETHER)
    groups = -(-t // LANES)
    scales = np.abs(query).max(axis=1) / np.float32(127)
    scales[scales == 0] = 1
    rounded = np.rint(query / scales[:, None])
    spread = np.float32((weights[-1] - weights[0]) / 255) or np.float32(1)
    values = np.rint((weights - weights[0]) / spread)
    lanes = np.zeros((2, groups * LANES), np.float32)
    lanes[0, :t], lanes[1, :t] = spread * scales, weights[0] * scales * rounded.sum(axis=1)
    filled = np.zeros((groups * LANES, TOGETHER * fours), WHOLE.query_type)
    filled[:t, :d] = rounded
    packed = np.ascontiguousarray(filled.reshape(groups, LANES, fours, TOGETHER).transpose(0, 2, 1, 3))
    by_group = np.ascontiguousarray(lanes.reshape(2, groups, LANES).transpose(1, 0, 2))
    if t % LANES:
        similar = np.pad(similar, ((0, 0), (0, -t % LANES)))
    rough = np.empty(len(ids), np.float32)
    known = np.resize(values, _LEVELS).astype(np.uint8), similar, packed, by_group, t

    def job(part: int, start: int, stop: int) -> None:
        _rough(*compressed, *seen, *known, ids, start, stop, rough)

    each = len(codes) // max(1, len(offsets) - 1) + 1
    parts.run(job, parts.split(len(ids), each * d * (8 + t // 4), threads))
    reach = seen.reach[ids]
    moved = np.linalg.norm(query - rounded * scales[:, None], axis=1).sum()
    lengths = np.linalg.norm(query, axis=1).sum() + moved
    uneven = np.abs(weights - (weights[0] + spread * values)).max() * np.sqrt(d)
    steep = reach[:, 1] * np.sqrt(d) * np.abs(weights).max()
    long = 1 if unit else np.linalg.norm(centroids, axis=1).max()
    off = reach[:, 0] * moved + reach[:, 1] * uneven * lengths
    off += (d + 16) * 2.0**-22 * lengths * (long + 2 * reach[:, 0] + 2 * steep)
    least = np.partition(rough - off, len(ids) - best)[len(ids) - best]
    left: Ids = ids[rough + off >= least]
    return left
