"""A sheet being laid out: what has been placed, what is still free, and where tags can be written."""

from __future__ import annotations

from labkit.data.drawing import lettering
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.kinds import BUBBLES, symbol
from labkit.data.drawing.record import SHEET, Component, Drawing, Line, Relation, Text

Box = tuple[int, int, int, int]
Place = tuple[int, int]

SYMBOL, LINE = 0, 1  # the two layers of what is in the way


class Page:
    """A drawing under construction with a map of its busy pixels: one whole number a row, one bit a pixel."""

    def __init__(self, drawing: Drawing, dice: Dice) -> None:
        """Start with an empty sheet."""
        self.drawing, self.dice = drawing, dice
        self._busy = [[0] * SHEET, [0] * SHEET]
        self._labels: list[int] = []
        self.numbers: dict[str, int] = {}

    def busy(self, box: Box, layer: int | None = None) -> int:
        """Return how many pixels of a box are taken (outside of the sheet counts as taken)."""
        x0, y0, x1, y1 = box
        if x0 < 3 or y0 < 3 or x1 > SHEET - 3 or y1 > SHEET - 3:
            return SHEET * SHEET
        bits = ((1 << (x1 - x0)) - 1) << x0
        layers = self._busy if layer is None else [self._busy[layer]]
        return sum((row & bits).bit_count() for rows in layers for row in rows[y0:y1])

    def reserve(self, box: Box, layer: int = SYMBOL) -> None:
        """Take the pixels of a box."""
        x0, x1 = max(0, box[0]), min(SHEET, box[2])
        bits = ((1 << max(0, x1 - x0)) - 1) << x0
        for y in range(max(0, box[1]), min(SHEET, box[3])):
            self._busy[layer][y] |= bits

    def outline(self, kind: str, x: int, y: int, size: int, turn: int = 0) -> Box:
        """Return the box that a symbol would cover, before the scan."""
        x0, y0, x1, y1 = symbol(self.drawing.type, kind, turn).box
        return (x + x0 * size // 100, y + y0 * size // 100, x + x1 * size // 100 + 1, y + y1 * size // 100 + 1)

    def fits(self, kind: str, x: int, y: int, size: int, turn: int = 0, margin: int = 2) -> bool:
        """Return whether a symbol, with a margin around it, would touch nothing."""
        x0, y0, x1, y1 = self.outline(kind, x, y, size, turn)
        return not self.busy((x0 - margin, y0 - margin, x1 + margin, y1 + margin))

    def put(
        self, kind: str, x: int, y: int, size: int, turn: int = 0, *, tag: str = "", room: str = "", label: bool = True
    ) -> int:
        """Place a symbol and return its position in the list of components."""
        self.drawing.components.append(Component(kind, tag, x, y, size, turn, room))
        self.reserve(self.outline(kind, x, y, size, turn))
        index = len(self.drawing.components) - 1
        if label and tag and kind not in BUBBLES:
            self._labels.append(index)
        return index

    def line(self, style: str, *points: Place) -> Line:
        """Draw a line and take the pixels beneath it (of its upright and level parts)."""
        line = Line(style, list(points))
        self.drawing.lines.append(line)
        layer, half = (SYMBOL, 2) if "wall" in style else (LINE, 1)
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            if ax == bx or ay == by:
                box = (min(ax, bx) - half, min(ay, by) - half, max(ax, bx) + half + 1, max(ay, by) + half + 1)
                self.reserve(box, layer)
        return line

    def text(self, words: str, x: int, y: int, height: int) -> None:
        """Write lettering centred at a place; height in quarter pixels."""
        self.drawing.texts.append(Text(words, x, y, height))
        self.reserve(_around(words, x, y, height))

    def try_text(self, words: str, x: int, y: int, height: int) -> bool:
        """Write lettering if the place is free, and return whether it was."""
        if self.busy(_around(words, x, y, height)):
            return False
        self.text(words, x, y, height)
        return True

    def relate(self, source: int, verb: str, target: int) -> None:
        """Record that one component is related to another."""
        self.drawing.relations.append(Relation(source, verb, target))

    def arrow(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Draw an arrow head from its base to its tip."""
        self.line("arrow", (x0, y0), (x1, y1))

    def write_tags(self) -> None:
        """Write each tag at the first free place beside its symbol; a tag without any place is left out."""
        height = self.drawing.scan.letter
        tall, wide = height // 4 + 1, lettering.width("X", height) // 4
        for index in self._labels:
            c = self.drawing.components[index]
            x0, y0, x1, y1 = self.outline(c.kind, c.x, c.y, c.size, c.turn)
            half = lettering.width(c.tag, height) // 8 + 1
            low, high = y1 + tall // 2 + 2, y0 - tall // 2 - 2
            spots = [(c.x, low), (c.x, high), (x1 + half + 2, c.y), (x0 - half - 2, c.y)]
            spots += [(c.x + d, y) for y in (low, high, low + 3, high - 3) for d in (wide, -wide, 3 * wide, -3 * wide)]
            spots += [(x1 + half + 2, y) for y in (low - tall, high + tall)]
            spots += [(x0 - half - 2, y) for y in (low - tall, high + tall)]
            cost = [
                20 * self.busy(_around(c.tag, *s, height), SYMBOL) + self.busy(_around(c.tag, *s, height), LINE)
                for s in spots
            ]
            best = cost.index(min(cost))
            if cost[best] > 3 * tall:  # it would lie on something: an unreadable tag is worse than none
                c.tag = ""
                continue
            c.label = spots[best]
            self.reserve(_around(c.tag, *spots[best], height))

    def hops(self, styles: tuple[str, ...] = ("pipe", "minor", "signal"), reach: int = 4) -> None:
        """Let level lines jump over the upright lines that they cross without meeting."""
        upright = [
            (a[0], min(a[1], b[1]), max(a[1], b[1]), line)
            for line in self.drawing.lines
            if line.style in styles
            for a, b in zip(line.points, line.points[1:], strict=False)
            if a[0] == b[0]
        ]
        for line in self.drawing.lines:
            if line.style not in styles:
                continue
            points = line.points[:1]
            for a, b in zip(line.points, line.points[1:], strict=False):
                if a[1] == b[1]:
                    way = 1 if b[0] > a[0] else -1
                    crossed = sorted(
                        {
                            x
                            for x, top, bottom, other in upright
                            if other is not line
                            and min(a[0], b[0]) + reach < x < max(a[0], b[0]) - reach
                            and top + 2 < a[1] < bottom - 2
                        },
                        reverse=way < 0,
                    )
                    y, s = a[1], way * reach
                    for x in crossed:
                        points += [(x - s, y), (x - s * 3 // 4, y - 3), (x, y - 4), (x + s * 3 // 4, y - 3), (x + s, y)]
                points.append(b)
            line.points = points


def _around(words: str, x: int, y: int, height: int) -> Box:
    half, tall = lettering.width(words, height) // 8 + 2, height // 8 + 2
    return (x - half, y - tall, x + half, y + tall)
