"""Binary quantization: one bit for each number, its sign.

    x     0.3  -0.1   0.7  -0.2   0.1   0.4  -0.6   0.2
    bits    1     0     1     0     1     1     0     1    -> one byte, 0b10101101

Two vectors at an angle of theta differ in a share theta / pi of their bits, on average over random rotations
(Goemans and Williamson 1995; Charikar 2002, "Similarity estimation techniques from rounding algorithms"). So the
Hamming distance, XOR and count, stands in for the angle. It costs 1/32 of the bytes of float32.

Bits lie as in `np.packbits` and in sentence-transformers' `ubinary`: the first dimension is the highest bit of the
first byte. `swap_bit_order` converts to and from faiss, which starts with the lowest bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.linear_map import LinearMap
from labkit.tensors import Arrays, load_tensors, save_tensors
from labkit.unit import unit_rows

Codes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class BinaryQuantizer:
    """Turns vectors into bits: rotate (if there is a rotation), compare with a threshold in each dimension.

    Attributes:
        thresholds: `(d,)` float32, what a number must exceed to become a 1.
        rotation: a map applied first, or None.
    """

    thresholds: NDArray[np.float32]
    rotation: LinearMap | None = None

    @classmethod
    def fit(
        cls,
        vectors: ArrayLike,
        *,
        thresholds: Literal["zero", "mean", "median"] = "zero",
        rotation: LinearMap | None = None,
    ) -> "BinaryQuantizer":
        """A quantizer for vectors like these, `(n, d)`.

        Args:
            vectors: a sample; only its width matters when the thresholds are zero.
            thresholds: `zero` keeps signs; `mean` and `median` make ones and zeros about equally common in every
                dimension, which helps where a dimension leans to one side.
            rotation: spreads information evenly over the bits (`random_rotation`), brings the vectors close to what the bits
                say (`itq_rotation`), or sorts it (a Matryoshka adapter).

        Raises:
            ValueError: if the name of the thresholds is unknown, or means are wanted of no vectors.

        Example:
            >>> BinaryQuantizer.fit([[1.0, 5.0], [-1.0, 7.0]], thresholds="mean").thresholds.tolist()
            [0.0, 6.0]
        """
        array = as_vectors(vectors)
        if rotation is not None:
            array = rotation(array)
        if thresholds == "zero":
            return cls(np.zeros(array.shape[1], np.float32), rotation)
        if thresholds not in ("mean", "median"):
            raise ValueError(f"thresholds should be 'zero', 'mean' or 'median', but is {thresholds!r}")
        if len(array) == 0:
            raise ValueError(f"thresholds={thresholds!r} needs vectors to look at, but got none")
        middle = np.mean if thresholds == "mean" else np.median
        return cls(np.asarray(middle(array.astype(np.float64), axis=0), np.float32), rotation)

    @property
    def dim(self) -> int:
        """Bits of a code, before it is filled up to whole bytes."""
        return len(self.thresholds)

    @property
    def width(self) -> int:
        """Bytes of a code."""
        return (self.dim + 7) // 8

    def transform(self, vectors: ArrayLike) -> Vectors:
        """The numbers whose signs become the bits, `(n, d)` float32: rotated, less the thresholds.

        Queries stay in this form when float queries are scored against codes.

        Raises:
            ValueError: if the vectors have the wrong width, or hold NaN or infinity.
        """
        array = as_vectors(vectors) if self.rotation is None else self.rotation(vectors)
        return as_vectors(array, dim=self.dim) - self.thresholds

    def encode(self, vectors: ArrayLike) -> Codes:
        """The codes, `(n, ceil(d / 8))` uint8; the bits that fill the last byte are 0.

        Raises:
            ValueError: if the vectors have the wrong width, or hold NaN or infinity.

        Example:
            >>> quantizer = BinaryQuantizer.fit([[0.3, -0.1, 0.7, -0.2, 0.1, 0.4, -0.6, 0.2]])
            >>> [bin(byte) for byte in quantizer.encode([[0.3, -0.1, 0.7, -0.2, 0.1, 0.4, -0.6, 0.2]])[0]]
            ['0b10101101']
        """
        return np.packbits(self.transform(vectors) > 0, axis=1)

    def decode(self, codes: Codes) -> Vectors:
        """The unit vectors that the codes stand for, `(n, d)` float32: every number is +1 or -1 over sqrt(d).

        They live beside transformed vectors: `transform(queries) @ decode(codes).T` scores float queries.

        Raises:
            TypeError: if the codes are not uint8.
            ValueError: if they have the wrong width.
        """
        check_codes(codes, self.width)
        bits = np.unpackbits(codes, axis=1, count=self.dim).astype(np.float32)
        return unit_rows(2 * bits - 1)

    def parts(self) -> tuple[Arrays, dict[str, Any]]:
        """The arrays and the small facts that `from_parts` makes the quantizer of again."""
        arrays: Arrays = {"thresholds": self.thresholds}
        if self.rotation is not None:
            arrays["rotation"] = self.rotation.matrix
        return arrays, {"rotation": self.rotation and self.rotation.name}

    @classmethod
    def from_parts(cls, arrays: Arrays, facts: Mapping[str, Any]) -> "BinaryQuantizer":
        """The quantizer of its `parts`."""
        rotation = LinearMap(arrays["rotation"], facts["rotation"]) if "rotation" in arrays else None
        return cls(arrays["thresholds"], rotation)

    def save(self, path: str | Path) -> None:
        """Write the quantizer as a safetensors file."""
        save_tensors(path, "BinaryQuantizer", *self.parts())

    @classmethod
    def load(cls, path: str | Path) -> "BinaryQuantizer":
        """The quantizer written by `save`.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if the file is damaged or holds something else.
        """
        return cls.from_parts(*load_tensors(path, "BinaryQuantizer"))


def check_codes(codes: NDArray[np.integer], width: int, dtype: type[np.integer] = np.uint8) -> None:
    """Refuse codes of another type or width than a quantizer's.

    Raises:
        TypeError: if the dtype differs.
        ValueError: if the shape is not `(n, width)`.
    """
    if not isinstance(codes, np.ndarray) or codes.dtype != dtype:
        found = getattr(codes, "dtype", type(codes).__name__)
        raise TypeError(f"codes should be an array of {np.dtype(dtype)}, but are {found}")
    if codes.ndim != 2 or codes.shape[1] != width:
        raise ValueError(f"codes should have shape (n, {width}), but their shape is {codes.shape}")


def as_words(codes: Codes) -> NDArray[np.uint64]:
    """The codes in 64-bit words, `(n, ceil(bytes / 8))` uint64, filled up with zero bytes: what fast XOR loops read.

    Example:
        >>> as_words(np.full((1, 9), 255, np.uint8)).shape
        (1, 2)
    """
    check_codes(codes, codes.shape[-1])
    missing = -codes.shape[1] % 8
    whole = np.pad(codes, ((0, 0), (0, missing))) if missing else codes
    return np.ascontiguousarray(whole).view(np.uint64)


def swap_bit_order(codes: Codes) -> Codes:
    """The codes with the bits of every byte in reverse: ours to faiss's, and back. Hamming distances stay the same.

    Example:
        >>> swap_bit_order(np.array([[0b10110000]], np.uint8)).tolist() == [[0b00001101]]
        True
    """
    check_codes(codes, codes.shape[-1])
    return np.packbits(np.unpackbits(codes, axis=1), axis=1, bitorder="little")


def hamming(queries: Codes, codes: Codes) -> NDArray[np.int64]:
    """The number of differing bits of every query and every code, `(nq, n)`: the plain definition.

    Raises:
        TypeError: if an array is not uint8.
        ValueError: if the widths differ.

    Example:
        >>> hamming(np.array([[0b1100]], np.uint8), np.array([[0b1010], [0b1100]], np.uint8)).tolist()
        [[2, 0]]
    """
    check_codes(queries, queries.shape[-1])
    check_codes(codes, queries.shape[1])
    distances = np.zeros((len(queries), len(codes)), np.int64)
    for column in range(codes.shape[1]):
        distances += np.bitwise_count(queries[:, column, None] ^ codes[None, :, column])
    return distances
