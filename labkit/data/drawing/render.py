"""From a specification to a picture: lines, then the blank areas under symbols, then symbols and lettering.

Places go from pixels to 1/64 pixel, through the scan's small rotation and shift, to canvas points; all in integers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labkit.data.drawing import canvas, lettering, scan
from labkit.data.drawing.kinds import BUBBLES, symbol
from labkit.data.drawing.record import SHEET, STYLES, Component, Drawing, Line, Scan
from labkit.data.drawing.shapes import circle_points

Ints = npt.NDArray[np.int64]
UNIT = 64  # 1/64 pixel


def placed(points: Ints, sheet: Scan) -> Ints:
    """Return points (m, 2) in 1/64 pixel after the scan's rotation and shift."""
    sin = sheet.turn
    cos = 65536 - sin * sin // 131072
    middle = SHEET * UNIT // 2
    x, y = points[:, 0] - middle, points[:, 1] - middle
    return np.stack(
        [
            (cos * x - sin * y) // 65536 + middle + sheet.shift[0] * UNIT // 4,
            (sin * x + cos * y) // 65536 + middle + sheet.shift[1] * UNIT // 4,
        ],
        axis=1,
    )


def bounding_box(drawing: Drawing, component: Component) -> tuple[int, int, int, int]:
    """Return the pixels x0 y0 x1 y1 that a component covers after the scan."""
    x0, y0, x1, y1 = symbol(drawing.type, component.kind, component.turn).box
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.int64)
    at = placed(_scaled(corners, component), drawing.scan)
    low, high = at.min(axis=0) // UNIT, -(-at.max(axis=0) // UNIT)
    return (max(0, int(low[0])), max(0, int(low[1])), min(SHEET, int(high[0])), min(SHEET, int(high[1])))


def draw(drawing: Drawing, size: int = 256) -> npt.NDArray[np.uint8]:
    """Return the scanned picture (size, size), uint8, 255 = white paper.

    Raises:
        ValueError: size is not between 32 and 1024, or a kind, style or character is unknown.
    """
    if not 32 <= size <= 1024:
        raise ValueError(f"size must be between 32 and 1024 pixels, got {size}")
    pen = _Pen(drawing.scan, size)
    for style, (width, level, on, off) in STYLES.items():
        lines = [line for line in drawing.lines if line.style == style]
        if lines:
            pen.strokes(_line_segments(lines, on * UNIT, off * UNIT), width, level)
    for line in drawing.lines:
        if line.style == "arrow":
            pen.area(_arrow_head(line), canvas.BLACK)

    symbols = [(symbol(drawing.type, c.kind, c.turn), c) for c in drawing.components]
    for sign, component in symbols:
        for area in sign.mask:
            pen.area(_scaled(area, component), canvas.WHITE)
    for sign, component in symbols:
        for area, level in sign.areas:
            pen.area(_scaled(area, component), level)
    pen.strokes(np.concatenate([_scaled(s.segments.reshape(-1, 2), c).reshape(-1, 4) for s, c in symbols]))
    white = np.concatenate([_scaled(s.white.reshape(-1, 2), c).reshape(-1, 4) for s, c in symbols])
    pen.strokes(white, level=canvas.WHITE)
    pen.strokes(lettering.letters(_writing(drawing)), 3)
    return scan.scanned(canvas.picture(pen.ink), drawing.scan)


class _Pen:
    """A pen on a canvas that takes places in 1/64 pixel of the sheet; widths are quarters of the sheet's pen."""

    def __init__(self, sheet: Scan, size: int) -> None:
        self.ink = canvas.blank(size)
        self._sheet, self._size = sheet, size

    def _points(self, points: Ints) -> Ints:
        return placed(points, self._sheet) * (canvas.FINE * self._size) // (UNIT * SHEET)

    def area(self, corners: Ints, level: int) -> None:
        canvas.fill(self.ink, self._points(corners), level)

    def strokes(self, segments: Ints, quarters: int = 4, level: int = canvas.BLACK) -> None:
        width = max(2, self._sheet.pen * quarters * self._size // (4 * SHEET))
        canvas.stroke(self.ink, self._points(segments.reshape(-1, 2)).reshape(-1, 4), width, level)


def _scaled(points: Ints, component: Component) -> Ints:
    return points * (component.size * UNIT) // 100 + np.array([component.x * UNIT, component.y * UNIT], np.int64)


def _line_segments(lines: list[Line], on: int, off: int) -> Ints:
    ways = [_ring(line) if line.style == "ring" else line.points for line in lines]
    ends = [(*a, *b) for way in ways for a, b in zip(way, way[1:], strict=False)]
    whole = np.array(ends, np.int64).reshape(-1, 4) * (1 if lines and lines[0].style == "ring" else UNIT)
    if not on:
        return whole
    out = []
    for x0, y0, x1, y1 in whole.tolist():
        length = max(abs(x1 - x0), abs(y1 - y0), 1)
        for begin in range(0, length, on + off):
            end = min(begin + on, length)
            a = (x0 + (x1 - x0) * begin // length, y0 + (y1 - y0) * begin // length)
            out.append((*a, x0 + (x1 - x0) * end // length, y0 + (y1 - y0) * end // length))
    return np.array(out, np.int64).reshape(-1, 4)


def _ring(line: Line) -> list[tuple[int, int]]:
    """Return a circle's points in 1/64 pixel."""
    (cx, cy), (x, _) = line.points
    return circle_points(cx * UNIT, cy * UNIT, (x - cx) * UNIT)


def _arrow_head(line: Line) -> Ints:
    (x0, y0), (x1, y1) = ((x * UNIT, y * UNIT) for x, y in line.points)
    side = ((y1 - y0) * 45 // 100, (x0 - x1) * 45 // 100)
    return np.array([(x1, y1), (x0 + side[0], y0 + side[1]), (x0 - side[0], y0 - side[1])], np.int64)


def _writing(drawing: Drawing) -> list[tuple[str, int, int, int]]:
    """Return all lettering as (text, x, y, height), in 1/64 pixel."""
    quarter = UNIT // 4
    out = [(t.text, t.x * UNIT, t.y * UNIT, t.height * quarter) for t in drawing.texts]
    for c in drawing.components:
        sign = symbol(drawing.type, c.kind, c.turn)
        unit = c.size * UNIT
        out += [
            (t, c.x * UNIT + x * unit // 100, c.y * UNIT + y * unit // 100, h * unit // 100)
            for t, x, y, h in sign.letters
        ]
        if c.kind in BUBBLES and c.tag:
            head, number = c.tag.split("-", 1)
            up, tall = (45, 50) if "controller" in c.kind else (36, 60)
            out.append((head, c.x * UNIT, c.y * UNIT - unit * up // 100, unit * tall // 100))
            out.append((number, c.x * UNIT, c.y * UNIT + unit * 44 // 100, unit * 45 // 100))
        elif c.label is not None and c.tag:
            out.append((c.tag, c.label[0] * UNIT, c.label[1] * UNIT, drawing.scan.letter * quarter))
    return out
