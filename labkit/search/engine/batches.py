"""An upload in parts: which documents, and how many of them one request takes."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.search.engine.compiling import Texts

_BATCH_POINTS = 500
_BATCH_NUMBERS = 500_000  # some 10 MB of JSON: a server's limit is 32


def positions_of(only: ArrayLike | None, n: int) -> NDArray[np.int64]:
    """The positions to be written, all `n` or `only` some.

    Raises:
        TypeError: if they are no list of whole numbers.
        ValueError: if one is not a document.
    """
    if only is None:
        return np.arange(n, dtype=np.int64)
    chosen: NDArray[np.generic] = np.asarray(only)
    if chosen.ndim != 1 or (chosen.size and chosen.dtype.kind not in "iu"):
        raise TypeError(f"only should be a list of positions, but is {only!r:.80}")
    if chosen.size and not (0 <= int(chosen.min()) and int(chosen.max()) < n):
        raise ValueError(f"only should lie in 0 … {n - 1}, but reaches from {chosen.min()} to {chosen.max()}")
    return chosen.astype(np.int64)


def batches(texts: Texts, positions: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The positions in parts that are small enough for one request."""
    sizes = np.full(len(texts), sum(rows.shape[1] for rows in texts.dense.values()) + 1)
    if texts.tokens is not None:
        sizes = sizes + texts.tokens.lengths * texts.tokens.dim
    if texts.sparse is not None:
        sizes = sizes + 2 * np.diff(texts.sparse.offsets)
    start, total = 0, 0
    for stop, position in enumerate(positions):
        if stop > start and (total + sizes[position] > _BATCH_NUMBERS or stop - start == _BATCH_POINTS):
            yield positions[start:stop]
            start, total = stop, 0
        total += int(sizes[position])
    if len(positions) > start:
        yield positions[start:]
