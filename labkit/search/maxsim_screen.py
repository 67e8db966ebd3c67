"""Exact MaxSim search that multiplies bytes first: int8 levels tell which documents cannot be among the best.

A token x is kept twice, as float32 and as levels. Let y be the vector that the levels stand for, and let the query token
t be rounded as well. Then the rough similarity of the two is off by at most

    |what rounding takes from t, in units of a level| * |levels of x|  +  |t| * |x - y|         (Cauchy and Schwarz)

Added up over the query's tokens this bounds how far a document's rough score can be off, and a maximum over tokens is off
by no more than the worst of them. A document whose rough score, plus its bound, lies below the k-th largest of the rough
scores, each minus its bound, is not among the k best. The others get their float32 score: the hits and their scores are
those of scoring everything in float32.

How many are left depends on how far scores spread. The bounds allow for rounding errors that all point one way, which
never happens; where all documents score nearly the same, they leave nearly all, and the screen costs time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.search.late import Winners
from labkit.search.maxsim_int8 import Int8Tokens
from labkit.search.maxsim_tokens import FloatTokens, Job, Offsets

Float64 = NDArray[np.float64]

_BLOCK = 1 << 16
_SLACK = 1.001  # for the rounding of the bounds themselves


@dataclass(frozen=True, eq=False)
class ScreenedTokens:
    """Tokens as float32 numbers and as int8 levels: a quarter more bytes.

    Attributes:
        exact: the numbers.
        rough: the levels.
        reach: `(n, 2)` float32, the largest over each document's tokens: length of the levels, and |x - y|.
    """

    exact: FloatTokens
    rough: Int8Tokens
    reach: Vectors

    @classmethod
    def of(cls, vectors: Vectors, offsets: Offsets) -> "ScreenedTokens":
        """Tokens `(tokens, d)` where they lie, and their levels.

        Raises:
            ValueError: if there are fewer than two tokens, or more than 65,536 dimensions.
        """
        rough = Int8Tokens.of(vectors, offsets, None)
        reach = np.empty((len(vectors), 2), np.float32)
        for start in range(0, len(vectors), _BLOCK):
            part = slice(start, start + _BLOCK)
            levels = (rough.codes[part, : rough.dim] ^ np.uint8(128)).view(np.int8)
            moved = vectors[part].astype(np.float64) - rough.quantizer.decode(levels)
            reach[part, 0] = np.linalg.norm(levels.astype(np.float64), axis=1)
            reach[part, 1] = np.linalg.norm(moved, axis=1)
        largest = np.zeros((len(offsets) - 1, 2), np.float32)
        filled = np.flatnonzero(np.diff(offsets))
        if filled.size:
            largest[filled] = np.maximum.reduceat(reach, offsets[filled], axis=0)
        return cls(FloatTokens.of(vectors, offsets), rough, largest)

    @classmethod
    def from_parts(cls, arrays: Mapping[str, NDArray[Any]], saved: Mapping[str, Any]) -> "ScreenedTokens":
        """What `parts` took apart."""
        return cls(FloatTokens.from_parts(arrays, saved), Int8Tokens.from_parts(arrays, saved), arrays["reach"])

    @property
    def offsets(self) -> Offsets:
        """Where each document begins, `(n + 1,)`."""
        return self.exact.offsets

    @property
    def dim(self) -> int:
        """Numbers of a token."""
        return self.exact.dim

    @property
    def nbytes(self) -> int:
        """Bytes of numbers, levels, offsets and bounds."""
        return self.exact.nbytes + self.rough.codes.nbytes + self.reach.nbytes

    def job(self, queries: Sequence[Vectors]) -> Job:
        """What scores a range of pairs in float32."""
        return self.exact.job(queries)

    def winners(self, query: Vectors, document: int) -> Winners:
        """The winning tokens of one document."""
        return self.exact.winners(query, document)

    def parts(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Arrays and settings to be saved."""
        (numbers, longest), (levels, facts) = self.exact.parts(), self.rough.parts()
        return {**levels, **numbers, "reach": self.reach}, {**facts, **longest}

    def top(self, queries: Sequence[Vectors], k: int, threads: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Scores and ids `(nq, k)` of the k best of all documents, as `maxsim.top` gives them."""
        from labkit.kernels import maxsim

        scores, ids = np.full((len(queries), k), -np.inf, np.float32), np.full((len(queries), k), -1, np.int64)
        for row, query in enumerate(queries):
            job = self.exact.job([query])  # refuses a query that is too long before anything is computed
            left = self.possible(query, k, threads)[None]
            found = maxsim.all_pairs(job, self.offsets, [len(query)], left, threads)
            width = min(k, left.shape[1])
            scores[row : row + 1, :width], ids[row : row + 1, :width] = maxsim.keep_best(found, left, width)
        return scores, ids

    def possible(self, query: Vectors, k: int, threads: int) -> NDArray[np.int64]:
        """The documents that can be among the k best of a query `(t, d)`, in the order of their ids."""
        from labkit.kernels import maxsim

        n = len(self.offsets) - 1
        if k >= n:
            return np.arange(n)
        rough = maxsim.all_pairs(self.rough.job([query]), self.offsets, [len(query)], np.arange(n)[None], threads)
        score, off = rough[0].astype(np.float64), self.bounds(query)
        sure = np.partition(score - off, n - k)[n - k]
        return np.flatnonzero(score + off >= sure)

    def bounds(self, query: Vectors) -> Float64:
        """How far the rough score of each document can be off from its float32 score, `(n,)`."""
        from labkit.search.levels import fold, query_levels

        folded, _ = fold(self.rough.quantizer.ranges, query)
        levels, steps = query_levels(folded)
        lost = np.linalg.norm(folded - steps[:, None] * levels, axis=1).sum()
        length = np.linalg.norm(query.astype(np.float64), axis=1).sum()
        # Both scores are rounded as well: sums of d products in float32, and the total of each.
        rounding = (self.dim + 16) * 2.0**-23 * length * (self.exact.longest + self.reach[:, 1].astype(np.float64))
        off: Float64 = _SLACK * (lost * self.reach[:, 0] + length * self.reach[:, 1] + rounding)
        return off
