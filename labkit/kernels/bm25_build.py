"""BM25, building: from a list of terms a document to postings a term, with finished scores.

A posting says "term t occurs in document d, tf times". They are stored term by term, documents rising:

    documents     0: [pump, pump]   1: [seal, pump]         terms   pump = 0, seal = 1
    starts        [0, 2, 3]                                 the postings of term t are starts[t] … starts[t + 1]
    documents     [0, 1, 1]
    counts        [2, 1, 1]
    impacts       what this posting adds to the document's score: everything in BM25 but the query is known beforehand
"""

import numpy as np
from numba import float32, float64, int32, int64, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.select import kth_largest

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]


@kernel(types.void(array(int32, 1), array(int64, 1), array(int64, 1, written=True), array(int32, 1, written=True)))
def count_postings(terms: Int32, offsets: Int64, starts: Int64, last: Int32) -> None:
    """Fill `starts` `(V + 1,)`; `last` `(V,)` comes in as -1 and remembers the last document of each term."""
    for document in range(len(offsets) - 1):
        for j in range(offsets[document], offsets[document + 1]):
            if last[terms[j]] != document:
                last[terms[j]] = document
                starts[terms[j] + 1] += 1
    for term in range(len(starts) - 1):
        starts[term + 1] += starts[term]


@kernel(
    types.void(
        array(int32, 1),
        array(int64, 1),
        array(int64, 1, written=True),
        array(int32, 1, written=True),
        array(int32, 1, written=True),
        array(int32, 1, written=True),
    )
)
def fill_postings(terms: Int32, offsets: Int64, ends: Int64, last: Int32, documents: Int32, counts: Int32) -> None:
    """Fill `documents` and `counts`; `ends` `(V,)` comes in as where each term starts, and `last` as -1."""
    for document in range(len(offsets) - 1):
        for j in range(offsets[document], offsets[document + 1]):
            term = terms[j]
            if last[term] != document:
                last[term] = document
                documents[ends[term]] = document
                counts[ends[term]] = 1
                ends[term] += 1
            else:
                counts[ends[term] - 1] += 1


def build_postings(terms: Int32, offsets: Int64, n_terms: int) -> tuple[Int64, Int32, Int32]:
    """`starts`, `documents` and `counts` of documents whose terms lie end to end in `terms`."""
    starts = np.zeros(n_terms + 1, np.int64)
    count_postings(terms, offsets, starts, np.full(n_terms, -1, np.int32))
    documents, counts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)
    fill_postings(terms, offsets, starts[:-1].copy(), np.full(n_terms, -1, np.int32), documents, counts)
    return starts, documents, counts


@kernel(
    types.void(
        array(int64, 1),
        array(int32, 1),
        array(int32, 1),
        array(float64, 1),
        array(float64, 1),
        float64,
        float64,
        array(float32, 1, written=True),
        array(float32, 1, written=True),
    )
)
def fill_impacts(
    starts: Int64,
    documents: Int32,
    counts: Int32,
    idf: Float64,
    norms: Float64,
    scale: float,
    delta: float,
    impacts: Float32,
    largest: Float32,
) -> None:
    """Fill `impacts` with `idf * (scale * tf / (tf + norm) + delta)`, and `largest` with the largest of each term."""
    for term in range(len(idf)):
        largest[term] = 0
        for j in range(starts[term], starts[term + 1]):
            tf = float(counts[j])
            impact = np.float32(idf[term] * (scale * tf / (tf + norms[documents[j]]) + delta))
            impacts[j] = impact
            largest[term] = max(largest[term], impact)


@kernel(
    types.void(
        array(int64, 1), array(float32, 1), int64, array(float32, 1, written=True), array(float32, 1, written=True)
    )
)
def fill_kth_impacts(starts: Int64, impacts: Float32, k: int, kth: Float32, scratch: Float32) -> None:
    """Fill `kth` with the k-th largest impact of each term, 0 where it has fewer; `scratch` is as long as `impacts`."""
    for term in range(len(starts) - 1):
        first, size = starts[term], starts[term + 1] - starts[term]
        if size < k:
            kth[term] = 0
        else:
            scratch[:size] = impacts[first : first + size]
            kth[term] = kth_largest(scratch[:size], k)


@kernel(
    types.void(
        array(int64, 1),
        array(int32, 1),
        array(int32, 1),
        array(int64, 1),
        array(int32, 1),
        array(int32, 1),
        array(int64, 1),
        array(int32, 1, written=True),
        array(int32, 1, written=True),
    )
)
def join_postings(
    starts_a: Int64,
    documents_a: Int32,
    counts_a: Int32,
    starts_b: Int64,
    documents_b: Int32,
    counts_b: Int32,
    starts: Int64,
    documents: Int32,
    counts: Int32,
) -> None:
    """Put the postings b behind the postings a, term by term; b has at least as many terms, `starts` is the sum."""
    for term in range(len(starts) - 1):
        at = starts[term]
        if term < len(starts_a) - 1:
            for j in range(starts_a[term], starts_a[term + 1]):
                documents[at], counts[at] = documents_a[j], counts_a[j]
                at += 1
        for j in range(starts_b[term], starts_b[term + 1]):
            documents[at], counts[at] = documents_b[j], counts_b[j]
            at += 1
