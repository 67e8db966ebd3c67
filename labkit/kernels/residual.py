"""Search in compressed tokens, step by step: divides the work among threads and chooses the kernel."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import residual_plain as plain
from labkit.kernels import residual_steps as steps
from labkit.kernels import threads as parts

if TYPE_CHECKING:
    from labkit.kernels.residual_screen import Seen

Float32 = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ids = NDArray[np.int64]


class Compressed(NamedTuple):
    """Compressed tokens of many documents, as kernels take them.

    Attributes:
        centroids: `(c, d)`.
        weights: `(2 ** nbits,)`, what levels stand for.
        step: of the scales.
        unit: whether decoded tokens are made unit length.
        codes: `(tokens,)`, the centroid of each.
        scales: `(tokens,)`.
        levels: `(tokens, bytes)`.
        offsets: where each document begins, `(n + 1,)`.
    """

    centroids: Float32
    weights: Float32
    step: float
    unit: bool
    codes: NDArray[np.uint16]
    scales: Bytes
    levels: Bytes
    offsets: Ids


def centroid_scores(centroids: Float32, query: Float32, threads: int) -> Float32:
    """Inner products `(c, t)` of all centroids and the query's tokens `(t, d)`."""
    out = np.empty((len(centroids), len(query)), np.float32)
    ranges = parts.split(len(centroids), centroids.shape[1] * len(query), threads)
    if settings.simd_allowed():
        from labkit.kernels import residual_simd
        from labkit.kernels.simd import pack

        packed = pack(query)
        parts.run(lambda part, start, stop: residual_simd.centroid_scores(centroids, packed, start, stop, out), ranges)
    else:
        turned = np.ascontiguousarray(query.T)
        parts.run(lambda part, start, stop: steps.centroid_scores(centroids, turned, start, stop, out), ranges)
    return out


def byte_table(scores: Float32) -> Bytes:
    """Scores `(c, t)` as bytes, a query token's lowest as 0, all on one scale; columns are filled up with 0."""
    low, high = scores[0].copy(), scores[0].copy()
    steps.extremes(scores, low, high)
    reach = float((high - low).max())
    table = np.zeros((len(scores), -(-scores.shape[1] // steps.GROUP) * steps.GROUP), np.uint8)
    steps.to_bytes(scores, low, np.float32(254.9 / reach if reach > 0 else 0), 0, len(scores), table)
    return table


def rough_best(table: Bytes, compressed: Compressed, ids: Ids, tokens: int, wanted: int, threads: int) -> Ids:
    """The `wanted` of the documents `ids` with the best rough scores, in rising order; -1 fills up."""
    rough = np.empty(len(ids), np.int32)
    if settings.simd_allowed():
        from labkit.kernels.residual_simd import rough_scores
    else:
        from labkit.kernels.residual_steps import rough_scores
    codes, offsets = compressed.codes, compressed.offsets
    ranges = parts.split(len(ids), 2 * table.shape[1] * len(codes) // max(1, len(offsets) - 1), threads)
    parts.run(lambda part, start, stop: rough_scores(table, codes, offsets, ids, start, stop, rough), ranges)
    kept = np.empty(min(wanted, len(ids)), np.int64)
    steps.select(rough, ids, 255 * tokens, len(kept), kept)
    return kept


def scores(compressed: Compressed, query: Float32, ids: Ids, threads: int) -> Float32:
    """MaxSim `(m,)` of a query `(t, d)` and the decoded documents `ids`; -inf for one without tokens, and for -1."""
    out = np.empty(len(ids), np.float32)
    each = len(compressed.codes) // max(1, len(compressed.offsets) - 1) + 1
    ranges = parts.split(len(ids), each * compressed.centroids.shape[1] * (8 + len(query)), threads)
    if settings.simd_allowed():
        from labkit.kernels import residual_simd
        from labkit.kernels.maxsim_simd import pack

        packed = pack([query])[0]
        parts.run(
            lambda part, start, stop: residual_simd.score(*compressed, packed, len(query), ids, start, stop, out),
            ranges,
        )
    else:
        turned = np.ascontiguousarray(query.T)
        parts.run(lambda part, start, stop: plain.score(*compressed, turned, ids, start, stop, out), ranges)
    return out


def decoded(compressed: Compressed, document: int) -> Float32:
    """The decoded tokens of a document, `(t, d)`."""
    first, last = (int(bound) for bound in compressed.offsets[document : document + 2])
    out = np.empty((last - first, compressed.centroids.shape[1]), np.float32)
    plain.decoded(*compressed, first, last, out)
    return out


def unseen(compressed: Compressed) -> "Seen | None":
    """Room for what `promising` learns of documents; None where it does not help."""
    from labkit.kernels import int8_ir

    if not settings.simd_allowed() or not int8_ir.available():
        return None
    from labkit.kernels import residual_screen

    fits = residual_screen.suits(compressed.levels, compressed.centroids.shape[1])
    return residual_screen.unseen(len(compressed.codes), len(compressed.offsets) - 1) if fits else None


def promising(
    compressed: Compressed, seen: "Seen | None", query: Float32, similar: Float32, ids: Ids, best: int, threads: int
) -> Ids:
    """Those of the documents `ids` that may be among the `best` by `scores`, or all; `similar` are its centroid scores."""
    if seen is None or len(ids) <= 2 * best or not settings.simd_allowed():
        return ids
    from labkit.kernels import residual_screen

    return residual_screen.promising(compressed, seen, query, similar, ids, best, threads)
