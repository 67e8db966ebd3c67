"""Layout of piping and instrumentation diagrams: a process is a chain of stages, folded over the rows of a sheet.

A stage is one item, or a section of equal branches between two headers. After the chain stand the things that hang
on it: relief lines, control loops, gauges; then lines that only pass through, title block, tags.
"""

from __future__ import annotations

from dataclasses import dataclass

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame, off_page
from labkit.data.drawing.instruments import add_control_loop, add_instruments, add_relief, add_tank_level
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing

PREFIX = {
    "gate valve": "HV", "globe valve": "HV", "ball valve": "HV", "butterfly valve": "HV", "check valve": "NRV",
    "relief valve": "PSV", "control valve": "FV", "motor-operated valve": "MOV", "emergency shutoff valve": "XV",
    "three-way valve": "TV", "centrifugal pump": "P", "dosing pump": "P", "compressor": "AC", "storage tank": "T",
    "pressure vessel": "V", "mixing tank": "T", "heat exchanger": "HE", "cartridge filter": "CF", "media filter": "F",
    "strainer": "S", "membrane module": "RO", "energy recovery device": "ERD", "static mixer": "SM",
    "orifice plate": "FE",
}  # fmt: skip

SIZE = {  # half size in per cent of the sheet's symbol size
    "storage tank": 165, "mixing tank": 150, "pressure vessel": 165, "media filter": 150, "centrifugal pump": 100,
    "dosing pump": 100, "compressor": 105, "heat exchanger": 95, "membrane module": 105, "energy recovery device": 110,
    "static mixer": 105, "cartridge filter": 115, "strainer": 85, "relief valve": 85,
}  # fmt: skip
TALL = {"storage tank", "mixing tank", "pressure vessel", "media filter"}

ISOLATING = [
    ("gate valve", 4),
    ("ball valve", 4),
    ("butterfly valve", 4),
    ("motor-operated valve", 2),
    ("globe valve", 2),
]
INLINE = [
    ("emergency shutoff valve", 5), ("globe valve", 4), ("control valve", 6), ("motor-operated valve", 4),
    ("three-way valve", 4), ("check valve", 4), ("orifice plate", 5), ("strainer", 4), ("butterfly valve", 2),
    ("ball valve", 2), ("gate valve", 2),
]  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """What a kind of process is built from."""

    title: str
    rooms: tuple[str, ...]
    sources: tuple[str, ...]  # a kind, or the words of an off-page connector in capitals
    machine: str
    units: tuple[str, ...]
    sinks: tuple[str, ...]


THEMES = (
    Theme("SEAWATER SUPPLY", ("INTAKE STATION",), ("SEA INTAKE", "storage tank"), "centrifugal pump",
          ("strainer", "media filter"), ("storage tank", "TO FILTERS")),
    Theme("FILTRATION", ("PRETREATMENT HALL",), ("storage tank", "RAW WATER"), "centrifugal pump",
          ("media filter", "cartridge filter"), ("storage tank", "TO RO")),
    Theme("REVERSE OSMOSIS", ("HIGH-PRESSURE HALL", "MEMBRANE HALL"), ("storage tank", "FILTERED"), "centrifugal pump",
          ("cartridge filter", "membrane module", "energy recovery device"), ("storage tank", "PERMEATE")),
    Theme("CHEMICAL DOSING", ("CHEMICAL STORE", "DOSING ROOM"), ("mixing tank", "storage tank"), "dosing pump",
          ("static mixer",), ("INJECTION", "storage tank", "mixing tank")),
    Theme("COOLING WATER", ("COMPRESSOR ROOM", "DRIVE ROOM"), ("storage tank", "RETURN"), "centrifugal pump",
          ("heat exchanger", "strainer"), ("storage tank", "TO DRIVES", "pressure vessel")),
    Theme("COMPRESSED AIR", ("COMPRESSOR ROOM", "WORKSHOP"), ("AIR INLET",), "compressor",
          ("pressure vessel", "cartridge filter", "heat exchanger"), ("pressure vessel", "AIR HEADER")),
    Theme("PRODUCT WATER", ("PRODUCT WATER STATION", "PUMP HALL"), ("storage tank", "PERMEATE"), "centrifugal pump",
          ("static mixer", "pressure vessel"), ("storage tank", "TO NETWORK")),
    Theme("MEMBRANE CLEANING", ("CLEANING STATION", "MEMBRANE HALL"), ("mixing tank",), "centrifugal pump",
          ("heat exchanger", "cartridge filter", "membrane module"), ("mixing tank", "storage tank")),
    Theme("WASTE WATER", ("NEUTRALISATION", "SLUDGE BUILDING"), ("mixing tank", "SUMP"), "dosing pump",
          ("mixing tank", "static mixer"), ("TO OUTFALL", "storage tank")),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One item (`branches` 1) or that many equal branches, each a short run of kinds."""

    kinds: tuple[str, ...]
    branches: int = 1


def chain(theme: Theme, dice: Dice) -> list[Stage]:
    """Return the stages between source and sink."""
    branches = dice.weighted([(1, 5), (2, 5), (3, 4), (4, 2)])
    machine = [theme.machine]
    if branches == 1 or dice.chance(45):
        machine.insert(0, dice.weighted(ISOLATING))
    if branches == 1 or dice.chance(60):
        machine.append("check valve" if dice.chance(60) else dice.weighted(ISOLATING))
    stages = [Stage((k,)) for k in machine] if branches == 1 else [Stage(tuple(machine), branches)]
    if dice.chance(35):
        stages.insert(0, Stage((dice.weighted([("strainer", 3), ("emergency shutoff valve", 3), ("gate valve", 2)]),)))
    for unit in dice.sample(theme.units, dice.between(1, 3)):
        if dice.chance(75):
            stages.append(Stage((dice.weighted(INLINE),)))
        doubled = dice.weighted([(1, 6), (2, 3), (3, 2)]) if branches == 1 or dice.chance(25) else 1
        if doubled > 1:
            stages.append(Stage((dice.weighted(ISOLATING), unit) if dice.chance(40) else (unit,), doubled))
        else:
            stages.append(Stage((unit,)))
    for _ in range(dice.between(1, 3)):
        stages.append(Stage((dice.weighted(INLINE),)))
    return stages


def lay_out(drawing: Drawing, dice: Dice) -> None:
    """Fill in a piping drawing."""
    theme = dice.pick(THEMES)
    drawing.title, drawing.room = theme.title, dice.pick(theme.rooms)
    page = Page(drawing, dice)
    flow = _Flow(page, dice)
    floor = add_frame(page, f"{dice.between(1, 9)}{dice.between(0, 9)}{dice.between(0, 9)}")
    flow.run(theme, chain(theme, dice), floor)
    add_relief(page, flow)
    add_tank_level(page, flow)
    add_control_loop(page, flow)
    add_instruments(page, flow)
    _pass_through(page, flow, floor)
    for tap in flow.taps:
        if dice.chance(30):
            way = 1 if tap.toward else -1
            page.arrow(tap.x - way * 3, tap.y, tap.x + way * 4, tap.y)
    page.hops()
    page.write_tags()


@dataclass
class Row:
    """Part of the chain that lies side by side."""

    stages: list[Stage]
    height: int
    pitch: int


@dataclass
class Tap:
    """A free stretch of pipe where something can hang: its middle, and the components before and after."""

    x: int
    y: int
    before: int
    after: int
    toward: bool = True  # flow to the right


class _Flow:
    """The chain being folded over the sheet; remembers where instruments can be hung."""

    def __init__(self, page: Page, dice: Dice) -> None:
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
        """Place one item of the chain on its pipe; tall vessels stand above the pipe's level."""
        size = self.size * SIZE.get(kind, 100) // 100
        turn = 0 if way > 0 or kind in TALL else 4
        lift = size // 3 if kind in TALL else 0
        return self.page.put(kind, x, y - lift, size, turn, tag=tag or self.tag(kind))

    def run(self, theme: Theme, stages: list[Stage], floor: int) -> None:
        """Place source, stages and sink; leave out what the sheet cannot hold."""
        page, dice = self.page, self.dice
        source, sink = dice.pick(theme.sources), dice.pick(theme.sinks)
        way = 1 if dice.chance(70) else -1
        rows = self._fold(stages, floor, sink)
        spare = max(0, floor - 9 - sum(row.height for row in rows)) // (len(rows) + 1)
        y = 8 + min(spare, 26)
        previous: list[int] = []
        pen: list[tuple[int, int]] = []
        turn = 10 if way > 0 else 246
        for number, row in enumerate(rows):
            self.pitch = row.pitch
            level = y + row.height // 2 + (8 if row.height < 70 else 4)
            if number == 0:
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
            y += row.height + spare
        self._end(sink, x, way, previous, pen)

    def _fold(self, stages: list[Stage], floor: int, sink: str) -> list[Row]:
        """Fold the chain into rows that the sheet holds, each with the pitch that fills it."""
        rows: list[Row] = []
        todo, room, height_left = list(stages), 236, floor - 9
        while todo and len(rows) < 4:
            units, fixed, row = (133 if not rows else 50), 4, Row([], 56, self.pitch)
            while todo:
                stage = todo[0]
                need = 100 if stage.branches == 1 else 100 * len(stage.kinds) + 17
                tall = 56 if stage.branches == 1 else max(56, self.branch * stage.branches + 10)
                more = units + need
                if more * self.pitch // 100 + fixed > room or max(tall, row.height) > height_left:
                    break
                row.stages.append(todo.pop(0))
                units, fixed = more, fixed + (0 if stage.branches == 1 else 6)
                row.height = max(row.height, tall)
            if not row.stages:  # a section too tall or too wide for what is left: fewer branches, or none
                stage = todo.pop(0)
                if stage.branches > 1 and rows:
                    todo.insert(0, Stage(stage.kinds[:2], stage.branches - 1))
                elif stage.branches > 1 or rows:
                    todo.insert(0, Stage(stage.kinds[:1]))
                    if height_left < 56:
                        break
                continue
            widest = min(self.pitch * 14 // 10, (room - fixed) * 100 // units)
            row.pitch = self.pitch + (widest - self.pitch) * self.dice.between(30, 100) // 100
            rows.append(row)
            height_left -= row.height
            room = units * row.pitch // 100 + fixed  # the next row runs back over this one
            if len(rows) == 1:
                room -= row.pitch // 6
            if height_left < 56:
                break
        last = rows[-1]
        if not sink.isupper():  # the tank at the end takes a place of the last row
            units = 100 * sum(1 if s.branches == 1 else len(s.kinds) for s in last.stages) + (
                233 if len(rows) == 1 else 150
            )
            while len(last.stages) > 1 and units * self.pitch // 100 > room + 4 and len(rows) > 1:
                gone = last.stages.pop()
                units -= 100 if gone.branches == 1 else 100 * len(gone.kinds)
            last.pitch = max(self.pitch, min(last.pitch, room * 100 // units))
        return rows

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


def _pass_through(page: Page, flow: _Flow, floor: int) -> None:
    """Draw, on some sheets, a service line that crosses the others without meeting them."""
    dice = page.dice
    if not dice.chance(40):
        return
    for x in dice.shuffled(range(24, 236, 3))[:40]:
        strip = (x - 5, 8, x + 6, floor - 4)
        if not page.busy(strip, 0) and page.busy(strip, 1) < 150:  # a few crossings, no pipe alongside
            page.line("minor", (x, 12), (x, floor - 12))
            page.arrow(x, floor - 13, x, floor - 7)
            page.try_text(dice.pick(("AIR", "N2", "DRAIN", "VENT", "CW")), x + 10, 14, 16)
            return
