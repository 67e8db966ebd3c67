"""The drawing board for symbols: lines, circles, arcs, boxes and solid areas around a centre.

A symbol is drawn once in its own units (100 = its half size, x to the right, y down) and then placed at any size and
quarter turn. Areas are convex. A symbol blanks the lines that run beneath it (its `mask`), so a pipe can be drawn
straight from centre to centre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Point = tuple[int, int]
Ints = npt.NDArray[np.int64]

STEPS = 48  # a full circle has this many sides
_COS = [round(1000 * math.cos(2 * math.pi * i / STEPS)) for i in range(STEPS)]
_SIN = [round(1000 * math.sin(2 * math.pi * i / STEPS)) for i in range(STEPS)]


def circle_points(cx: int, cy: int, r: int, first: int = 0, last: int = STEPS, every: int = 2) -> list[Point]:
    """Return points on a circle from step `first` to step `last` of 48 (0 = right, 12 = down)."""
    steps = [*range(first, last, every), last]
    return [(cx + r * _COS[i % STEPS] // 1000, cy + r * _SIN[i % STEPS] // 1000) for i in steps]


@dataclass
class Symbol:
    """A symbol in its own units; `segments` (m, 4), `white` the same in paper colour, areas as corner arrays.

    `letters` are (text, x, y, height); they stay upright when the symbol is turned, and in place if `steady`.
    """

    box: tuple[int, int, int, int]
    mask: list[Ints] = field(default_factory=list)
    segments: Ints = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    white: Ints = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    areas: list[tuple[Ints, int]] = field(default_factory=list)
    letters: list[tuple[str, int, int, int]] = field(default_factory=list)
    steady: bool = False


class Sketch:
    """A symbol being drawn; every method returns the sketch, so calls can be chained."""

    def __init__(self) -> None:
        """Start with an empty sheet."""
        self._lines: list[tuple[int, int, int, int]] = []
        self._white: list[tuple[int, int, int, int]] = []
        self._areas: list[tuple[Ints, int]] = []
        self._letters: list[tuple[str, int, int, int]] = []
        self._mask: list[Ints] = []

    def line(self, *points: Point, white: bool = False) -> Sketch:
        """Draw a line through the points."""
        target = self._white if white else self._lines
        target += [(*a, *b) for a, b in zip(points, points[1:], strict=False)]
        return self

    def box(self, x0: int, y0: int, x1: int, y1: int, white: bool = False) -> Sketch:
        """Draw a rectangle."""
        return self.line((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0), white=white)

    def arc(self, cx: int, cy: int, r: int, first: int = 0, last: int = STEPS, white: bool = False) -> Sketch:
        """Draw part of a circle, or all of it."""
        return self.line(*circle_points(cx, cy, r, first, last), white=white)

    def solid(self, *points: Point, level: int = 15) -> Sketch:
        """Fill a convex area with ink (15), grey (9) or paper (0)."""
        self._areas.append((np.array(points, np.int64), level))
        return self

    def disc(self, cx: int, cy: int, r: int, level: int = 15) -> Sketch:
        """Fill a circle."""
        return self.solid(*circle_points(cx, cy, r, 0, STEPS - 4, 4), level=level)

    def letter(self, text: str, cx: int, cy: int, height: int) -> Sketch:
        """Write upright letters centred at a place."""
        self._letters.append((text, cx, cy, height))
        return self

    def blank(self, *points: Point) -> Sketch:
        """Blank what lies beneath a convex area."""
        self._mask.append(np.array(points, np.int64))
        return self

    def blank_box(self, x0: int, y0: int, x1: int, y1: int) -> Sketch:
        """Blank what lies beneath a rectangle."""
        return self.blank((x0, y0), (x1, y0), (x1, y1), (x0, y1))

    def blank_disc(self, cx: int, cy: int, r: int) -> Sketch:
        """Blank what lies beneath a circle."""
        return self.blank(*circle_points(cx, cy, r, 0, STEPS - 4, 4))

    def done(self, box: tuple[int, int, int, int] | None = None, steady: bool = False) -> Symbol:
        """Return the symbol; its box is what the ink covers unless said otherwise."""
        lines = np.array(self._lines, np.int64).reshape(-1, 4)
        box = box or _bounds(np.concatenate([lines.reshape(-1, 2), *(a for a, _ in self._areas)]))
        white = np.array(self._white, np.int64).reshape(-1, 4)
        return Symbol(box, self._mask, lines, white, self._areas, self._letters, steady)


def _bounds(points: Ints) -> tuple[int, int, int, int]:
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return (x0, y0, x1, y1)


def turned(symbol: Symbol, turn: int) -> Symbol:
    """Return the symbol after `turn` quarter turns clockwise (4 to 7: mirrored left to right first)."""

    def points(p: Ints) -> Ints:
        p = p.copy()
        if turn >= 4:
            p[:, 0] = -p[:, 0]
        for _ in range(turn % 4):
            p = np.stack([-p[:, 1], p[:, 0]], axis=1)
        return p

    def segments(s: Ints) -> Ints:
        return points(s.reshape(-1, 2)).reshape(-1, 4)

    letters = symbol.letters
    if not symbol.steady:
        places = [points(np.array([[x, y]], np.int64))[0].tolist() for _, x, y, _ in letters]
        letters = [(text, x, y, h) for (text, _, _, h), (x, y) in zip(letters, places, strict=True)]
    return Symbol(
        box=_bounds(points(np.array(symbol.box, np.int64).reshape(2, 2))),
        mask=[points(a) for a in symbol.mask],
        segments=segments(symbol.segments),
        white=segments(symbol.white),
        areas=[(points(a), level) for a, level in symbol.areas],
        letters=letters,
        steady=symbol.steady,
    )
