"""Signs on evacuation and equipment plans, after the pictures of ISO 7010.

The printed signs are red for fire fighting and green for rescue; in grey, red becomes black and green mid grey, with
the picture left white. Plant items (the shutoff valve, the distribution board, the gas detector) are outlined.
"""

from __future__ import annotations

from labkit.data.drawing.shapes import Sketch, Symbol, circle_points

FULL = (-100, -100, 100, 100)


def _panel(level: int) -> Sketch:
    sketch = Sketch().solid((-100, -100), (100, -100), (100, 100), (-100, 100), level=level)
    return sketch.blank_box(-100, -100, 100, 100)


def _outline() -> Sketch:
    return Sketch().box(-100, -100, 100, 100).blank_box(-100, -100, 100, 100)


def _extinguisher() -> Symbol:
    sketch = _panel(15).solid((-36, -30), (-18, -48), (18, -48), (36, -30), (36, 82), (-36, 82), level=0)
    sketch.solid((-12, -72), (12, -72), (12, -48), (-12, -48), level=0)
    return sketch.line((0, -70), (52, -70), (70, -46), (70, 30), white=True).done(FULL)


def _hose_reel() -> Symbol:
    sketch = _panel(15).arc(-14, -10, 64, white=True).disc(-14, -10, 30, level=0)
    return sketch.line((50, -10), (50, 60), (84, 84), white=True).done(FULL)


def _hydrant() -> Symbol:
    sketch = Sketch().blank_disc(0, 0, 100).arc(0, 0, 100).arc(0, 0, 84)
    return sketch.letter("H", 0, 0, 100).done(FULL)


def _call_point() -> Symbol:
    # a square button with its dot, and the finger that presses it
    sketch = _panel(15).box(-66, -66, 30, 66, white=True).disc(-18, 0, 22, level=0)
    return sketch.solid((20, 0), (84, 34), (84, 72), level=0).done(FULL)


def _telephone() -> Symbol:
    sketch = _panel(9).solid((-84, -46), (84, -46), (84, -12), (-84, -12), level=0)
    sketch.solid((-84, -46), (-44, -46), (-44, 12), (-84, 12), level=0).solid(
        (44, -46), (84, -46), (84, 12), (44, 12), level=0
    )
    return sketch.solid((-36, 14), (36, 14), (62, 74), (-62, 74), level=0).done(FULL)


def _eyewash() -> Symbol:
    eye = ((-80, -24), (-44, -56), (0, -66), (44, -56), (80, -24), (44, 4), (0, 12), (-44, 4))
    sketch = _panel(9).solid(*eye, level=0).disc(0, -28, 24, level=9)
    for x in (-44, 0, 44):  # the jets of water from below
        sketch.line((x, 84), (x * 3 // 4, 36), white=True)
    return sketch.done(FULL)


def _shower() -> Symbol:
    sketch = _panel(9).line((-78, -80), (-78, -62), white=True).line((-78, -80), (20, -80), (20, -64), white=True)
    sketch.solid((-6, -64), (46, -64), (74, -36), (-34, -36), level=0)
    for x in (-26, 4, 36, 66):
        sketch.line((x, -20), (x, 14), white=True).line((x, 34), (x, 66), white=True)
    return sketch.disc(-62, 6, 20, level=0).solid((-80, 34), (-44, 34), (-48, 88), (-76, 88), level=0).done(FULL)


def _first_aid() -> Symbol:
    sketch = _panel(9).solid((-24, -74), (24, -74), (24, 74), (-24, 74), level=0)
    return sketch.solid((-74, -24), (74, -24), (74, 24), (-74, 24), level=0).done(FULL)


def _defibrillator() -> Symbol:
    # a heart (three convex parts) with a bolt through it
    sketch = _panel(9).disc(-36, -28, 40, level=0).disc(36, -28, 40, level=0)
    sketch.solid((-72, -10), (72, -10), (0, 82), level=0).solid((10, -52), (-34, 12), (6, 2), level=9)
    return sketch.solid((-8, 62), (34, -8), (-6, 4), level=9).done(FULL)


def _exit() -> Symbol:
    # a white doorway, and the arrow that runs towards it
    sketch = _panel(9).solid((22, -78), (78, -78), (78, 78), (22, 78), level=0)
    return (
        sketch.solid((-84, -16), (-40, -16), (-40, 16), (-84, 16), level=0)
        .solid((8, 0), (-44, -50), (-44, 50), level=0)
        .done(FULL)
    )


def _assembly() -> Symbol:
    sketch = _panel(9).disc(0, -20, 17, level=0).solid((-22, 4), (22, 4), (16, 44), (-16, 44), level=0)
    for a, b in ((-1, -1), (1, -1), (-1, 1), (1, 1)):  # four arrows to the middle
        sketch.solid((a * 34, b * 34), (a * 78, b * 40), (a * 40, b * 78), level=0)
        sketch.line((a * 86, b * 86), (a * 50, b * 50), white=True)
    return sketch.done(FULL)


def _shutoff() -> Symbol:
    sketch = _outline().solid((-76, 0), (-76, 70), (0, 35)).solid((76, 0), (76, 70), (0, 35))
    return sketch.line((0, 35), (0, -18)).box(-30, -78, 30, -18).letter("S", 0, -48, 44).done(FULL)


def _spill_kit() -> Symbol:
    sketch = _outline().disc(0, 24, 46).solid((-42, 8), (42, 8), (0, -78))
    return sketch.done(FULL)


def _stairs() -> Symbol:
    sketch = Sketch().blank_box(-130, -80, 130, 80).box(-130, -80, 130, 80)
    for x in range(-100, 130, 30):
        sketch.line((x, -80), (x, 80))
    return sketch.line((-110, 0), (90, 0)).solid((115, 0), (70, -26), (70, 26)).done()


def _board() -> Symbol:
    # the triangle of a warning with the bolt of electricity
    sketch = Sketch().line((0, -100), (105, 84), (-105, 84), (0, -100))
    sketch.solid((14, -46), (-26, 22), (4, 16)).solid((-6, 70), (26, 0), (-8, 10))
    return sketch.blank((0, -100), (105, 84), (-105, 84)).done((-105, -100, 105, 90))


def _gas_detector() -> Symbol:
    sketch = Sketch().blank_disc(0, 0, 100).arc(0, 0, 100).line((-70, 70), (70, -70))
    return sketch.letter("G", -28, -30, 62).disc(38, 38, 16).done(FULL)


def _you_are_here() -> Symbol:
    sketch = Sketch().blank_disc(0, 0, 100).arc(0, 0, 100).disc(0, 0, 52)
    return sketch.done(FULL)


def _smoke_detector() -> Symbol:
    sketch = Sketch().blank_disc(0, 0, 100).line(*circle_points(0, 0, 100))
    return sketch.letter("S", 0, 0, 100).done(FULL)


SYMBOLS: dict[str, Symbol] = {
    "fire extinguisher": _extinguisher(), "fire hose reel": _hose_reel(), "fire hydrant": _hydrant(),
    "fire alarm call point": _call_point(), "emergency telephone": _telephone(), "eyewash station": _eyewash(),
    "safety shower": _shower(), "first-aid kit": _first_aid(), "defibrillator": _defibrillator(),
    "emergency exit": _exit(), "assembly point": _assembly(), "emergency shutoff valve": _shutoff(),
    "spill kit": _spill_kit(), "stairs": _stairs(), "distribution board": _board(),
    "gas detector": _gas_detector(), "smoke detector": _smoke_detector(), "you-are-here mark": _you_are_here(),
}  # fmt: skip
