"""BM25, searching: the k best sums of impacts, without adding up most of them.

`search_plain` is the definition: for each query term, add the impact of each of its postings to the document's score.
`search_maxscore` gives the same scores, bit for bit, faster. Three ideas (Turtle and Flood, "Query evaluation: strategies
and optimizations", 1995, call the first two MaxScore):

1. Query terms come with the most valuable first. Once k documents reach some score (the *threshold*), the terms that are
   left may be worth too little, all together, to lift a *new* document there. From then on no new document is looked at.
2. The threshold is known before the first posting is read: the index stores the k-th largest impact of each term, and a
   document's score is at least its impact for any one term.
3. What is left of a list is either added up (only for documents already seen) or, when it is long and few documents are
   still in the race, looked up for these few. No step touches all n documents.

Every document's sum runs over the query terms in the same order in both versions, hence the equal bits.
"""

import numpy as np
from numba import float32, int32, int64, njit, types, uint64
from numpy.typing import NDArray

from labkit.kernels import bm25_steps as steps
from labkit.kernels.compile import array, kernel

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Keys = NDArray[np.uint64]


def search_plain(
    starts: Int64, documents: Int32, impacts: Float32, n: int, terms: Int32, weights: Float32, k: int
) -> tuple[Float32, Int64]:
    """Scores and ids, best first, of the at most k documents of one query that hold one of its terms."""
    scores = np.zeros(n, np.float32)
    for term, weight in zip(terms, weights, strict=True):
        postings = slice(starts[term], starts[term + 1])
        scores[documents[postings]] += weight * impacts[postings]
    found = np.flatnonzero(scores)
    best = found[np.argsort(-scores[found], kind="stable")][:k]
    return scores[best], best


@njit
def _bounds(largest: Float32, kth: Float32, terms: Int32, weights: Float32) -> tuple[Float32, np.float32]:
    """What all terms from the j-th on are worth at most, `(number of terms + 1,)`, and a score that k documents reach."""
    rest = np.zeros(len(terms) + 1, np.float32)
    threshold = np.float32(0)
    for j in range(len(terms) - 1, -1, -1):
        rest[j] = rest[j + 1] + weights[j] * largest[terms[j]]
        threshold = max(threshold, weights[j] * kth[terms[j]])
    return rest, threshold


@kernel(
    types.void(
        array(int64, 1),
        array(int32, 1),
        array(float32, 1),
        array(float32, 1),
        array(float32, 1),
        array(int32, 1),
        array(float32, 2),
        array(int32, 1),
        array(float32, 1),
        array(int64, 1),
        int64,
        int64,
        array(float32, 1, written=True),
        array(int32, 2, written=True),
        array(float32, 2, written=True),
        array(uint64, 1, written=True),
        array(float32, 2, written=True),
        array(int64, 2, written=True),
    )
)
def search_maxscore(
    starts: Int64,
    documents: Int32,
    impacts: Float32,
    largest: Float32,
    kth: Float32,
    rows: Int32,
    dense: Float32,
    terms: Int32,
    weights: Float32,
    offsets: Int64,
    start: int,
    stop: int,
    scores: Float32,
    lists: Int32,
    floats: Float32,
    keys: Keys,
    out: Float32,
    ids: Int64,
) -> None:
    """The k best documents of the queries `start … stop` into `out` and `ids` `(nq, k)`, which come in as -inf and -1.

    `starts`, `documents` and `impacts` are the postings; `largest` and `kth` the largest impact of each term and one that
    k documents reach. A very frequent term has a row, `rows[term]`, in `dense` `(r, n)`, with its impact for every
    document. `terms`, `weights` and `offsets` are the terms of all queries end to end, the most valuable first within a
    query. Scratch space: `scores` `(n,)`, zeros before and after, `lists` and `floats` `(2, n)`, `keys` `(n,)`.
    """
    k = out.shape[1]
    passed, candidates, sums, scratch = lists[0], lists[1], floats[0], floats[1]
    for q in range(start, stop):
        first, last = offsets[q], offsets[q + 1]
        rest, threshold = _bounds(largest, kth, terms[first:last], weights[first:last])
        # Each addition may round by 6e-8 of the sum: a document is given up only if it is lower by more than that.
        margin = np.float32(1 - 2.5e-7 * (last - first + 4))

        # 1. Add up, as long as a new document could still reach the threshold.
        at, n_passed, n_read, refresh = first, 0, 0, 4 * k
        while at < last and rest[at - first] >= threshold * margin:
            low, high = starts[terms[at]], starts[terms[at] + 1]
            n_passed = steps.add(
                documents[low:high], impacts[low:high], weights[at], threshold, scores, passed, n_passed
            )
            n_read += high - low
            at += 1
            if n_passed >= refresh and at < last:
                threshold, n_passed = steps.raise_threshold(threshold, scores, passed, n_passed, k, scratch)
                refresh = max(4 * k, 2 * n_passed)
        added = at

        # 2. Lists that are shorter than the number of documents to look up: add up, for documents already seen.
        while at < last and starts[terms[at] + 1] - starts[terms[at]] < 2 * n_read:
            low, high = starts[terms[at]], starts[terms[at] + 1]
            n_passed = steps.add_to_seen(
                documents[low:high], impacts[low:high], weights[at], threshold, scores, passed, n_passed
            )
            at += 1
        if n_passed > k:
            threshold, n_passed = steps.raise_threshold(threshold, scores, passed, n_passed, k, scratch)

        # 3. Who is still in the race? Leave the scores as zeros for the next query on the way.
        lowest = max(threshold * margin - rest[at - first], np.float32(1e-30))
        n = 0
        if at == last:
            n, lowest = steps.copy_passed(scores, passed, n_passed, candidates, sums), np.float32(np.inf)
        for j in range(first, added):
            n = steps.collect(documents[starts[terms[j]] : starts[terms[j] + 1]], lowest, scores, candidates, sums, n)

        # 4. Look the remaining terms up for each candidate; drop those that can no longer reach the threshold.
        for j in range(at, last):
            low, high, floor = starts[terms[j]], starts[terms[j] + 1], threshold * margin - rest[j + 1 - first]
            if rows[terms[j]] >= 0:
                n = steps.add_from_row(dense[rows[terms[j]]], weights[j], floor, candidates, sums, n)
            else:
                n = steps.add_looked_up(documents[low:high], impacts[low:high], weights[j], floor, candidates, sums, n)
        steps.write_best(candidates, sums, n, k, scratch, keys, out[q], ids[q])
