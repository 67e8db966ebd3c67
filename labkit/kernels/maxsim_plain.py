"""MaxSim, the plain kernels: they define the answer, and are what to read first.

    similarity(query token, document token) = sum over j of query[j] * document[j]     float32, j in rising order
    score = sum over query tokens of the largest similarity to a token of the document   float64, rounded once

A document without tokens has no largest similarity: its score is -inf. Each score is computed by itself, so it depends
neither on the other documents, nor on the batch, nor on the number of threads.
"""

import numpy as np
from numba import float32, int64, njit, types
from numpy.typing import NDArray

from labkit.kernels.compile import array, kernel
from labkit.kernels.topk import Keys, key_of, replace_worst

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]


@njit(fastmath={"contract"})
def similarities(token: Float32, by_dimension: Float32, out: Float32) -> None:
    """The inner products of a document's token `(d,)` with the query tokens, given as `(d, t)`, into `out` `(t,)`.

    All query tokens lie side by side, so the compiler can multiply several at once. `contract` lets it round once where
    the CPU multiplies and adds in one step, as the hand-written kernels do.
    """
    out[:] = 0
    for j in range(len(token)):
        number = token[j]
        for z in range(len(out)):
            out[z] += number * by_dimension[j, z]


@kernel(
    types.void(
        array(float32, 2),
        array(int64, 1),
        array(float32, 1),
        array(int64, 1),
        array(int64, 2),
        int64,
        int64,
        array(float32, 2, written=True),
    )
)
def score(
    vectors: Float32, offsets: Ids, queries: Float32, query_offsets: Ids, ids: Ids, start: int, stop: int, out: Float32
) -> None:
    """The scores of some pairs: pair `p` is query `p // m` and document `ids[p // m, p % m]`, for `p` in `start … stop`.

    Args:
        vectors: the tokens of all documents, `(tokens, d)`.
        offsets: where each document begins, `(n + 1,)`.
        queries: the tokens of each query, `(d, t)`, laid end to end.
        query_offsets: how many tokens come before each query, `(nq + 1,)`.
        ids: `(nq, m)`; -1 is no document.
        start: the first pair.
        stop: one after the last pair.
        out: the scores, `(nq, m)`.
    """
    d, m = vectors.shape[1], ids.shape[1]
    for pair in range(start, stop):
        q, c = pair // m, pair % m
        first, tokens = query_offsets[q], query_offsets[q + 1] - query_offsets[q]
        by_dimension = queries[first * d : (first + tokens) * d].reshape((d, tokens))
        best, now = np.full(tokens, -np.inf, np.float32), np.empty(tokens, np.float32)
        if ids[q, c] >= 0:
            for i in range(offsets[ids[q, c]], offsets[ids[q, c] + 1]):
                similarities(vectors[i], by_dimension, now)
                for z in range(tokens):
                    if now[z] > best[z]:
                        best[z] = now[z]
        total = 0.0
        for z in range(tokens):
            total += best[z]
        out[q, c] = np.float32(total) + np.float32(0)  # -0.0 ties with 0.0


@kernel(
    types.void(array(float32, 2), array(float32, 2), array(int64, 1, written=True), array(float32, 1, written=True))
)
def winners(document: Float32, by_dimension: Float32, positions: Ids, best: Float32) -> None:
    """For each query token, given as `(d, t)`, the most similar token of a document `(tokens, d)`, the first of equals."""
    now = np.empty(len(best), np.float32)
    best[:] = -np.inf
    for i in range(len(document)):
        similarities(document[i], by_dimension, now)
        for z in range(len(best)):
            if now[z] > best[z]:
                best[z], positions[z] = now[z], i


@kernel(types.void(array(float32, 2), array(int64, 2), array(int64, 2, written=True)))
def keep(scores: Float32, ids: Ids, keys: Keys) -> None:
    """Keep the k best of the scores `(nq, m)` for each query in `keys` `(nq, k)`; a score of -inf is no hit."""
    for q in range(len(scores)):
        for c in range(scores.shape[1]):
            if scores[q, c] > -np.inf:
                key = key_of(scores[q, c], ids[q, c])
                if key > keys[q, 0]:
                    replace_worst(keys[q], key)
