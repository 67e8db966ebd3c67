"""MaxSim of queries and documents: divides the work among threads and chooses the kernel."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import threads as parts
from labkit.kernels.topk import EMPTY, MOST_DOCUMENTS, best_first

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]
Job = Callable[[Ids, int, int, Float32], None]  # the ids of all pairs, the first pair, one after the last, the scores

_MOST_PAIRS = 1 << 20  # pairs of a query and a document that are scored at once


def scores(vectors: Float32, offsets: Ids, queries: Sequence[Float32], ids: Ids, threads: int) -> Float32:
    """MaxSim `(nq, m)` of each query `(t, d)` and its own documents `ids` `(nq, m)`.

    Args:
        vectors: the tokens of all documents end to end, `(tokens, d)`.
        offsets: where each document begins, `(n + 1,)`.
        queries: the tokens of each query.
        ids: documents, or -1 for none.
        threads: at most so many.

    Returns:
        Scores; -inf for a document without tokens, and for -1.
    """
    return all_pairs(score_job(vectors, offsets, queries), offsets, [len(query) for query in queries], ids, threads)


def top(vectors: Float32, offsets: Ids, queries: Sequence[Float32], k: int, threads: int) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k documents with the largest MaxSim, best first, ties by the smaller id."""
    job = score_job(vectors, offsets, queries)
    return best_of_all(job, offsets, [len(query) for query in queries], k, threads)


def best_of(
    vectors: Float32, offsets: Ids, queries: Sequence[Float32], candidates: Ids, k: int, threads: int
) -> tuple[Float32, Ids]:
    """Scores and ids `(nq, k)` of the k best of each query's own candidates `(nq, m)`."""
    return keep_best(scores(vectors, offsets, queries, candidates, threads), candidates, k)


def winners(query: Float32, document: Float32) -> tuple[Ids, Float32]:
    """For each token of a query, the most similar token of a document (the first of equals), and that similarity.

    Raises:
        ValueError: if the document has no tokens.
    """
    from labkit.kernels import maxsim_plain

    if len(document) == 0:
        raise ValueError("the document has no tokens, so no token of it can win")
    positions, best = np.zeros(len(query), np.int64), np.empty(len(query), np.float32)
    maxsim_plain.winners(np.ascontiguousarray(document), np.ascontiguousarray(query.T), positions, best)
    return positions, best


def score_job(vectors: Float32, offsets: Ids, queries: Sequence[Float32]) -> Job:
    """What scores a range of pairs of these queries and documents."""
    if settings.simd_allowed():
        from labkit.kernels import maxsim_simd as simd

        packed, places, tokens = simd.pack(queries)
        return lambda ids, start, stop, out: simd.score(vectors, offsets, packed, places, tokens, ids, start, stop, out)

    from labkit.kernels import maxsim_plain as plain

    numbers = np.concatenate([query.T.ravel() for query in queries]) if len(queries) else np.empty(0, np.float32)
    query_offsets = np.cumsum([0, *(len(query) for query in queries)])
    return lambda ids, start, stop, out: plain.score(vectors, offsets, numbers, query_offsets, ids, start, stop, out)


def all_pairs(job: Job, offsets: Ids, query_tokens: Sequence[int], ids: Ids, threads: int) -> Float32:
    """The scores `(nq, m)` of all pairs, each thread given about the same number of products to compute."""
    out = np.empty(ids.shape, np.float32)
    if out.size == 0:
        return out
    lengths = np.where(ids >= 0, offsets[ids + 1] - offsets[ids], 0) + 1
    work = np.cumsum(lengths * np.array(query_tokens)[:, None])
    shares = parts.split(int(work[-1]), 64, threads)  # a product of two tokens costs about as much as reading 64 bytes
    bounds = [0, *np.searchsorted(work, [stop for _, stop in shares[:-1]]).tolist(), out.size]
    parts.run(lambda part, start, stop: job(ids, start, stop, out), list(zip(bounds[:-1], bounds[1:], strict=True)))
    return out


def keep_best(found: Float32, ids: Ids, k: int) -> tuple[Float32, Ids]:
    """The k best of scores `(nq, m)` of the documents `ids` `(nq, m)`, best first; -inf is no hit."""
    from labkit.kernels.maxsim_plain import keep

    keys = np.full((1, len(found), k), EMPTY)
    keep(found, ids, keys[0])
    return best_first(keys)


def best_of_all(job: Job, offsets: Ids, query_tokens: Sequence[int], k: int, threads: int) -> tuple[Float32, Ids]:
    """The k best of all documents for each query: block by block, so that not all scores are held at once."""
    from labkit.kernels.maxsim_plain import keep

    n, nq = len(offsets) - 1, len(query_tokens)
    if n > MOST_DOCUMENTS:
        raise ValueError(f"an index holds at most {MOST_DOCUMENTS:,} documents, but there are {n:,}")
    keys = np.full((1, nq, k), EMPTY)
    block = max(1, _MOST_PAIRS // max(1, nq))
    for start in range(0, n if k and nq else 0, block):
        ids = np.tile(np.arange(start, min(start + block, n)), (nq, 1))
        keep(all_pairs(job, offsets, query_tokens, ids, threads), ids, keys[0])
    return best_first(keys)
