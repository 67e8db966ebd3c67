"""Symbols of piping and instrumentation diagrams, after the conventions of ISA-5.1 and ISO 10628.

Flow runs from left to right through the centre; 100 units are half of a symbol's size. A valve is a bow tie; what
sits on its stem says who moves it: a bar for a hand, a dome for air, a circle with M for a motor, a box with S for
the emergency shutoff system. An instrument is a bubble with its letters; a line through the middle mounts it on the
control-room panel.
"""

from __future__ import annotations

from labkit.data.drawing.shapes import Sketch, Symbol


def _bow(stem: bool = True) -> Sketch:
    sketch = Sketch().line((-100, -58), (-100, 58), (100, -58), (100, 58), (-100, -58))
    sketch.blank_box(-100, -58, 100, 58)
    return sketch.line((0, 0), (0, -85)) if stem else sketch


def _gate() -> Symbol:
    return _bow().line((-45, -85), (45, -85)).done()


def _globe() -> Symbol:
    return _bow(stem=False).disc(0, 0, 36).done()


def _ball() -> Symbol:
    sketch = Sketch().arc(0, 0, 48).blank_box(-100, -58, 100, 58)
    for side in (-100, 100):
        edge = side * 42 // 100
        sketch.line((edge, -24), (side, -58), (side, 58), (edge, 24))
    return sketch.done()


def _butterfly() -> Symbol:
    sketch = Sketch().line((-75, -65), (-75, 65)).line((75, -65), (75, 65)).line((-75, 65), (75, -65)).disc(0, 0, 26)
    return sketch.blank_box(-75, -65, 75, 65).done()


def _check() -> Symbol:
    sketch = Sketch().line((-90, -62), (-90, 62), (90, 0), (-90, -62)).line((90, -66), (90, 66))
    return sketch.blank_box(-90, -62, 90, 62).solid((-90, -62), (-90, 62), (-10, 28), (-10, -28)).done()


def _relief() -> Symbol:
    # an angle valve: in from below, out to the right, a spring on the stem
    sketch = Sketch().line((0, 0), (-58, 100), (58, 100), (0, 0), (100, -58), (100, 58), (0, 0))
    sketch.line((0, 0), (0, -30), (-34, -45), (34, -65), (-34, -85), (34, -105), (0, -120), (0, -140))
    sketch.line((-30, -140), (30, -140))
    return sketch.blank((0, 0), (-58, 100), (58, 100)).blank((0, 0), (100, -58), (100, 58)).done()


def _control() -> Symbol:
    sketch = _bow().line((-58, -85), (58, -85)).arc(0, -85, 58, 24, 48)
    return sketch.done()


def _motor_operated() -> Symbol:
    return _bow().arc(0, -141, 56).letter("M", 0, -141, 66).done()


def _emergency_shutoff() -> Symbol:
    # filled towards the inlet, and a boxed actuator with S
    sketch = _bow().solid((-100, -58), (-100, 58), (0, 0))
    sketch.box(-56, -190, 56, -85)
    return sketch.letter("S", 0, -137, 74).done()


def _three_way() -> Symbol:
    sketch = Sketch().line((-100, -58), (-100, 58), (100, -58), (100, 58), (-100, -58))
    return sketch.line((0, 0), (-58, 100), (58, 100), (0, 0)).blank_box(-100, -58, 100, 58).done()


def _pump() -> Symbol:
    sketch = Sketch().arc(0, 0, 100).line((0, -100), (100, 0), (0, 100))
    return sketch.blank_disc(0, 0, 100).done()


def _dosing_pump() -> Symbol:
    # a pump whose stroke can be set: the slanting arrow
    sketch = Sketch().arc(0, 0, 90).line((0, -90), (90, 0), (0, 90)).line((-120, 120), (125, -125))
    return sketch.solid((125, -125), (75, -105), (105, -75)).blank_disc(0, 0, 90).done()


def _compressor() -> Symbol:
    sketch = Sketch().arc(0, 0, 100).line((-64, -76), (92, -36)).line((-64, 76), (92, 36))
    return sketch.blank_disc(0, 0, 100).done()


def _storage_tank() -> Symbol:
    sketch = Sketch().box(-80, -70, 80, 100).line((-80, -70), (0, -100), (80, -70)).line((-80, -28), (80, -28))
    for y, half in ((-8, 42), (8, 26), (24, 10)):  # the mark of a liquid's surface
        sketch.line((-half, y), (half, y))
    return sketch.blank((-80, -70), (0, -100), (80, -70), (80, 100), (-80, 100)).done()


def _pressure_vessel() -> Symbol:
    sketch = Sketch().line((-55, -60), (-55, 60)).line((55, -60), (55, 60))
    sketch.arc(0, -60, 55, 24, 48).arc(0, 60, 55, 0, 24).line((-55, -60), (55, -60)).line((-55, 60), (55, 60))
    return sketch.blank_box(-55, -80, 55, 80).done((-55, -115, 55, 115))


def _mixing_tank() -> Symbol:
    sketch = Sketch().line((-80, -60), (-80, 100), (80, 100), (80, -60)).line((0, -95), (0, 60))
    sketch.line((-42, 44), (42, 76), (42, 44), (-42, 76), (-42, 44)).arc(0, -125, 30)
    return sketch.line((-80, -20), (-20, -20)).line((20, -20), (80, -20)).blank_box(-80, -60, 80, 100).done()


def _heat_exchanger() -> Symbol:
    sketch = Sketch().arc(0, 0, 100).line((-135, 0), (-52, 0), (-22, -52), (22, 52), (52, 0), (135, 0))
    return sketch.blank_disc(0, 0, 100).done()


def _cartridge_filter() -> Symbol:
    sketch = Sketch().box(-90, -70, 90, 70)
    for y in range(-70, 70, 40):
        sketch.line((0, y), (0, min(y + 24, 70)))
    return sketch.line((-38, -70), (-38, 70)).line((38, -70), (38, 70)).blank_box(-90, -70, 90, 70).done()


def _media_filter() -> Symbol:
    sketch = Sketch().line((-70, -45), (-70, 55)).line((70, -45), (70, 55))
    sketch.line((-70, -45), (-44, -80), (0, -95), (44, -80), (70, -45))
    sketch.line((-70, 55), (-44, 88), (0, 102), (44, 88), (70, 55))
    sketch.line((-70, -22), (70, -22)).line((-70, 42), (70, 42))
    for row, y in enumerate((-6, 10, 26)):  # the bed of sand
        for x in range(-50 + 12 * (row % 2), 60, 26):
            sketch.line((x, y), (x + 4, y))
    return sketch.blank_box(-70, -80, 70, 88).done()


def _strainer() -> Symbol:
    sketch = Sketch().line((-95, -40), (-95, 40)).line((95, -40), (95, 40)).line((-95, 0), (95, 0))
    sketch.line((-30, 0), (52, 92), (92, 56), (40, 0)).line((34, 108), (110, 40))
    for x in (-8, 14, 36):
        sketch.line((x + 4, x + 30), (x + 34, x + 4))
    return sketch.done()


def _membrane() -> Symbol:
    sketch = Sketch().box(-140, -48, 140, 48).line((-140, 48), (140, -48))
    return sketch.blank_box(-140, -48, 140, 48).done()


def _energy_recovery() -> Symbol:
    # a pressure exchanger: two streams past each other in one rotor
    sketch = Sketch().box(-110, -80, 110, 80).line((-110, 0), (110, 0))
    sketch.line((-70, -40), (60, -40)).solid((90, -40), (50, -64), (50, -16))
    return sketch.line((70, 40), (-60, 40)).solid((-90, 40), (-50, 16), (-50, 64)).blank_box(-110, -80, 110, 80).done()


def _static_mixer() -> Symbol:
    sketch = Sketch().box(-120, -45, 120, 45)
    for x in (-120, -40, 40):
        sketch.line((x, -45), (x + 80, 45)).line((x, 45), (x + 80, -45))
    return sketch.blank_box(-120, -45, 120, 45).done()


def _orifice() -> Symbol:
    sketch = Sketch().line((-22, -70), (-22, 70)).line((22, -70), (22, 70)).line((-90, 0), (90, 0))
    return sketch.done()


def _bubble(panel: bool = False) -> Symbol:
    sketch = Sketch().arc(0, 0, 100).blank_disc(0, 0, 100)
    return (sketch.line((-100, 0), (100, 0)) if panel else sketch).done()


SYMBOLS: dict[str, Symbol] = {
    "gate valve": _gate(), "globe valve": _globe(), "ball valve": _ball(), "butterfly valve": _butterfly(),
    "check valve": _check(), "relief valve": _relief(), "control valve": _control(),
    "motor-operated valve": _motor_operated(), "emergency shutoff valve": _emergency_shutoff(),
    "three-way valve": _three_way(), "centrifugal pump": _pump(), "dosing pump": _dosing_pump(),
    "compressor": _compressor(), "storage tank": _storage_tank(), "pressure vessel": _pressure_vessel(),
    "mixing tank": _mixing_tank(), "heat exchanger": _heat_exchanger(), "cartridge filter": _cartridge_filter(),
    "media filter": _media_filter(), "strainer": _strainer(), "membrane module": _membrane(),
    "energy recovery device": _energy_recovery(), "static mixer": _static_mixer(), "orifice plate": _orifice(),
    "pressure gauge": _bubble(), "pressure transmitter": _bubble(), "flow transmitter": _bubble(),
    "level transmitter": _bubble(), "temperature transmitter": _bubble(), "conductivity analyser": _bubble(),
    "pressure controller": _bubble(True), "flow controller": _bubble(True), "level controller": _bubble(True),
    "temperature controller": _bubble(True),
}  # fmt: skip
