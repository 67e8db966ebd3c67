"""The token vectors of documents as int8 levels: a byte a dimension instead of four, and about three times as fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.compress.int8 import Int8Quantizer
from labkit.search.late import Winners
from labkit.search.levels import check_sums, fold, query_levels, sample
from labkit.search.maxsim_tokens import Job, Offsets

_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Int8Tokens:
    """Tokens as levels.

    Attributes:
        codes: `(tokens, d)` uint8, the level plus 128; `d` is filled up to a multiple of four with 128, level 0.
        offsets: `(n + 1,)`.
        quantizer: says which number a level stands for.
    """

    codes: NDArray[np.uint8]
    offsets: Offsets
    quantizer: Int8Quantizer

    @classmethod
    def of(cls, vectors: Vectors, offsets: Offsets, quantizer: Int8Quantizer | None) -> "Int8Tokens":
        """The levels of tokens `(tokens, d)`.

        Without a quantizer, one with a shared range is calibrated on up to 200,000 of the tokens.

        Raises:
            ValueError: if the quantizer has another width, there are fewer than two tokens to calibrate on, or more than
                65,536 dimensions.
        """
        check_sums(vectors.shape[1])
        if quantizer is None:
            quantizer = Int8Quantizer.fit(sample(vectors))
        codes = np.full((len(vectors), quantizer.dim + -quantizer.dim % 4), 128, np.uint8)
        for start in range(0, len(vectors), _BLOCK):
            levels = quantizer.encode(vectors[start : start + _BLOCK])
            codes[start : start + _BLOCK, : quantizer.dim] = levels.view(np.uint8) ^ np.uint8(128)
        return cls(codes, offsets, quantizer)

    @classmethod
    def from_parts(cls, arrays: Mapping[str, NDArray[Any]], saved: Mapping[str, Any]) -> "Int8Tokens":
        """What `parts` took apart."""
        return cls(arrays["codes"], arrays["offsets"], Int8Quantizer.from_parts(dict(arrays), saved))

    @property
    def dim(self) -> int:
        """Numbers of a token."""
        return self.quantizer.dim

    @property
    def nbytes(self) -> int:
        """Bytes of the codes and the offsets."""
        return self.codes.nbytes + self.offsets.nbytes

    def job(self, queries: Sequence[Vectors]) -> Job:
        """What scores a range of pairs of these queries and documents."""
        from labkit.kernels.maxsim_int8 import score_job

        levels, steps, constants = zip(*map(self._levels, queries), strict=True) if queries else ((), (), ())
        filled = [np.pad(query, ((0, 0), (0, self.codes.shape[1] - self.dim))) for query in levels]
        return score_job(self.codes, self.offsets, filled, steps, constants)

    def winners(self, query: Vectors, document: int) -> Winners:
        """The winning tokens of one document, by its levels."""
        held = self.codes[self.offsets[document] : self.offsets[document + 1], : self.dim]
        if len(held) == 0:
            raise ValueError("the document has no tokens, so no token of it can win")
        levels, steps, constants = self._levels(query)
        totals = levels.astype(np.float64) @ (held.astype(np.float64) - 128).T  # whole numbers: exact
        positions: NDArray[np.int64] = totals.argmax(axis=1)
        best = steps * totals[np.arange(len(query)), positions] + constants
        return Winners(positions, best.astype(np.float32))

    def parts(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Arrays and settings to be saved."""
        arrays, facts = self.quantizer.parts()
        return {"codes": self.codes, "offsets": self.offsets, **arrays}, facts

    def _levels(self, query: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.float64]]:
        """Levels `(t, d)` that rank raw levels, their step and what makes the product that of vectors, each `(t,)`."""
        folded, constants = fold(self.quantizer.ranges, query)
        return *query_levels(folded), constants
