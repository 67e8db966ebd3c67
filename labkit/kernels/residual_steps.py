"""The steps of a search in compressed tokens that need no hand-written instructions, and the plain form of the others.

    table[centroid, query token]   one byte: how similar the two are, 0 for the least similar pair, 255 for the most
    rough score of a document      sum over query tokens of the largest byte among its tokens' centroids

A token costs one look-up, so this is done for all documents. The best by it are decoded and scored properly.
"""

import numpy as np
from numba import float32, int32, int64, njit, types, uint8, uint16
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.maxsim_plain import similarities

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.uint16]
Counts = NDArray[np.int32]
Ids = NDArray[np.int64]

GROUP = 32  # query tokens that are looked up at once; a table has a multiple of so many columns

CENTROIDS = types.void(array(float32, 2), array(float32, 2), int64, int64, array(float32, 2, written=True))
ROUGH = types.void(
    array(uint8, 2), array(uint16, 1), array(int64, 1), array(int64, 1), int64, int64, array(int32, 1, written=True)
)


@kernel(CENTROIDS)
def centroid_scores(centroids: Float32, by_dimension: Float32, start: int, stop: int, out: Float32) -> None:
    """Inner products of the centroids `start … stop` and the query tokens, given as `(d, t)`, into `out` `(c, t)`."""
    for c in range(start, stop):
        similarities(centroids[c], by_dimension, out[c])


@kernel(types.void(array(float32, 2), array(float32, 1, written=True), array(float32, 1, written=True)))
def extremes(scores: Float32, low: Float32, high: Float32) -> None:
    """Lower `low` and raise `high` to the extremes of each column; NumPy takes ten times as long for so few columns."""
    for c in range(len(scores)):
        for z in range(len(low)):
            low[z] = scores[c, z] if scores[c, z] < low[z] else low[z]
            high[z] = scores[c, z] if scores[c, z] > high[z] else high[z]


@kernel(types.void(array(float32, 2), array(float32, 1), float32, int64, int64, array(uint8, 2, written=True)))
def to_bytes(scores: Float32, low: Float32, factor: float, start: int, stop: int, table: Bytes) -> None:
    """`(scores - low) * factor` of the rows `start … stop`, rounded, into the first columns of the table."""
    half = np.float32(0.5)
    for c in range(start, stop):
        for z in range(len(low)):
            table[c, z] = np.uint8(np.int32((scores[c, z] - low[z]) * factor + half))


@kernel(ROUGH)
def rough_scores(table: Bytes, codes: Numbers, offsets: Ids, ids: Ids, start: int, stop: int, out: Counts) -> None:
    """The rough scores of the documents `ids[start … stop]` into `out`; -1 for one without tokens."""
    best = np.empty(GROUP, np.uint8)
    for place in range(start, stop):
        first, last = offsets[ids[place]], offsets[ids[place] + 1]
        total = 0 if last > first else -1
        for group in range(0, table.shape[1], GROUP):
            best[:] = 0
            for i in range(first, last):
                row = table[codes[i], group : group + GROUP]
                for z in range(GROUP):
                    best[z] = max(best[z], row[z])
            for z in range(GROUP):
                total += best[z]
        out[place] = total


@kernel(types.void(array(int32, 1), array(int64, 1), int64, int64, array(int64, 1, written=True)))
def select(rough: Counts, ids: Ids, highest: int, wanted: int, kept: Ids) -> None:
    """The `wanted` ids with the largest rough scores, in the order they come; of equals the first. -1 fills up.

    Rough scores are small whole numbers: counting each tells where to cut, without sorting.
    """
    counts = np.zeros(highest + 2, np.int64)
    for score in rough:
        counts[score + 1] += 1
    floor, above = highest + 1, 0
    while floor > 1 and above + counts[floor] < wanted:
        above += counts[floor]
        floor -= 1
    room, place = wanted - above, 0
    for i in range(len(rough)):
        score = rough[i] + 1
        if score > floor or (score == floor and room > 0):
            room -= score == floor
            kept[place] = ids[i]
            place += 1
    kept[place:] = -1


@njit(fastmath={"reassoc", "contract"})
def _shorten(row: Float32) -> None:
    total = np.float32(0)
    for j in range(len(row)):
        total += row[j] * row[j]
    if total > 0:
        factor = np.float32(1) / np.sqrt(total)
        for j in range(len(row)):
            row[j] *= factor


@njit
def _add_two_bits(levels: Bytes, shift: int, scaled: Float32, row: Float32) -> None:
    """Chosen by comparing, which compilers turn into vector code; a look-up by number they do not."""
    a, b, c, d = scaled[0], scaled[1], scaled[2], scaled[3]
    for j in range(len(row)):
        two = np.int32(levels[j]) >> np.int32(shift)
        lower, upper = (b if two & np.int32(1) else a), (d if two & np.int32(1) else c)
        row[j] += upper if two & np.int32(2) else lower


@njit
def _add_looked_up(levels: Bytes, shift: int, scaled: Float32, row: Float32) -> None:
    mask = np.int32(len(scaled) - 1)
    for j in range(len(row)):
        row[j] += scaled[(np.int32(levels[j]) >> np.int32(shift)) & mask]


@njit
def _add_levels(levels: Bytes, scaled: Float32, row: Float32) -> None:
    """Add to each number what its level stands for."""
    nbits = 1 if len(scaled) == 2 else 2 if len(scaled) == 4 else 4
    width = len(levels)
    for part in range(8 // nbits):
        numbers = row[part * width : min(len(row), (part + 1) * width)]
        if nbits == 2:
            _add_two_bits(levels, 2 * part, scaled, numbers)
        else:
            _add_looked_up(levels, nbits * part, scaled, numbers)


@njit(inline="never")
def decode(
    centroids: Float32,
    weights: Float32,
    step: float,
    unit: bool,
    codes: Numbers,
    scales: Bytes,
    levels: Bytes,
    first: int,
    last: int,
    out: Float32,
) -> None:
    """The tokens `first … last` into the rows of `out`: centroid + scale * levels, of unit length if asked."""
    for i in range(first, last):
        row = out[i - first]
        centroid = centroids[codes[i]]
        for j in range(len(row)):
            row[j] = centroid[j]
        _add_levels(levels[i], weights * (np.float32(step) * np.float32(scales[i])), row)
        if unit:
            _shorten(row)
