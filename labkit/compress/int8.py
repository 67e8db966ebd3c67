"""int8 and int4 quantization: a number becomes the nearest of 256 or of 16 levels. 4 or 8 times smaller than float32.

The levels and how they are spread over the numbers: `labkit.compress.ranges`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.binary import check_codes
from labkit.compress.ranges import Ranges, calibrate
from labkit.tensors import Arrays, load_tensors, save_tensors


@dataclass(frozen=True, eq=False)
class Int8Quantizer:
    """Turns vectors into int8 levels, one byte a number.

    Attributes:
        ranges: offset and step of every dimension, as fitted.
    """

    ranges: Ranges

    @classmethod
    def fit(cls, vectors: ArrayLike, *, per_dimension: bool = False, quantile: float = 1.0) -> "Int8Quantizer":
        """A quantizer calibrated on these vectors, `(n, d)`.

        Args:
            vectors: a sample of what will be encoded, at least two vectors.
            per_dimension: a range for each dimension instead of one for all; then rank with `fold_queries`.
            quantile: share of the numbers that the range covers; a little under 1 gives finer levels and clips a few.

        Raises:
            ValueError: for fewer than two vectors, a dimension without spread, or a quantile outside (0, 1].

        Example:
            >>> quantizer = Int8Quantizer.fit([[1.0, 0.0], [0.0, -0.5]])
            >>> quantizer.encode([[1.0, -0.5], [2.0, 0.0]]).tolist()
            [[127, -64], [127, 0]]
        """
        return cls(calibrate(vectors, bits=8, per_dimension=per_dimension, quantile=quantile))

    @property
    def dim(self) -> int:
        """Numbers of a vector."""
        return len(self.ranges.step)

    @property
    def width(self) -> int:
        """Bytes of a code."""
        return self.dim

    def encode(self, vectors: ArrayLike) -> NDArray[np.int8]:
        """The codes, `(n, d)` int8; numbers outside the range get its end.

        Raises:
            ValueError: if the vectors have the wrong width, or hold NaN or infinity.
        """
        return self.ranges.levels(vectors)

    def decode(self, codes: NDArray[np.int8]) -> Vectors:
        """The numbers that the codes stand for, `(n, d)` float32: at most half a step off, but for clipped ones.

        Raises:
            TypeError: if the codes are not int8.
            ValueError: if they have the wrong width.
        """
        check_codes(codes, self.width, np.int8)
        return self.ranges.values(codes)

    def fold_queries(self, queries: ArrayLike) -> Vectors:
        """Float queries to be multiplied with raw codes: `(nq, d)` float32, each number times its dimension's step.

        `fold_queries(q) @ codes.T` equals `q @ decode(codes).T` but for one number a query, so it ranks the same.

        Raises:
            ValueError: if the queries have the wrong width, or hold NaN or infinity.
        """
        return as_vectors(queries, dim=self.dim, name="queries") * self.ranges.step

    def clipped_share(self, vectors: ArrayLike) -> float:
        """The share of numbers that `encode` would clip, 0 to 1."""
        return self.ranges.clipped_share(vectors)

    def parts(self) -> tuple[Arrays, dict[str, Any]]:
        """The arrays and the small facts that `from_parts` makes the quantizer of again."""
        return self.ranges.parts()

    @classmethod
    def from_parts(cls, arrays: Arrays, facts: Mapping[str, Any]) -> "Int8Quantizer":
        """The quantizer of its `parts`."""
        return cls(Ranges.from_parts(arrays, facts))

    def save(self, path: str | Path) -> None:
        """Write the quantizer as a safetensors file."""
        save_tensors(path, "Int8Quantizer", *self.parts())

    @classmethod
    def load(cls, path: str | Path) -> "Int8Quantizer":
        """The quantizer written by `save`.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if the file is damaged or holds something else.
        """
        return cls.from_parts(*load_tensors(path, "Int8Quantizer"))


@dataclass(frozen=True, eq=False)
class Int4Quantizer:
    """Turns vectors into 4-bit levels, two in a byte: the even dimension in the low half, as faiss packs them.

    Attributes:
        ranges: offset and step of every dimension, as fitted.
    """

    ranges: Ranges

    @classmethod
    def fit(cls, vectors: ArrayLike, *, per_dimension: bool = False, quantile: float = 1.0) -> "Int4Quantizer":
        """A quantizer calibrated on these vectors, `(n, d)`; arguments and errors as `Int8Quantizer.fit`.

        With only 16 levels the quantile matters: compare a few on your own vectors.

        Example:
            >>> quantizer = Int4Quantizer.fit([[0.7, 0.0, 0.1], [0.0, -0.7, 0.0]])
            >>> quantizer.levels(quantizer.encode([[0.7, -0.3, 0.1]])).tolist()
            [[7, -3, 1]]
        """
        return cls(calibrate(vectors, bits=4, per_dimension=per_dimension, quantile=quantile))

    @property
    def dim(self) -> int:
        """Numbers of a vector."""
        return len(self.ranges.step)

    @property
    def width(self) -> int:
        """Bytes of a code."""
        return (self.dim + 1) // 2

    def encode(self, vectors: ArrayLike) -> NDArray[np.uint8]:
        """The codes, `(n, ceil(d / 2))` uint8; each half byte holds a level plus 8.

        Raises:
            ValueError: if the vectors have the wrong width, or hold NaN or infinity.
        """
        halves = (self.ranges.levels(vectors) + 8).astype(np.uint8)
        halves = np.pad(halves, ((0, 0), (0, self.dim % 2)))
        packed: NDArray[np.uint8] = halves[:, 0::2] | (halves[:, 1::2] << np.uint8(4))
        return packed

    def levels(self, codes: NDArray[np.uint8]) -> NDArray[np.int8]:
        """The codes unpacked, `(n, d)` int8 between -8 and 7: what integer arithmetic needs.

        Raises:
            TypeError: if the codes are not uint8.
            ValueError: if they have the wrong width.
        """
        check_codes(codes, self.width)
        halves = np.stack([codes & 15, codes >> 4], axis=2).reshape(len(codes), 2 * codes.shape[1])[:, : self.dim]
        return halves.astype(np.int8) - np.int8(8)

    def decode(self, codes: NDArray[np.uint8]) -> Vectors:
        """The numbers that the codes stand for, `(n, d)` float32; errors as `levels`."""
        return self.ranges.values(self.levels(codes))

    def clipped_share(self, vectors: ArrayLike) -> float:
        """The share of numbers that `encode` would clip, 0 to 1."""
        return self.ranges.clipped_share(vectors)

    def parts(self) -> tuple[Arrays, dict[str, Any]]:
        """The arrays and the small facts that `from_parts` makes the quantizer of again."""
        return self.ranges.parts()

    @classmethod
    def from_parts(cls, arrays: Arrays, facts: Mapping[str, Any]) -> "Int4Quantizer":
        """The quantizer of its `parts`."""
        return cls(Ranges.from_parts(arrays, facts))

    def save(self, path: str | Path) -> None:
        """Write the quantizer as a safetensors file."""
        save_tensors(path, "Int4Quantizer", *self.parts())

    @classmethod
    def load(cls, path: str | Path) -> "Int4Quantizer":
        """The quantizer written by `save`; errors as `Int8Quantizer.load`."""
        return cls.from_parts(*load_tensors(path, "Int4Quantizer"))
