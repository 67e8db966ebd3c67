"""The nearest centre of each vector: divides the work among threads and chooses the kernel. All give the same answer.

The nearest centre has the largest inner product, with one more dimension that makes up for the centres' lengths (|x|^2
is the same for all centres and drops out):

    |x - c|^2 = |x|^2 - 2 (x . c - |c|^2 / 2)          (x, 1) . (c, -|c|^2 / 2)

The plain way is the exact search of `dot.py` for one hit. The fast ones make rough scores of all centres, by bytes where
the CPU multiplies them faster, note the best of every few centres, and score exactly only those few that may be nearest.

Source of the dimension: Bachrach et al. 2014, RecSys.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.kernels import exact
from labkit.kernels import threads as parts

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]

_HIGHEST = 1e15  # rough scores of larger numbers could overflow
_MOST_DIMENSIONS = 1 << 16  # sums of so many products of bytes fit into 32 bits


def finder(centres: Float32, threads: int) -> Callable[[Float32], Ids]:
    """A function that gives the nearest of the centres `(c, d)` to each vector `(n, d)`, the first of equals."""
    halves = np.einsum("ij,ij->i", centres, centres, dtype=np.float64) / 2
    rows = np.column_stack([centres, -halves.astype(np.float32)])
    longest = float(np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64).max()))
    job = _fast_job(rows, longest) if settings.simd_allowed() and longest < _HIGHEST else None

    def found(vectors: Float32) -> Ids:
        vectors, n = np.ascontiguousarray(vectors), len(vectors)
        out = np.empty(n, np.int64)
        if job is None or not max(vectors.max(initial=0), -vectors.min(initial=0)) < _HIGHEST:
            asked = np.column_stack([vectors, np.ones(n, np.float32)])
            return exact.top(rows, asked, 1, threads, longest)[1][:, 0]
        ranges = parts.split(n, len(rows) * rows.shape[1], threads)
        parts.run(lambda part, start, stop: job(vectors, start, stop, out), ranges)
        return out

    return found


def _fast_job(rows: Float32, longest: float) -> Callable[[Float32, int, int, Ids], None]:
    from labkit.kernels import int8_ir

    if int8_ir.available() and rows.shape[1] <= _MOST_DIMENSIONS:
        from labkit.kernels import centres_bytes

        coded = centres_bytes.coded(rows)
        return lambda vectors, start, stop, out: centres_bytes.nearest(rows, longest, *coded, vectors, start, stop, out)
    from labkit.kernels import centres_simd

    filled = centres_simd.filled(rows)
    return lambda vectors, start, stop, out: centres_simd.nearest(rows, longest, filled, vectors, start, stop, out)


def means(vectors: Float32, groups: Ids, threads: int) -> Float32:
    """The mean of each group's vectors; `groups` `(n,)` are their numbers, and those without vectors are left out."""
    from labkit.kernels import centres_means

    order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
    bounds = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
    out = np.empty((len(bounds) - 1, vectors.shape[1]), np.float32)
    ranges = parts.split(len(out), vectors.nbytes // max(1, len(out)), threads)
    parts.run(lambda part, start, stop: centres_means.means(vectors, order, bounds, start, stop, out), ranges)
    return out
