"""The steps of a BM25 search, each one loop: see `labkit.kernels.bm25`, which puts them together.

`scores` `(n,)` holds each document's sum so far. `passed` lists the documents whose sum has reached the threshold, each
once. `candidates` and `sums` list the documents that are still in the race, and their sums.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labkit.kernels.select import kth_largest

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Keys = NDArray[np.uint64]


@njit
def raise_threshold(
    threshold: np.float32, scores: Float32, passed: Int32, n_passed: int, k: int, scratch: Float32
) -> tuple[np.float32, int]:
    """The k-th largest of the sums so far, if it is higher; only the documents that reach it stay in `passed`."""
    for j in range(n_passed):
        scratch[j] = scores[passed[j]]
    kth = kth_largest(scratch[:n_passed], k)
    if kth <= threshold:
        return threshold, n_passed
    kept = 0
    for j in range(n_passed):
        if scores[passed[j]] >= kth:
            passed[kept] = passed[j]
            kept += 1
    return kth, kept


@njit
def add(
    documents: Int32,
    impacts: Float32,
    weight: np.float32,
    threshold: np.float32,
    scores: Float32,
    passed: Int32,
    n: int,
) -> int:
    """Add one list of postings to `scores`; documents that reach the threshold now are appended to `passed`."""
    for p in range(len(documents)):
        before = scores[documents[p]]
        now = before + weight * impacts[p]
        scores[documents[p]] = now
        if now >= threshold and (before < threshold or before == 0):
            passed[n] = documents[p]
            n += 1
    return n


@njit
def add_to_seen(
    documents: Int32,
    impacts: Float32,
    weight: np.float32,
    threshold: np.float32,
    scores: Float32,
    passed: Int32,
    n: int,
) -> int:
    """Like `add`, but documents that no earlier term has found stay out."""
    for p in range(len(documents)):
        before = scores[documents[p]]
        if before > 0:
            now = before + weight * impacts[p]
            scores[documents[p]] = now
            if now >= threshold and before < threshold:
                passed[n] = documents[p]
                n += 1
    return n


@njit
def copy_passed(scores: Float32, passed: Int32, n: int, candidates: Int32, sums: Float32) -> int:
    """The documents that reached the threshold are the candidates."""
    for j in range(n):
        candidates[j], sums[j] = passed[j], scores[passed[j]]
    return n


@njit
def collect(documents: Int32, lowest: np.float32, scores: Float32, candidates: Int32, sums: Float32, n: int) -> int:
    """Append the documents of one list whose score is at least `lowest`; set their scores to zero."""
    for p in range(len(documents)):
        score = scores[documents[p]]
        scores[documents[p]] = 0
        if score >= lowest:
            candidates[n], sums[n] = documents[p], score
            n += 1
    return n


@njit
def add_from_row(row: Float32, weight: np.float32, floor: np.float32, candidates: Int32, sums: Float32, n: int) -> int:
    """Add a frequent term's impact to each candidate; those that stay below `floor` are dropped."""
    kept = 0
    for c in range(n):
        score = sums[c] + weight * row[candidates[c]]
        if score >= floor:
            candidates[kept], sums[kept] = candidates[c], score
            kept += 1
    return kept


@njit
def add_looked_up(
    documents: Int32, impacts: Float32, weight: np.float32, floor: np.float32, candidates: Int32, sums: Float32, n: int
) -> int:
    """Like `add_from_row`, but each candidate is looked up in the list of postings."""
    kept = 0
    for c in range(n):
        low, high = 0, len(documents)
        while low < high:
            middle = (low + high) >> 1
            if documents[middle] < candidates[c]:
                low = middle + 1
            else:
                high = middle
        found = low < len(documents) and documents[low] == candidates[c]
        score = sums[c] + weight * impacts[low] if found else sums[c]
        if score >= floor:
            candidates[kept], sums[kept] = candidates[c], score
            kept += 1
    return kept


@njit
def write_best(
    candidates: Int32, sums: Float32, n: int, k: int, scratch: Float32, keys: Keys, out: Float32, ids: Int64
) -> None:
    """The k best of n candidates into `out` and `ids`: larger sum first, equal sums by the smaller id."""
    if n > k:
        scratch[:n] = sums[:n]
        kth = kth_largest(scratch[:n], k)
        kept = 0
        for j in range(n):
            if sums[j] >= kth:
                candidates[kept], sums[kept] = candidates[j], sums[j]
                kept += 1
        n = kept
    # The bits of positive floats rise with their value: turned over and put before the id they make one sort key.
    bits = sums[:n].view(np.uint32)
    for j in range(n):
        keys[j] = (np.uint64(~bits[j]) << np.uint64(32)) | np.uint64(candidates[j])
    keys[:n].sort()
    out_bits = out.view(np.uint32)
    for j in range(min(n, k)):
        out_bits[j] = ~np.uint32(keys[j] >> np.uint64(32))
        ids[j] = np.int64(keys[j] & np.uint64(0xFFFFFFFF))
