"""Token vectors: one vector per token of a text, texts of different lengths laid end to end.

    text        0       1   2         3
    vectors   [a b c] [   ] [d] [e f g h i]     (tokens, d), nothing padded
    offsets    0        3   3   4             9

Text `i` owns rows `offsets[i] : offsets[i + 1]`. A text may own none. Padding every text to the longest would cost memory
and, worse, make up tokens that nobody wrote: a padded zero scores 0, which beats every negative similarity.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The vectors of all tokens of many texts, and where each text begins.

    Attributes:
        vectors: `(tokens, d)` float32, the tokens of all texts end to end.
        offsets: `(n + 1,)` int64, from 0 to the number of tokens, never falling.

    Example:
        >>> tokens = TokenVectors.of([[[1, 0], [0, 1]], [[0.6, 0.8]]])
        >>> len(tokens), tokens.lengths.tolist(), tokens[1].shape
        (2, [2, 1], (1, 2))
    """

    vectors: Vectors
    offsets: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse vectors that are no vectors, and offsets that do not cut them into texts.

        Raises:
            TypeError: if the vectors hold no numbers, or the offsets no whole numbers.
            ValueError: if shapes do not fit, a vector is not finite, or the offsets fall.
        """
        object.__setattr__(self, "vectors", as_vectors(self.vectors, name="token vectors"))
        object.__setattr__(self, "offsets", _as_offsets(self.offsets, len(self.vectors)))

    @classmethod
    def of(cls, texts: Sequence[ArrayLike], *, dim: int | None = None) -> "TokenVectors":
        """Token vectors from one `(t, d)` array a text.

        Args:
            texts: the tokens of each text; a text without tokens is an array of shape `(0, d)`.
            dim: the `d`, needed only if there are no texts.

        Raises:
            ValueError: if the texts differ in `d`, or there is no text and no `dim`.
        """
        arrays = [as_vectors(text, dim=dim, name=f"text {i}") for i, text in enumerate(texts)]
        if dim is None:
            if not arrays:
                raise ValueError("there are no texts: pass dim, the number of dimensions, to make an empty collection")
            dim = int(arrays[0].shape[1])
        for i, array in enumerate(arrays):
            if array.shape[1] != dim:
                raise ValueError(f"text {i} should have {dim} dimensions like the others, but has {array.shape[1]}")
        offsets = np.concatenate(([0], np.cumsum([len(array) for array in arrays], dtype=np.int64)))
        return cls(np.concatenate(arrays) if arrays else np.empty((0, dim), np.float32), offsets)

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> Vectors:
        """The vectors of text `i`, `(t, d)`, without copying.

        Raises:
            IndexError: if there is no such text.
        """
        if not -len(self) <= i < len(self):
            raise IndexError(f"there is no text {i}: there are {len(self)}, numbered from 0")
        i %= len(self)
        return self.vectors[self.offsets[i] : self.offsets[i + 1]]

    def __iter__(self) -> Iterator[Vectors]:
        """The texts' vectors, one `(t, d)` array a text."""
        return (self[i] for i in range(len(self)))

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, `(n,)`."""
        return np.diff(self.offsets)

    @property
    def nbytes(self) -> int:
        """Bytes of vectors and offsets."""
        return self.vectors.nbytes + self.offsets.nbytes

    def take(self, texts: ArrayLike) -> "TokenVectors":
        """The token vectors of some texts, in the order asked for.

        Raises:
            IndexError: if one of them does not exist.

        Example:
            >>> TokenVectors.of([[[1, 0]], [[0, 1], [1, 0]]]).take([1]).offsets
            array([0, 2])
        """
        return TokenVectors.of([self[int(i)] for i in np.asarray(texts, dtype=np.int64).ravel()], dim=self.dim)


def _as_offsets(offsets: ArrayLike, tokens: int) -> NDArray[np.int64]:
    array: NDArray[np.generic] = np.asarray(offsets)
    if array.dtype.kind not in "iu":
        raise TypeError(f"offsets should be whole numbers, but their dtype is {array.dtype}")
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"offsets should have shape (texts + 1,), but their shape is {array.shape}")
    whole = np.ascontiguousarray(array, dtype=np.int64)
    if whole[0] != 0 or whole[-1] != tokens:
        raise ValueError(f"offsets should run from 0 to the {tokens} tokens, but run from {whole[0]} to {whole[-1]}")
    if (falls := np.flatnonzero(np.diff(whole) < 0)).size:
        raise ValueError(f"offsets should never fall, but text {falls[0]} would end before it begins")
    return whole
