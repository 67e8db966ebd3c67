"""What the drawing model learns from: sheets drawn for training, what stands where on them, and words for it.

The component lists and boxes of training sheets are known, because a program drew them; the model sees them as labels.
Nothing here touches the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.data.schematics import Schematics
from labkit.models.drawing_clip import STRIDE
from labkit.train.drawing_clip_words import KINDS, POSITION

IGNORE, PAPER = -100, len(KINDS)
CORE = 0.62  # a place belongs to a symbol if it lies in the middle 62 % of its box, each way


@dataclass(frozen=True, eq=False)
class Sheets:
    """Training sheets: pictures, and for each the kinds and boxes of its components and its captions.

    Attributes:
        images: (n, size, size) uint8.
        kinds: per sheet, one number of `KINDS` a component.
        boxes: per sheet, (components, 4) x0 y0 x1 y1 in pixels of the picture.
        captions: per sheet, what people write under it.
    """

    images: NDArray[np.uint8]
    kinds: list[NDArray[np.int64]]
    boxes: list[NDArray[np.float32]]
    captions: list[list[str]]

    def __len__(self) -> int:
        """Number of sheets."""
        return len(self.images)

    @classmethod
    def of(cls, drawings: Schematics) -> Sheets:
        """The labels of drawings that `labkit.data.schematics.generate` drew."""
        scale = drawings.images.shape[1] / 256
        return cls(
            drawings.images,
            [np.array([POSITION[c.kind] for c in parts], np.int64) for parts in drawings.components],
            [np.array([c.box for c in parts], np.float32).reshape(-1, 4) * scale for parts in drawings.components],
            # One caption a sheet, so that MiniLM has less to read. The full list of a sheet is left out: MiniLM's
            # 384 numbers cannot say which fifteen things it names.
            [[words[(0, 2, 3, 4)[i % 4]]] for i, words in enumerate(drawings.captions)],
        )


def presence(kinds: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
    """Which kinds each sheet has: (n, kinds) of 0 and 1."""
    out = np.zeros((len(kinds), len(KINDS)), np.float32)
    for row, present in enumerate(kinds):
        out[row, present] = 1
    return out


def place_labels(kinds: NDArray[np.int64], boxes: NDArray[np.float32], size: int) -> NDArray[np.int64]:
    """The label of each place of a sheet, (size / 8, size / 8): a kind, `PAPER`, or `IGNORE` on the rim of a symbol.

    Example:
        >>> labels = place_labels(np.array([5]), np.array([[8.0, 8.0, 40.0, 40.0]], np.float32), 64)
        >>> int(labels[2, 2]), bool(labels[0, 0] == PAPER), bool(labels[1, 1] == IGNORE)
        (5, True, True)
    """
    centres = (np.arange(size // STRIDE) + 0.5) * STRIDE
    labels = np.full((len(centres), len(centres)), PAPER, np.int64)
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    order = np.argsort(-half.prod(axis=1), kind="stable")  # a small symbol on a large one keeps its places
    for share, mark in ((1.15, False), (CORE, True)):
        for i in order:
            reach = np.maximum(half[i] * share, STRIDE / 2)  # the nearest place at least
            x, y = (np.abs(centres - middle[i, axis]) <= reach[axis] for axis in (0, 1))
            labels[np.ix_(y, x)] = kinds[i] if mark else IGNORE
    return labels


def shared_captions(captions: Sequence[str], of_sheets: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Which sheets of a batch a caption was written for: (captions, sheets); the same words may stand under several."""
    own: list[set[str]] = [set(words) for words in of_sheets]
    return np.array([[caption in words for words in own] for caption in captions])
