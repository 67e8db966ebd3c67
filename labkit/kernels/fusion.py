"""Fusion: add up what several ranked lists say about each document, and sort.

`fuse_plain` is the definition, with a dictionary. `fuse` gives the same bits with a small hash table that stays in the
processor's cache: two lists of 1,000 hits need 4,096 places, whatever the size of the collection.
"""

import numpy as np
from numba import float32, float64, int64, njit, types, uint64
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.select import kth_largest

Ids = NDArray[np.int64]
Float64 = NDArray[np.float64]
Float32 = NDArray[np.float32]
Keys = NDArray[np.uint64]

_EMPTY = -1


def fuse_plain(ids: Ids, gains: Float64, base: Float64, k: int) -> list[list[tuple[int, np.float32]]]:
    """For each query the k documents with the largest `base + sum of gains`, as `(id, score)`; id -1 is no document."""
    fused = []
    for row, row_gains, start in zip(ids, gains, base, strict=True):
        sums: dict[int, float] = {}
        for document, gain in zip(row.tolist(), row_gains.tolist(), strict=True):
            if document >= 0:
                sums[document] = sums.get(document, 0.0) + gain
        hits = [(document, np.float32(start + total)) for document, total in sums.items()]
        fused.append(sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k])
    return fused


@njit
def _add_up(ids: Ids, gains: Float64, places: Ids, documents: Ids, sums: Float64) -> int:
    """Each document once in `documents`, its sum in `sums`; `places` is the hash table. Returns how many there are."""
    places[:] = _EMPTY
    mask, n = len(places) - 1, 0
    for j in range(len(ids)):
        if ids[j] < 0:
            continue
        # Multiplying by a large odd number spreads neighbouring ids over the table (Knuth's multiplicative hash).
        place = (ids[j] * 2654435761 >> 8) & mask
        while places[place] != _EMPTY and documents[places[place]] != ids[j]:
            place = (place + 1) & mask
        if places[place] == _EMPTY:
            places[place], documents[n], sums[n] = n, ids[j], gains[j]
            n += 1
        else:
            sums[places[place]] += gains[j]
    return n


@njit
def _falling(bits: np.uint32) -> np.uint32:
    """The bits of a float, turned into an integer that rises as the float falls."""
    return bits if bits >> np.uint32(31) else np.uint32(0x7FFFFFFF) - bits


@njit
def _rising(falling: np.uint32) -> np.uint32:
    """The bits back from `_falling`."""
    return falling if falling >> np.uint32(31) else np.uint32(0x7FFFFFFF) - falling


@kernel(
    types.void(
        array(int64, 2),
        array(float64, 2),
        array(float64, 1),
        int64,
        int64,
        array(int64, 1, written=True),
        array(int64, 1, written=True),
        array(float64, 1, written=True),
        array(float32, 2, written=True),
        array(uint64, 1, written=True),
        array(float32, 2, written=True),
        array(int64, 2, written=True),
    )
)
def fuse(
    ids: Ids,
    gains: Float64,
    base: Float64,
    start: int,
    stop: int,
    places: Ids,
    documents: Ids,
    sums: Float64,
    floats: Float32,
    keys: Keys,
    out: Float32,
    out_ids: Ids,
) -> None:
    """The k best of the queries `start … stop` into `out` and `out_ids` `(nq, k)`, which come in as -inf and -1.

    `ids` and `gains` `(nq, m)` are all lists of a query end to end; `base` `(nq,)` is added to every sum. Scratch space:
    `places` has a power of two of places, at least 2 m; `documents`, `sums`, `keys` `(m,)`; `floats` `(2, m)`.
    """
    k = out.shape[1]
    scores, scratch = floats[0], floats[1]
    for q in range(start, stop):
        n = _add_up(ids[q], gains[q], places, documents, sums)
        for j in range(n):
            # Adding 0 turns -0 into 0: both are equal, but their bits are not.
            scores[j] = np.float32(base[q] + sums[j]) + np.float32(0)
        lowest = np.float32(-np.inf)
        if n > k:
            scratch[:n] = scores[:n]
            lowest = kth_largest(scratch[:n], k)
        # One integer a document, which sorts by falling score and then by rising id.
        bits, kept = scores.view(np.uint32), 0
        for j in range(n):
            if scores[j] >= lowest:
                keys[kept] = (np.uint64(_falling(bits[j])) << np.uint64(32)) | np.uint64(documents[j])
                kept += 1
        keys[:kept].sort()
        best = out[q].view(np.uint32)
        for j in range(min(kept, k)):
            best[j] = _rising(np.uint32(keys[j] >> np.uint64(32)))
            out_ids[q, j] = np.int64(keys[j] & np.uint64(0xFFFFFFFF))
