"""A chain of stages being drawn: rows there and back over the sheet, sections of branches, connectors at the ends."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.folding import fold
from labkit.data.drawing.frame import off_page
from labkit.data.drawing.page import Page
from labkit.data.drawing.process import PREFIX, SIZE, TALL, Stage, Theme


@dataclass
class Tap:
    """A free stretch of pipe where something can hang: its middle, and the components before and after."""

    x: int
    y: int
    before: int
    after: int
    toward: bool = True  # flow to the right


class Flow:
    """The chain being folded over the sheet; remembers where instruments can be hung."""

    def __init__(self, page: Page, dice: Dice) -> None:
        """Choose sizes and numbers for a page."""
        self.page, self.dice = page, dice
        self.size = dice.between(9, 11)
        self.pitch = self.size * 4 + dice.between(-1, 4)
        self.branch = self.size * 3 + dice.between(3, 8)
        self.area = dice.between(1, 9) * 100
        self.taps: list[Tap] = []
        self._numbers: dict[str, int] = {}

    def tag(self, kind: str, prefix: str = "") -> str:
        """Return the next tag of a kind, such as P-302."""
        prefix = prefix or PREFIX[kind]
        self._numbers[prefix] = self._numbers.get(prefix, self.dice.between(0, 40)) + self.dice.between(1, 4)
        return f"{prefix}-{self.area + self._numbers[prefix] % 100}"

    def put(self, kind: str, x: int, y: int, way: int, tag: str = "") -> int:
        """Place one item of the chain on its pipe; tall vessels stand above the pipe's level, smaller in a branch."""
        branched = bool(tag) and kind in TALL
        size = self.size * (110 if branched else SIZE.get(kind, 100)) // 100
        turn = 0 if way > 0 or kind in TALL else 4
        lift = size // 3 if kind in TALL else 0
        return self.page.put(kind, x, y - lift, size, turn, tag=tag or self.tag(kind))

    def run(self, theme: Theme, stages: list[Stage], floor: int) -> None:
        """Place source, stages and sink."""
        page, dice = self.page, self.dice
        source, sink = dice.pick(theme.sources), dice.pick(theme.sinks)
        way = 1 if dice.chance(70) else -1
        rows = fold(stages, dice, pitch=self.pitch, branch=self.branch, height=floor - 9, sink=not sink.isupper())
        spare = max(0, floor - 9 - sum(row.height for row in rows)) // (len(rows) + 1)
        climbs = dice.chance(30)  # the first row lies at the foot of the sheet
        levels: list[int] = []
        y = 8 + min(spare, 26)
        for row in reversed(rows) if climbs else rows:
            levels.append(y + row.height // 2 + (8 if row.height < 70 else 4))
            y += row.height + spare
        levels = levels[::-1] if climbs else levels
        previous: list[int] = []
        pen: list[tuple[int, int]] = []
        turn = 10 if way > 0 else 246
        for row, level in zip(rows, levels, strict=True):
            self.pitch = row.pitch
            if not pen:
                x = turn + way * row.pitch // 2
                previous, pen = self._begin(source, x, level, way)
                x += way * row.pitch
            else:
                page.line("pipe", pen[-1], (turn, pen[-1][1]), (turn, level))
                way, pen = -way, [(turn, level)]
                x = turn + way * row.pitch * 2 // 3
            for stage in row.stages:
                x, previous, pen = self._stage(stage, x, level, way, previous, pen)
            turn = x - way * row.pitch // 6
        self._end(sink, x, way, previous, pen)

    def _begin(self, source: str, x: int, level: int, way: int) -> tuple[list[int], list[tuple[int, int]]]:
        if source.isupper():
            return [], [off_page(self.page, source, x - way * self.pitch // 3, level, way)]
        return [self.put(source, x, level, way)], [(x, level)]

    def _stage(
        self, stage: Stage, x: int, level: int, way: int, previous: list[int], pen: list[tuple[int, int]]
    ) -> tuple[int, list[int], list[tuple[int, int]]]:
        page, pitch = self.page, self.pitch
        if stage.branches == 1:
            index = self.put(stage.kinds[0], x, level, way)
            page.line("pipe", pen[-1], (x, level))
            self._link(previous, [index])
            self._tap(pen[-1], (x, level), previous, [index])
            return x + way * pitch, [index], [(x, level)]
        inner = way * (pitch // 2)
        head = x - inner + way * 4
        rows = [level + (2 * i - stage.branches + 1) * self.branch // 2 for i in range(stage.branches)]
        tail = head + way * pitch * len(stage.kinds) + way * 2
        page.line("pipe", pen[-1], (head, level))
        self._tap(pen[-1], (head, level), previous, [])
        tags = [self.tag(kind) for kind in stage.kinds]
        lasts: list[int] = []
        first: list[int] = []
        for letter, row in zip("ABCD", rows, strict=False):
            here, at, lane = previous, head + inner, list[int]()
            for kind, tag in zip(stage.kinds, tags, strict=True):
                index = self.put(kind, at, row, way, tag + letter)
                self._link(here, [index])
                here, at = [index], at + way * pitch
                lane.append(index)
            for one, other in zip(first, lane, strict=False):
                page.relate(one, "parallel", other)
            first = first or lane
            page.line("pipe", (head, row), (tail, row))
            lasts += here
        for end in (head, tail):
            page.line("pipe", (end, rows[0]), (end, rows[-1]))
        return tail + way * (pitch * 2 // 3), lasts, [(tail, level)]

    def _end(self, sink: str, x: int, way: int, previous: list[int], pen: list[tuple[int, int]]) -> None:
        level = pen[-1][1]
        page = self.page
        if not sink.isupper():
            size = self.size * SIZE[sink] // 100
            for at in (x, x - way * (self.pitch // 6)):
                if page.fits(sink, at, level - size // 3, size):
                    index = self.put(sink, at, level, way)
                    page.line("pipe", pen[-1], (at, level))
                    self._link(previous, [index])
                    self._tap(pen[-1], (at, level), previous, [index])
                    return
        tip = min(max(x, 14), 242)
        page.line("pipe", pen[-1], (tip, level))
        page.arrow(tip, level, tip + way * 6, level)
        if sink.isupper():
            page.try_text(sink, tip - way * 4, level - 7, 17) or page.try_text(sink, tip - way * 6, level + 8, 17)

    def _link(self, sources: list[int], targets: list[int]) -> None:
        for source in sources:
            for target in targets:
                self.page.relate(source, "feeds", target)

    def _tap(self, a: tuple[int, int], b: tuple[int, int], before: list[int], after: list[int]) -> None:
        if abs(a[0] - b[0]) >= self.pitch // 2:
            x = (a[0] + b[0]) // 2
            self.taps.append(Tap(x, b[1], before[0] if before else -1, after[0] if after else -1, b[0] > a[0]))
