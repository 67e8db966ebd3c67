"""Symbols of electrical circuits, after the conventions of IEC 60617.

Current runs from left to right, terminals at (-100, 0) and (100, 0); a vertical circuit turns the symbol. A contact
is a blade beside its fixed terminal; what is drawn on it says what moves it: a bracket for a finger, a mushroom head
for the emergency stop, a ball on a stem for a float. A cross at the terminal makes it a breaker, a bar an isolator.
"""

from __future__ import annotations

from labkit.data.drawing.shapes import Sketch, Symbol


def _leads(half: int) -> Sketch:
    return Sketch().line((-100, 0), (-half, 0)).line((half, 0), (100, 0)).blank_box(-half, -20, half, 20)


def _boxed(half: int, height: int) -> Sketch:
    return _leads(half).box(-half, -height, half, height)


def _open() -> Sketch:
    return _leads(46).line((-46, 0), (44, -42))


def _closed() -> Sketch:
    return _leads(46).line((-46, 0), (62, -46)).line((46, 0), (46, -50))


def _inductor() -> Symbol:
    sketch = _leads(68)
    for x in (-51, -17, 17, 51):
        sketch.arc(x, 0, 17, 24, 48)
    return sketch.done((-100, -20, 100, 4))


def _capacitor() -> Symbol:
    return _leads(14).line((-14, -55), (-14, 55)).line((14, -55), (14, 55)).done()


def _diode() -> Symbol:
    sketch = _leads(38).line((-38, -45), (-38, 45), (38, 0), (-38, -45)).line((38, -48), (38, 48))
    return sketch.solid((-38, -45), (-38, 45), (38, 0)).done()


def _fuse() -> Symbol:
    return Sketch().line((-100, 0), (100, 0)).box(-58, -24, 58, 24).blank_box(-58, -24, 58, 24).done()


def _breaker() -> Symbol:
    return _open().line((32, -16), (60, 16)).line((32, 16), (60, -16)).done()


def _isolator() -> Symbol:
    return _open().line((46, -22), (46, 22)).done()


def _contactor() -> Symbol:
    return _open().arc(62, 0, 16, 0, 24).done()


def _finger(sketch: Sketch) -> Sketch:
    # a dashed stem from the blade to a pushed bracket
    sketch.line((0, -30), (0, -48)).line((0, -60), (0, -76))
    return sketch.line((-34, -68), (-34, -90), (34, -90), (34, -68)).line((0, -76), (0, -90))


def _emergency_stop() -> Symbol:
    sketch = _closed().line((0, -26), (0, -44)).line((0, -54), (0, -72))
    sketch.solid((-52, -72), (52, -72), (46, -96), (26, -114), (0, -120), (-26, -114), (-46, -96))
    return sketch.line((-20, -56), (0, -66), (20, -56)).done()


def _float() -> Symbol:
    return _open().line((0, -26), (0, -64)).arc(0, -88, 24).done()


def _overload() -> Symbol:
    sketch = _boxed(60, 44)
    return sketch.line((-60, 0), (-26, 0), (-26, -24), (26, -24), (26, 0), (60, 0)).blank_box(-60, -44, 60, 44).done()


def _coil(timer: bool = False) -> Symbol:
    sketch = _boxed(34, 62).blank_box(-34, -62, 34, 62)
    if timer:  # a crossed box on the side: the coil of an on-delay timer
        sketch.box(-34, -118, 34, -62).line((-34, -118), (34, -62)).line((-34, -62), (34, -118))
    return sketch.done()


def _round(letter: str, below: str = "") -> Symbol:
    sketch = Sketch().arc(0, 0, 72).line((-100, 0), (-72, 0)).line((72, 0), (100, 0)).blank_disc(0, 0, 72)
    if below:
        return sketch.letter(letter, 0, -14, 66).letter(below, 0, 40, 38).done(steady=True)
    return sketch.letter(letter, 0, 0, 78).done()


def _transformer() -> Symbol:
    sketch = Sketch().arc(-30, 0, 50).arc(30, 0, 50).line((-100, 0), (-80, 0)).line((80, 0), (100, 0))
    return sketch.blank_disc(-30, 0, 50).blank_disc(30, 0, 50).done()


def _lamp() -> Symbol:
    sketch = Sketch().arc(0, 0, 66).line((-100, 0), (-66, 0)).line((66, 0), (100, 0)).blank_disc(0, 0, 66)
    return sketch.line((-46, -46), (46, 46)).line((-46, 46), (46, -46)).done()


def _siren() -> Symbol:
    sketch = Sketch().line((-100, 0), (-45, 0)).line((45, 0), (100, 0)).blank_box(-45, -60, 45, 30)
    return sketch.box(-45, -10, 45, 26).line((-45, -10), (-80, -80), (80, -80), (45, -10)).done()


def _battery() -> Symbol:
    sketch = _leads(45)
    for x, half in ((-45, 60), (-15, 28), (15, 60), (45, 28)):
        sketch.line((x, -half), (x, half))
    return sketch.done()


def _earth() -> Symbol:
    sketch = Sketch().line((-100, 0), (-10, 0)).line((-10, -70), (-10, 70)).line((18, -44), (18, 44))
    return sketch.line((46, -20), (46, 20)).done()


def _converter() -> Symbol:
    sketch = _boxed(74, 74).line((-74, 74), (74, -74)).blank_box(-74, -74, 74, 74)
    return sketch.letter("~", -36, -38, 60).letter("~", 34, 44, 60).letter("~", 34, 24, 60).done()


SYMBOLS: dict[str, Symbol] = {
    "resistor": _boxed(62, 26).blank_box(-62, -26, 62, 26).done(), "capacitor": _capacitor(),
    "inductor": _inductor(), "diode": _diode(), "fuse": _fuse(), "circuit breaker": _breaker(),
    "isolator": _isolator(), "contactor contact": _contactor(), "normally open contact": _open().done(),
    "normally closed contact": _closed().done(), "start push button": _finger(_open()).done(),
    "stop push button": _finger(_closed()).done(), "emergency stop": _emergency_stop(), "float switch": _float(),
    "thermal overload relay": _overload(), "contactor coil": _coil(), "timer coil": _coil(timer=True),
    "electric motor": _round("M", "3~"), "generator": _round("G"), "ammeter": _round("A"),
    "voltmeter": _round("V"), "transformer": _transformer(), "indicator lamp": _lamp(), "siren": _siren(),
    "battery": _battery(), "earth connection": _earth(), "frequency converter": _converter(),
}  # fmt: skip
