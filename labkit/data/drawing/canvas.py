"""Ink on paper: strokes and filled shapes in whole numbers, so that pixels are the same on every machine.

A canvas is four times finer than the picture. A stroke is a round brush moved along a segment; a picture is the
canvas averaged over 4 x 4 blocks. Nothing here touches a float: drawing libraries decide pixels with floating-point
edges, and those differ between processors and between releases.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

FINE = 4  # canvas points per pixel, each way
PAD = 32  # canvas points around the sheet, so that a brush near the edge needs no clipping
BLACK, GREY, WHITE = 15, 9, 0  # ink levels: sixteen of them make at most 240, which fits a byte

Ink = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


def blank(size: int) -> Ink:
    """Return an empty canvas for a picture of size x size pixels."""
    return np.zeros((size * FINE + 2 * PAD, size * FINE + 2 * PAD), np.uint8)


@lru_cache(maxsize=256)
def brush(width: int, row: int) -> Ints:
    """Return the flat offsets of a round brush of that width on a canvas with `row` points a row."""
    reach = range(-width // 2 - 1, width // 2 + 2)
    odd = (width + 1) % 2  # an even brush is centred between two points
    inside = [(y, x) for y in reach for x in reach if (2 * x + odd) ** 2 + (2 * y + odd) ** 2 <= width * width]
    return np.array([y * row + x for y, x in inside], np.int64)


def stroke(ink: Ink, segments: Ints, width: int, level: int = BLACK) -> None:
    """Draw segments (m, 4), each x0 y0 x1 y1 in canvas points, with a round brush."""
    if not len(segments):
        return
    start, step = segments[:, :2], segments[:, 2:] - segments[:, :2]
    parts = np.abs(step).max(axis=1) // 2 + 1  # a dab at every second point: the brush is at least two wide
    first = np.repeat(np.cumsum(parts + 1) - (parts + 1), parts + 1)
    at = (np.arange(len(first)) - first)[:, None]
    long = np.repeat(parts, parts + 1)[:, None]
    points = np.repeat(start, parts + 1, axis=0) + (2 * np.repeat(step, parts + 1, axis=0) * at + long) // (2 * long)
    row = ink.shape[1]
    margin = width // 2 + 1
    points += PAD
    points = points[((points >= margin) & (points < row - margin)).all(axis=1)]
    ink.reshape(-1)[(points[:, 1] * row + points[:, 0])[:, None] + brush(width, row)] = level


def fill(ink: Ink, corners: Ints, level: int) -> None:
    """Fill a convex polygon (m, 2), corners clockwise or not, in canvas points."""
    limit = ink.shape[0] - 1
    (x0, y0), (x1, y1) = (np.clip(f + PAD, 0, limit) for f in (corners.min(axis=0), corners.max(axis=0)))
    ahead = np.roll(corners, -1, axis=0)
    edge = ahead - corners
    if int((corners[:, 0] * ahead[:, 1] - ahead[:, 0] * corners[:, 1]).sum()) < 0:
        edge = -edge
    # a point is inside if it lies on the same side of every edge: edge x (point - corner) >= 0
    lean = edge[:, 1] * corners[:, 0] - edge[:, 0] * corners[:, 1]
    ys, xs = np.arange(y0, y1 + 1) - PAD, np.arange(x0, x1 + 1) - PAD
    side = (edge[:, 0, None] * ys + lean[:, None])[:, :, None] - (edge[:, 1, None] * xs)[:, None, :]
    ink[y0 : y1 + 1, x0 : x1 + 1][(side >= 0).all(axis=0)] = level


def picture(ink: Ink) -> npt.NDArray[np.int64]:
    """Return the darkness (size, size) of each pixel, 0 (paper) to 240 (solid ink)."""
    inner = ink[PAD:-PAD, PAD:-PAD]
    rows = inner[0::4] + inner[1::4] + inner[2::4] + inner[3::4]
    pixels: Ink = rows[:, 0::4] + rows[:, 1::4] + rows[:, 2::4] + rows[:, 3::4]
    return pixels.astype(np.int64)
