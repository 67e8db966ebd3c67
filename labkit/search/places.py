"""Where in a drawing: the query's vector against the vector of every patch.

    heat[y, x] = P[y, x] . t          the place that fits a text best is the largest one

This is late interaction (MaxSim) between one text vector and the places of an image. Ranking drawings by their best
place instead of by one vector a drawing costs more memory, and a small symbol on a full sheet no longer drowns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labkit.checks import check_k
from labkit.search.hits import Hits
from labkit.search.retriever import QueryEncoder

Box = tuple[int, int, int, int]


class PatchEncoder(QueryEncoder, Protocol):
    """An image-text model whose images also have one vector a patch."""

    stride: int

    def encode_patches(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The patch vectors of each image, `(n, rows, columns, d)`."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where something is in one image.

    Attributes:
        heat: `(rows, columns)`, how well each patch fits the query.
        box: x0 y0 x1 y1 in pixels, around the best patch and its neighbours that fit at least half as well.
        score: the best patch's.
    """

    heat: NDArray[np.float32]
    box: Box
    score: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box, x and y in pixels."""
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


def locate(encoder: PatchEncoder, query: str, image: NDArray[np.uint8]) -> Place:
    """The place in one image that fits the query best, with the whole heat map.

    There is always a best place, also in an image without the thing: look at the score before you believe it.

    Args:
        encoder: `load_image_text()`, or any encoder with patch vectors.
        query: what is looked for.
        image: `(height, width)` uint8.

    Raises:
        TypeError: if the query is not a text or the image is not uint8.
        ValueError: if the image is not one that the encoder reads.
    """
    if not isinstance(query, str):
        raise TypeError(f"query should be one text, but is a {type(query).__name__}")
    vector = encoder.encode_queries([query])[0]
    return place_of(encoder.encode_patches(np.asarray(image)[None])[0], vector, encoder.stride)


def place_of(patches: NDArray[np.float32], vector: NDArray[np.float32], stride: int) -> Place:
    """The best place among the patch vectors `(rows, columns, d)` of one image.

    Example:
        >>> patches = np.zeros((4, 4, 2), np.float32)
        >>> patches[1, 2:4] = [3, 0]
        >>> place_of(patches, np.array([1, 0], np.float32), stride=8).box
        (16, 8, 32, 16)
    """
    heat = np.asarray(patches @ vector, np.float32)
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    rows, columns = _connected(heat >= max(0.5 * float(heat[row, column]), 1e-9), (int(row), int(column)))
    box = (min(columns) * stride, min(rows) * stride, (max(columns) + 1) * stride, (max(rows) + 1) * stride)
    return Place(heat, box, float(heat[row, column]))


def _connected(mask: NDArray[np.bool_], start: tuple[int, int]) -> tuple[list[int], list[int]]:
    """Rows and columns of the patches that hang together with the first one, side by side or corner to corner."""
    seen, todo = {start}, deque([start])
    while todo:
        y, x = todo.popleft()
        for other in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
            inside = 0 <= other[0] < mask.shape[0] and 0 <= other[1] < mask.shape[1]
            if inside and other not in seen and mask[other]:
                seen.add(other)
                todo.append(other)
    return [y for y, _ in seen], [x for _, x in seen]


class PatchSearcher:
    """Ranks images by their best patch: MaxSim of a text and the places of an image.

    Attributes:
        encoder: turns query texts into vectors.
        patches: `(n, kept, d)` float16, the most unusual patch vectors of each image.
    """

    def __init__(self, encoder: PatchEncoder, images: NDArray[np.uint8], *, keep: int = 128) -> None:
        """Encode the images and keep the patch vectors of each that lie farthest from its mean: most of it is paper.

        Args:
            encoder: `load_image_text()`.
            images: what is searched.
            keep: patches an image; 128 numbers of 2 bytes each.

        Raises:
            ValueError: if keep is below 1, or there are no images.
        """
        keep = check_k(keep)
        if not len(images):
            raise ValueError("there are no images to search")
        self.encoder = encoder
        kept = []
        for start in range(0, len(images), 32):
            every = encoder.encode_patches(images[start : start + 32])
            every = every.reshape(len(every), -1, every.shape[-1])
            unusual = np.linalg.norm(every - every.mean(axis=1, keepdims=True), axis=2)
            order = np.argsort(-unusual, axis=1, kind="stable")[:, :keep]
            kept.append(np.take_along_axis(every, order[:, :, None], axis=1).astype(np.float16))
        self.patches = np.concatenate(kept)

    @property
    def nbytes(self) -> int:
        """Bytes that the patch vectors need."""
        return self.patches.nbytes

    def __len__(self) -> int:
        """Number of images."""
        return len(self.patches)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` images whose best patch fits each query best."""
        vectors = self.encoder.encode_queries(queries)
        scores = np.empty((len(vectors), len(self)), np.float32)
        for start in range(0, len(self), 64):
            few = self.patches[start : start + 64].astype(np.float32)
            scores[:, start : start + 64] = (few @ vectors.T).max(axis=1).T
        return Hits.from_scores(scores, k)
