"""How often the place that a model points at is the right one, beside two kinds of luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.data.schematics import Schematics
from labkit.search.places import Box, PatchEncoder, place_of


@dataclass(frozen=True)
class Found:
    """One question asked of one drawing.

    Attributes:
        query: position of the query.
        drawing: position of the drawing.
        box: where the model points.
        right: whether the middle of that box lies in the box of a component of the kind asked for.
        lucky_point: the chance that a random point of the sheet does: the share of its area in such boxes.
        lucky_symbol: the chance that a component taken at random is of that kind.
    """

    query: int
    drawing: int
    box: Box
    right: bool
    lucky_point: float
    lucky_symbol: float


def located(encoder: PatchEncoder, library: Schematics, kinds: Sequence[str] = ("kind",), *,
            only_one: bool = True) -> list[Found]:  # fmt: skip
    """Ask "where?" of every drawing that has the thing, and see whether the model points at it.

    Args:
        encoder: a model with patch vectors.
        library: drawings with queries and with the boxes of their components.
        kinds: the kinds of query that are asked; their question must be a kind of component.
        only_one: only drawings with exactly one such component, where just one place is right.
    """
    asked = [i for i, kind in enumerate(library.kinds) if kind in kinds and set(library.asks[i]) == {"kind"}]
    vectors = encoder.encode_queries([library.queries[i] for i in asked])
    out = []
    for start in range(0, len(library), 32):
        many = encoder.encode_patches(library.images[start : start + 32])
        for drawing, patches in enumerate(many, start):
            present = [c.kind for c in library.components[drawing]]
            for query, vector in zip(asked, vectors, strict=True):
                kind = library.asks[query]["kind"]
                count = present.count(kind)
                if count == 0 or (only_one and count > 1):
                    continue
                place = place_of(patches, vector, encoder.stride)
                boxes = library.boxes(drawing, kind)
                right = any(inside(place.centre, box) for box in boxes)
                share = float(_covered(boxes, library.images.shape[1]).mean())
                out.append(Found(query, drawing, place.box, right, share, count / len(present)))
    return out


def inside(point: tuple[float, float], box: Box) -> bool:
    """Whether a point x, y lies in a box x0 y0 x1 y1, its rim included.

    Example:
        >>> inside((3, 4), (0, 0, 5, 4)), inside((6, 4), (0, 0, 5, 4))
        (True, False)
    """
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _covered(boxes: Sequence[Box], size: int) -> NDArray[np.bool_]:
    area = np.zeros((size, size), bool)
    for x0, y0, x1, y1 in boxes:
        area[max(y0, 0) : y1 + 1, max(x0, 0) : x1 + 1] = True
    return area
