"""What the indexes of codes share: their codes and where those come from, files, and the candidates of a rescoring."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors, check_threads
from labkit.compress.binary import check_codes
from labkit.search import storage

Codes = NDArray[Any]  # uint8 or int8

_BLOCK = 1 << 16


class Quantizer(Protocol):
    """What turns vectors into codes: `BinaryQuantizer`, `Int4Quantizer`, `Int8Quantizer`."""

    @property
    def dim(self) -> int:
        """Numbers of a vector, once it is rotated."""

    @property
    def width(self) -> int:
        """Bytes of a code."""

    def encode(self, vectors: ArrayLike) -> Codes:
        """The codes, `(n, width)`."""

    def parts(self) -> tuple[storage.Arrays, dict[str, Any]]:
        """What a file has to hold."""

    @classmethod
    def from_parts(cls, arrays: storage.Arrays, facts: Mapping[str, Any]) -> Self:
        """The quantizer of its parts."""


Fitted = TypeVar("Fitted", bound=Quantizer)


class CodedIndex(Generic[Fitted]):
    """Codes, the quantizer that they come from, sizes and files; how codes are compared is what the kinds differ in.

    Attributes:
        quantizer: turns vectors into codes.
        codes: `(n, quantizer.width)`, used where they lie: a memory-mapped file may be larger than memory.
        threads: how many a search uses.
    """

    quantizer: Fitted
    codes: Codes
    threads: int
    # The two that each kind sets: what makes its quantizer again, and the type of its codes.
    _quantizers: ClassVar[type[Any]]
    _dtype: ClassVar[type[np.integer[Any]]] = np.uint8

    @classmethod
    def from_codes(cls, codes: Codes, quantizer: Fitted, *, threads: int | None = None) -> Self:
        """An index of codes that are there already, such as a memory-mapped file; nothing is copied.

        Raises:
            TypeError: if the codes are of another type than the quantizer's.
            ValueError: if they are of another width.

        Example:
            >>> from labkit import BinaryIndex, BinaryQuantizer
            >>> quantizer = BinaryQuantizer.fit([[1.0, -1.0]])
            >>> len(BinaryIndex.from_codes(quantizer.encode([[1, 1], [1, -1]]), quantizer))
            2
        """
        index = cls.__new__(cls)
        index._take(codes, quantizer, threads)
        return index

    def _take(self, codes: Codes, quantizer: Fitted, threads: int | None) -> None:
        check_codes(codes, quantizer.width, self._dtype)
        self.codes = np.ascontiguousarray(codes).view(np.ndarray)
        self.quantizer, self.threads = quantizer, check_threads(threads)

    def _encode(self, vectors: NDArray[Any], quantizer: Fitted, threads: int | None) -> None:
        self._take(encode_in_blocks(vectors, quantizer.encode, quantizer.width, self._dtype), quantizer, threads)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.codes)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return self.quantizer.dim

    @property
    def nbytes(self) -> int:
        """Bytes of the codes."""
        return self.codes.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return float(self.quantizer.width)

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        arrays, facts = self.quantizer.parts()
        storage.save(folder, type(self).__name__, {"codes": self.codes, **arrays}, facts)

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> Self:
        """The index saved in a folder; with `mmap` the codes stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        arrays, facts = storage.load(folder, cls.__name__, mmap=mmap)
        return cls.from_codes(arrays["codes"], cls._quantizers.from_parts(arrays, facts), threads=threads)


def as_rows(vectors: ArrayLike) -> NDArray[Any]:
    """The vectors as an array that may lie in a file larger than memory; `encode_in_blocks` looks at what is in it.

    Raises:
        TypeError: if they do not hold numbers, or are sparse.
        ValueError: if they are lists of different lengths.
    """
    return vectors if isinstance(vectors, np.ndarray) else as_vectors(vectors)  # a mask is not dropped


def encode_in_blocks(
    vectors: NDArray[Any], encode: Callable[[ArrayLike], Codes], width: int, dtype: type[np.integer[Any]]
) -> Codes:
    """The codes of vectors, `(n, width)`, block by block: the vectors may lie in a file larger than memory.

    Raises:
        ValueError: if the vectors do not fit the quantizer.
    """
    if vectors.ndim != 2 or len(vectors) == 0:
        return encode(vectors)
    codes = np.empty((len(vectors), width), dtype)
    for start in range(0, len(vectors), _BLOCK):
        with naming_rows_of(vectors):
            codes[start : start + _BLOCK] = encode(vectors[start : start + _BLOCK])
    return codes


@contextmanager
def naming_rows_of(vectors: NDArray[Any]) -> Iterator[None]:
    """What is wrong with some of the vectors is said of their place among all of them."""
    try:
        yield
    except ValueError:
        as_vectors(vectors)
        raise


def check_scores(scores: NDArray[np.float32], ids: NDArray[np.int64]) -> None:
    """Refuse hits whose scores are not finite: infinities tie and hide the best document.

    Args:
        scores: of the hits.
        ids: -1 where there is no hit.

    Raises:
        ValueError: if a hit's score is NaN or infinite.
    """
    if not np.isfinite(scores[ids >= 0]).all():
        raise ValueError(
            "a score is NaN or infinite: a vector holds NaN or infinity, or numbers too large for float32 scores; scale "
            "the vectors to unit length"
        )


def check_distinct(ids: NDArray[np.int64]) -> None:
    """Refuse hits `(nq, k)` that name a document twice, as they do if it was a candidate twice.

    Raises:
        ValueError: if a row does.
    """
    ordered = np.sort(ids, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    if twice.any():
        query = int(np.flatnonzero(twice.any(axis=1))[0])
        raise ValueError(f"the candidates of query {query} name a document more than once; pass each one once")


def check_candidates(candidates: object, nq: int, n: int) -> NDArray[np.int64]:
    """The candidates as int64 `(nq, m)`.

    Raises:
        TypeError: if they are not whole numbers.
        ValueError: if the shape is wrong, or a candidate is neither a document of `0 … n - 1` nor -1.

    Example:
        >>> check_candidates([[2, -1]], nq=1, n=3)
        array([[ 2, -1]])
    """
    array: NDArray[np.generic] = np.asarray(candidates)
    if array.dtype.kind not in "iu":
        raise TypeError(f"candidates should be whole numbers, but their dtype is {array.dtype}")
    if array.ndim != 2 or len(array) != nq or array.shape[1] == 0:
        raise ValueError(f"candidates should have shape ({nq}, m), one row a query, but their shape is {array.shape}")
    if array.size and (int(array.min()) < -1 or int(array.max()) >= n):
        raise ValueError(
            f"candidates should lie in 0 … {n - 1} (or be -1), but reach from {array.min()} to {array.max()}"
        )
    return np.ascontiguousarray(array, dtype=np.int64)
