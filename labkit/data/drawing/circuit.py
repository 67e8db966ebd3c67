"""Layout of electrical circuits: control ladders, motor feeders on a busbar, and loops around a source.

A ladder is laid out in two directions, u along a rung and v from rung to rung, so that the same code draws rungs
lying down (as in America) and hanging (as in Europe).
"""

from __future__ import annotations

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing

PREFIX = {
    "resistor": "R", "capacitor": "C", "inductor": "L", "diode": "V", "fuse": "F", "circuit breaker": "Q",
    "isolator": "Q", "contactor contact": "K", "normally open contact": "K", "normally closed contact": "K",
    "start push button": "S", "stop push button": "S", "emergency stop": "S", "float switch": "B",
    "thermal overload relay": "F", "contactor coil": "K", "timer coil": "K", "electric motor": "M", "generator": "G",
    "ammeter": "P", "voltmeter": "P", "transformer": "T", "indicator lamp": "H", "siren": "H", "battery": "G",
    "earth connection": "PE", "frequency converter": "U",
}  # fmt: skip

LOADS = [("contactor coil", 6), ("timer coil", 4), ("indicator lamp", 5), ("siren", 4)]
SWITCHES = [
    ("normally open contact", 5), ("normally closed contact", 5), ("float switch", 4), ("start push button", 3),
    ("stop push button", 3), ("emergency stop", 2), ("fuse", 1),
]  # fmt: skip
PARTS = [
    ("resistor", 5), ("capacitor", 4), ("inductor", 4), ("diode", 4), ("indicator lamp", 2), ("ammeter", 2),
    ("normally open contact", 1), ("voltmeter", 2), ("battery", 1), ("electric motor", 1), ("fuse", 1), ("siren", 1),
]  # fmt: skip
ROOMS = ("SWITCH ROOM", "DRIVE ROOM", "BATTERY ROOM", "CONTROL ROOM", "WORKSHOP", "PUMP HALL")


def lay_out(drawing: Drawing, dice: Dice) -> None:
    """Fill in an electrical drawing."""
    page = Page(drawing, dice)
    drawing.room = dice.pick(ROOMS)
    style = dice.weighted([("ladder", 5), ("feeders", 4), ("loop", 4)])
    titles = {
        "ladder": ("PUMP CONTROL", "ALARM CIRCUIT", "STARTER CONTROL", "LEVEL CONTROL", "INTERLOCK CIRCUIT"),
        "feeders": ("MOTOR FEEDERS", "LV DISTRIBUTION", "PUMP STARTERS", "FAN DRIVES", "SINGLE-LINE DIAGRAM"),
        "loop": ("MEASURING CIRCUIT", "DC SUPPLY", "FILTER NETWORK", "TEST CIRCUIT", "LAMP CIRCUIT"),
    }
    drawing.title = dice.pick(titles[style])
    floor = add_frame(page, f"{dice.between(1, 9)}{dice.between(0, 9)}{dice.between(0, 9)}")
    circuit = _Circuit(page, dice)
    {"ladder": circuit.ladder, "feeders": circuit.feeders, "loop": circuit.loop}[style](floor)
    page.write_tags()


class _Circuit:
    """A circuit being laid out."""

    def __init__(self, page: Page, dice: Dice) -> None:
        self.page, self.dice = page, dice
        self.size = dice.between(13, 16)
        self.base = dice.between(1, 9) * 10
        self._count: dict[str, int] = {}
        self.upright = False

    def tag(self, kind: str) -> str:
        """Return the next tag of a kind, such as K21."""
        prefix = PREFIX[kind]
        self._count[prefix] = self._count.get(prefix, 0) + 1
        return f"{prefix}{self.base + self._count[prefix]}"

    def place(self, u: int, v: int) -> tuple[int, int]:
        """Return the place on the sheet of a point along and across the rungs."""
        return (v, u) if self.upright else (u, v)

    def put(self, kind: str, u: int, v: int, tag: str = "") -> int:
        """Place a symbol on a rung."""
        x, y = self.place(u, v)
        size = self.size * 9 // 10 if kind in ("indicator lamp", "ammeter", "voltmeter") else self.size
        return self.page.put(kind, x, y, size, 1 if self.upright else 0, tag=tag or self.tag(kind))

    def wire(self, *points: tuple[int, int], style: str = "wire") -> None:
        """Draw a wire through points given along and across the rungs."""
        self.page.line(style, *(self.place(u, v) for u, v in points))

    def dot(self, u: int, v: int) -> None:
        """Draw a junction."""
        at = self.place(u, v)
        self.page.line("dot", at, at)

    def series(self, items: list[int]) -> None:
        """Record that current flows through the items in turn."""
        for a, b in zip(items, items[1:], strict=False):
            self.page.relate(a, "feeds", b)

    def ladder(self, floor: int) -> None:
        """Draw a control circuit: rungs of contacts that end in a coil, a lamp or a siren."""
        dice = self.dice
        self.upright = dice.chance(50)
        long, wide = (floor - 6, 250) if self.upright else (250, floor - 6)
        begin, end = 22, long - 12
        if not self.upright:
            begin, end = 26, 230
        columns = (end - begin) // (self.size * 2 + 12)
        rung = self.size * 2 + dice.between(15, 22)
        v = dice.between(26, 34) if not self.upright else 30
        coils: list[str] = []
        rails = [v]
        while v < wide - 22 and len(rails) < 7:
            count = min(columns - 1, dice.between(1, 3))
            sealed = dice.chance(35) and v + rung * 9 // 10 < wide - 20
            kinds = [dice.weighted(SWITCHES) for _ in range(count)]
            if sealed:
                kinds[-1] = "start push button"
            elif dice.chance(25):
                kinds[0] = "emergency stop"
            load = dice.weighted(LOADS)
            spots = [begin + (end - begin) * (2 * i + 1) // (2 * (count + 1)) for i in range(count + 1)]
            self.wire((begin, v), (end, v))
            items = []
            for kind, u in zip([*kinds, load], spots, strict=True):
                tag = dice.pick(coils) if coils and "contact" in kind and "coil" not in kind and dice.chance(60) else ""
                items.append(self.put(kind, u, v, tag))
                if "coil" in kind:
                    coils.append(self.page.drawing.components[items[-1]].tag)
            self.series(items)
            if sealed:
                u, low = spots[count - 1], v + rung * 8 // 10
                left, right = u - self.size - 4, u + self.size + 4
                holding = self.put("normally open contact", u, low, coils[-1] if "coil" in load else "")
                self.wire((left, v), (left, low), (right, low), (right, v))
                self.dot(left, v)
                self.dot(right, v)
                self.page.relate(items[count - 1], "parallel", holding)
                self.page.relate(holding, "feeds", items[count])
                v += rung * 8 // 10
            rails.append(v if not sealed else v - rung * 8 // 10)
            v += rung
        for u, names in ((begin, ("L1", "L", "+24V")), (end, ("N", "N", "0V"))):
            self.wire((u, rails[0] - 12), (u, rails[-1]), style="bus" if dice.chance(40) else "wire")
            x, y = self.place(u, rails[0] - 12)
            words = names[self.base % 3]
            if self.upright:
                self.page.try_text(words, x - 2, y - 8, 20)
            else:
                self.page.try_text(words, x, y - 6, 20)
            for at in rails[1:]:
                self.dot(u, at)

    def feeders(self, floor: int) -> None:
        """Draw a single-line diagram: an incomer, a busbar, and one to four feeders."""
        dice = self.dice
        self.upright = True
        count = dice.between(1, 4)
        step = min(self.size * 2 + dice.between(6, 12), (floor - 40) // 5)
        pitch = min(70, 200 // count)
        first = 128 - pitch * (count - 1) // 2 + dice.between(-8, 8)
        incoming = [dice.weighted([("transformer", 4), ("generator", 3), ("isolator", 2)])]
        incoming.append(dice.weighted([("circuit breaker", 4), ("fuse", 2), ("isolator", 1)]))
        chains = [self._feeder() for _ in range(1 if dice.chance(55) else count)]
        longest = max(len(c) for c in chains)
        while (2 + longest) * step > floor - 34 and len(incoming) > 1:
            incoming.pop()
        u = 10 + step // 2 + 4
        v = first if count == 1 else first + pitch * dice.below(count)
        if count > 1 and dice.chance(50):
            v = first + pitch * (count - 1) // 2
        top = u
        items = []
        for kind in incoming:
            items.append(self.put(kind, u, v))
            u += step
        bus = u - step // 2 + 3
        self.wire((top - self.size, v), (bus, v))
        self.series(items)
        self.wire((bus, first - 16), (bus, first + pitch * (count - 1) + 16), style="bus")
        x, y = self.place(bus, first - 16)
        self.page.try_text("L1-L3", x - 4, y - 7, 17)
        heads = []
        for i in range(count):
            chain = chains[i % len(chains)]
            at = first + pitch * i
            u = bus + step // 2 + 3
            lane = []
            for kind in chain:
                if u + self.size > floor - 4:
                    break
                lane.append(self.put(kind, u, at))
                u += step
            self.wire((bus, at), (u - step, at))
            self.dot(bus, at)
            self.series([items[-1], *lane])
            heads.append(lane[0])
        for a in heads[1:]:
            self.page.relate(heads[0], "parallel", a)

    def _feeder(self) -> list[str]:
        dice = self.dice
        chain = [dice.weighted([("circuit breaker", 5), ("fuse", 5), ("isolator", 4)])]
        if dice.chance(60):
            chain.append("contactor contact")
        drive = dice.weighted([("thermal overload relay", 5), ("frequency converter", 5), ("ammeter", 3), ("", 2)])
        chain += [drive] if drive else []
        load = dice.weighted(
            [("electric motor", 8), ("generator", 1), ("transformer", 2), ("resistor", 1), ("battery", 1)]
        )
        chain.append(load)
        if load == "transformer":
            chain.append("earth connection")
        return chain

    def loop(self, floor: int) -> None:
        """Draw a source with branches across it: the circuits of textbooks and power supplies."""
        dice = self.dice
        count = dice.between(2, 4)
        pitch = min(64, 200 // count)
        left = 128 - pitch * count // 2 + dice.between(-4, 4)
        step = self.size * 2 + dice.between(4, 10)
        top, bottom = dice.between(24, 36), min(floor - 22, 30 + 3 * step + dice.between(0, 30))
        xs = [left + pitch * i for i in range(count + 1)]
        middle = (top + bottom) // 2
        self.upright = True
        source = self.put(dice.weighted([("battery", 5), ("generator", 4), ("transformer", 3)]), middle, xs[0])
        self.wire((top, xs[0]), (bottom, xs[0]))
        self.upright = False
        rail: list[int] = []
        for a, b in zip(xs, xs[1:], strict=False):
            self.wire((a, top), (b, top))
            self.wire((a, bottom), (b, bottom))
            if dice.chance(55 if rail else 85) and b - a > 2 * self.size + 6:
                kind = dice.weighted([("fuse", 4), ("ammeter", 4), ("resistor", 3), ("inductor", 3), ("diode", 3),
                                      ("isolator", 3), ("normally open contact", 2), ("circuit breaker", 2)])  # fmt: skip
                rail.append(self.put(kind, (a + b) // 2, top))
        self.series([source, *rail])
        self.upright = True
        heads = []
        for x in xs[1:]:
            room = (bottom - top - 8) // step
            kinds = [dice.weighted(PARTS) for _ in range(min(room, dice.weighted([(1, 4), (2, 5), (3, 2)])))]
            if "voltmeter" in kinds:
                kinds = ["voltmeter"]
            spots = [top + (bottom - top) * (2 * i + 1) // (2 * len(kinds)) for i in range(len(kinds))]
            lane = [self.put(kind, u, x) for kind, u in zip(kinds, spots, strict=True)]
            self.wire((top, x), (bottom, x))
            self.series([rail[-1] if rail else source, *lane])
            heads.append(lane[0])
            if x != xs[-1]:
                self.dot(top, x)
                self.dot(bottom, x)
        for head in heads[1:]:
            self.page.relate(heads[0], "parallel", head)
        if dice.chance(55) and bottom + self.size + 6 < floor:
            at = dice.pick(xs[1:])
            self.wire((bottom, at), (bottom + 8, at))
            self.dot(bottom, at)
            self.put("earth connection", bottom + self.size, at)
