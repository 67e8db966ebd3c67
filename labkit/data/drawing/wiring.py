"""A circuit being drawn: symbols on rungs, wires, junctions, tags.

A circuit is laid out in two directions, u along a rung and v from rung to rung, so that the same code draws rungs
lying down (as in America) and hanging (as in Europe).
"""

from __future__ import annotations

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.page import Page

PREFIX = {
    "resistor": "R", "capacitor": "C", "inductor": "L", "diode": "V", "fuse": "F", "circuit breaker": "Q",
    "isolator": "Q", "contactor contact": "K", "normally open contact": "K", "normally closed contact": "K",
    "start push button": "S", "stop push button": "S", "emergency stop": "S", "float switch": "B",
    "thermal overload relay": "F", "contactor coil": "K", "timer coil": "K", "electric motor": "M", "generator": "G",
    "ammeter": "P", "voltmeter": "P", "transformer": "T", "indicator lamp": "H", "siren": "H", "battery": "G",
    "earth connection": "PE", "frequency converter": "U",
}  # fmt: skip


class Circuit:
    """A circuit being laid out."""

    def __init__(self, page: Page, dice: Dice) -> None:
        """Start on an empty page."""
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

    def tag_of(self, index: int) -> str:
        """Return the tag of a component that has been placed."""
        return self.page.drawing.components[index].tag

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
