"""The k nearest of a stream of Hamming distances, by counting.

Distances are small whole numbers, so one counter for each possible distance tells exactly how far the k-th nearest is:

    counts of distances   0: 0   1: 2   2: 3   3: 9        k = 4  ->  the 4th nearest is at distance 2

Once k documents are known, a new one matters only if it is nearer than that: documents come in the order of their ids,
so one at the same distance has a larger id, and of equals the smaller id is the better hit. No heap, no sorting.

A hit is one whole number, the key: distance in the upper 32 bits, id in the lower. A smaller key is a better hit.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Counts = NDArray[np.int32]

EMPTY = np.iinfo(np.int64).max  # no hit yet; worse than any
FLOOR, WITHIN, SEEN = 0, 1, 2  # what `state` holds: the k-th distance, how many are at most that far, how many are kept
_SHIFT, _ID = 32, 0xFFFFFFFF


class Tally:
    """The counters of a batch of queries, for one thread.

    Attributes:
        state: `(nq, 3)`, see above.
        counts: `(nq, bits + 2)`, how many kept documents have each distance.
        found: `(nq, capacity)`, keys kept so far.
        keys: `(nq, k)`, the result.
    """

    def __init__(self, nq: int, k: int, bits: int) -> None:
        """Nothing is counted yet: everything up to `bits` is near enough."""
        self.state = np.zeros((nq, 3), np.int64)
        self.state[:, FLOOR] = bits + 1
        self.counts = np.zeros((nq, bits + 2), np.int32)
        self.found = np.empty((nq, 2 * k + 1024), np.int64)
        self.keys = np.full((nq, k), EMPTY)

    def arrays(self) -> tuple[Keys, Counts, Keys, Keys]:
        """What kernels are given: state, counts, found, keys."""
        return self.state, self.counts, self.found, self.keys


# The kernels below are told the query's number and given whole arrays: a view of one row costs more than all they do.


@njit(inline="always")
def keep(distance: int, document: int, q: int, k: int, state: Keys, counts: Counts, found: Keys) -> int:
    """Keep a document that is nearer than query q's floor; its new floor comes back."""
    if state[q, SEEN] == found.shape[1]:
        _drop(q, k, state, counts, found)
    found[q, state[q, SEEN]] = (distance << _SHIFT) | document
    state[q, SEEN] += 1
    counts[q, distance] += 1
    floor, within = state[q, FLOOR], state[q, WITHIN] + 1
    while within - counts[q, floor] >= k:
        within -= counts[q, floor]
        floor -= 1
    state[q, FLOOR], state[q, WITHIN] = floor, within
    return int(floor)


@njit
def _drop(q: int, k: int, state: Keys, counts: Counts, found: Keys) -> None:
    """Make room: of the documents at the floor only the first ones stay, so that k remain."""
    floor = state[q, FLOOR]
    below = state[q, WITHIN] - counts[q, floor]
    room, kept = k - below, 0
    for j in range(state[q, SEEN]):
        distance = found[q, j] >> _SHIFT
        if distance < floor or (distance == floor and room > 0):
            room -= distance == floor
            found[q, kept] = found[q, j]
            kept += 1
    state[q, SEEN], state[q, WITHIN], counts[q, floor] = kept, k, k - below


@njit(inline="never")
def finish(q: int, state: Keys, counts: Counts, found: Keys, keys: Keys) -> None:
    """Write query q's k best keys in order: the counters say where each distance begins. Counters are used up."""
    floor, place = min(state[q, FLOOR], counts.shape[1] - 1), 0
    for distance in range(floor + 1):
        counts[q, distance], place = place, place + counts[q, distance]
    for j in range(state[q, SEEN]):
        distance = found[q, j] >> _SHIFT
        if distance <= floor:
            if counts[q, distance] < keys.shape[1]:
                keys[q, counts[q, distance]] = found[q, j]
            counts[q, distance] += 1


def nearest_first(keys: list[Keys], k: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Distances and ids `(nq, k)`, nearest first, of the keys that several threads have kept: at least k for a query."""
    together = keys[0] if len(keys) == 1 else np.sort(np.concatenate(keys, axis=1), axis=1)[:, :k]
    return (together >> _SHIFT).astype(np.int32), together & _ID
