"""How `ResidualIndex` searches: its three steps for one query, and for many at the same time."""

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors
from labkit.compress.residual import ResidualQuantizer
from labkit.compress.residual_codes import ResidualCodes
from labkit.search.hits import Hits

if TYPE_CHECKING:
    from labkit.kernels.residual import Compressed
    from labkit.kernels.residual_screen import Seen

Ids = NDArray[np.int64]
Found = tuple[NDArray[np.float32], Ids]


@dataclass(frozen=True)
class Plan:
    """How much of an index is looked at.

    Attributes:
        nprobe: centroids a query token that lead to documents; None looks at all documents.
        candidates: documents that are scored.
        seen: what is known of documents that were candidates before, where that saves decoding some.
    """

    nprobe: int | None
    candidates: int
    seen: "Seen | None" = None


@dataclass(frozen=True)
class Lists:
    """The documents that have a token at each centroid.

    Attributes:
        documents: the lists end to end.
        bounds: `(c + 1,)`, where each begins.
    """

    documents: NDArray[np.int32]
    bounds: Ids


def compressed(quantizer: ResidualQuantizer, codes: ResidualCodes, offsets: Ids) -> "Compressed":
    """An index's arrays as the kernels take them."""
    from labkit.kernels.residual import Compressed

    q = quantizer
    return Compressed(
        q.centroids, q.weights, q.step, q.unit, codes.centroids, codes.scales, codes.levels, np.asarray(offsets)
    )


def unseen(index: "Compressed") -> "Seen | None":
    """Room for what searches learn of documents: four bytes a token, which take memory as documents become candidates."""
    from labkit.kernels.residual import unseen

    return unseen(index)


def centroid_lists(codes: NDArray[np.uint16], offsets: Ids, centroids: int) -> Lists:
    """The lists of an index, each document once a list.

    Example:
        >>> centroid_lists(np.array([1, 1, 0], np.uint16), np.array([0, 2, 3]), 2).documents
        array([1, 0], dtype=int32)
    """
    documents = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    pairs = np.unique(codes.astype(np.int64) * max(1, len(offsets) - 1) + documents)
    lists, rows = np.divmod(pairs, max(1, len(offsets) - 1))
    return Lists(rows.astype(np.int32), np.searchsorted(lists, np.arange(centroids + 1)))


def search(
    index: "Compressed", queries: Sequence[Vectors], best: int, plan: Plan, lists: Lists | None, threads: int, k: int
) -> Hits:
    """The hits of all queries. Many queries are divided among threads; of a few, each is."""
    from labkit.kernels import threads as parts

    scores, ids = np.full((len(queries), best), -np.inf, np.float32), np.full((len(queries), best), -1, np.int64)
    together = len(queries) >= 2 * threads

    def job(part: int, start: int, stop: int) -> None:
        for row in range(start, stop):
            within = 1 if together else threads
            query = queries[row]
            table = similarities(index, query, within)
            kept = shortlist(index, query, table, plan, lists, within)
            scores[row], ids[row] = ranked(index, query, table, kept, best, plan, within)

    if len(queries) and best:
        parts.run(job, parts.split(len(queries), 1 << 30, threads if together else 1))
    return Hits.padded(ids, scores, k)


def similarities(index: "Compressed", query: Vectors, threads: int) -> Vectors:
    """Step 1: centroid scores `(c, t)`."""
    from labkit.kernels.residual import centroid_scores

    return centroid_scores(index.centroids, query, threads)


def probed(index: "Compressed", scores: Vectors, plan: Plan, lists: Lists | None) -> Ids:
    """The documents that rough scores are made for, in rising order."""
    if plan.nprobe is None or lists is None or plan.nprobe >= len(scores):
        return np.arange(len(index.offsets) - 1)
    least = np.partition(scores, len(scores) - plan.nprobe, axis=0)[len(scores) - plan.nprobe]
    nearest = np.flatnonzero((scores >= least).any(axis=1))  # of centroids that tie at the end, all
    some = [lists.documents[lists.bounds[c] : lists.bounds[c + 1]] for c in nearest]
    return np.unique(np.concatenate(some)).astype(np.int64)


def shortlist(
    index: "Compressed", query: Vectors, scores: Vectors, plan: Plan, lists: Lists | None, threads: int
) -> Ids:
    """Step 2: the documents with the best rough scores, in rising order; -1 fills up."""
    from labkit.kernels.residual import byte_table, rough_best

    documents = probed(index, scores, plan, lists)
    if len(documents) <= plan.candidates:
        return documents
    return rough_best(byte_table(scores), index, documents, len(query), plan.candidates, threads)


def ranked(
    index: "Compressed", query: Vectors, similar: Vectors, kept: Ids, best: int, plan: Plan, threads: int
) -> Found:
    """Step 3: scores and ids `(best,)` of the best candidates; those that cannot be among them are not decoded."""
    from labkit.kernels.maxsim import keep_best
    from labkit.kernels.residual import promising, scores

    kept = promising(index, plan.seen, query, similar, kept, best, threads)
    found, ids = keep_best(scores(index, query, kept, threads)[None], kept[None], best)
    return found[0], ids[0]


def without(codes: ResidualCodes, offsets: Ids, ids: ArrayLike) -> tuple[ResidualCodes, Ids]:
    """Codes and offsets after the documents `ids` have lost their tokens.

    Raises:
        TypeError: if the ids are not whole numbers.
        IndexError: if one is no document.
    """
    gone = np.atleast_1d(np.asarray(ids))
    if gone.size and gone.dtype.kind not in "iu":
        raise TypeError(f"ids should be whole numbers, but their dtype is {gone.dtype}")
    wrong = gone[(gone < 0) | (gone >= len(offsets) - 1)]
    if wrong.size:
        raise IndexError(f"there is no document {wrong[0]}: there are {len(offsets) - 1}, numbered from 0")
    lengths = np.diff(offsets)
    stays = np.ones(len(lengths), np.bool_)
    stays[gone.astype(np.int64)] = False
    kept = np.repeat(stays, lengths)
    left = np.concatenate([[0], np.cumsum(np.where(stays, lengths, 0))])
    left_codes = ResidualCodes(codes.centroids[kept], codes.scales[kept], codes.levels[kept])
    return left_codes, left.astype(np.int64)


def check_count(value: object, name: str, least: int) -> int:
    """A whole number of at least so many.

    Raises:
        TypeError: if it is none.
        ValueError: if it is too small.
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} should be a whole number, but is {value!r}")
    if value < least:
        raise ValueError(f"{name} should be at least {least}, but is {value}")
    return int(value)
