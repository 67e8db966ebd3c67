import numpy as np
import pytest

from labkit.data.drawing import render
from labkit.data.drawing.kinds import BUBBLES, NAMES, TYPES, UNSEEN, symbol
from labkit.data.drawing.record import Component, Drawing
from labkit.data.drawing.shapes import Sketch, turned

ALL = [(type_, kind) for type_, kinds in TYPES.items() for kind in kinds]


def _alone(type_, kind, turn=0):
    return render.draw(Drawing("x", type_, "T", "R", [Component(kind, "", 128, 128, 40, turn)]))


def test_every_kind_has_names_and_every_name_a_kind():
    assert {kind for _, kind in ALL} == set(NAMES) and set(UNSEEN) <= set(NAMES) and set(NAMES) >= BUBBLES
    names = [n for kind, others in NAMES.items() for n in (kind, *others)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("type_", TYPES)
def test_symbols_of_one_type_can_be_told_apart(type_):
    pictures = {kind: _alone(type_, kind) for kind in TYPES[type_] if kind not in BUBBLES}
    assert len({p.tobytes() for p in pictures.values()}) == len(pictures)


@pytest.mark.parametrize(("type_", "kind"), ALL)
@pytest.mark.parametrize("turn", [0, 1, 4])
def test_ink_lies_in_the_box(type_, kind, turn):
    drawing = Drawing("x", type_, "T", "R", [Component(kind, "", 128, 128, 40, turn)])
    x0, y0, x1, y1 = render.bounding_box(drawing, drawing.components[0])
    dark = render.draw(drawing) < 128
    ys, xs = np.nonzero(dark)
    assert x0 - 2 <= xs.min() and xs.max() <= x1 + 2 and y0 - 2 <= ys.min() and ys.max() <= y1 + 2
    assert xs.max() - xs.min() > 0.8 * (x1 - x0) - 4  # and fills it


def test_four_quarter_turns_lead_back():
    start = symbol("piping", "control valve", 0)
    around = turned(turned(turned(turned(start, 1), 1), 1), 1)
    np.testing.assert_array_equal(around.segments, start.segments)
    assert around.box == start.box


def test_a_quarter_turn_takes_right_to_down():
    sketch = Sketch().line((0, 0), (100, 0)).letter("M", 50, 0, 20)
    assert turned(sketch.done(), 1).segments.tolist() == [[0, 0, 0, 100]]
    assert turned(sketch.done(), 1).letters == [("M", 0, 50, 20)]
    assert turned(sketch.done(steady=True), 1).letters == [("M", 50, 0, 20)]
    assert turned(sketch.done(), 4).segments.tolist() == [[0, 0, -100, 0]]


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="no symbol for kind 'gate valve' in a plan drawing"):
        symbol("plan", "gate valve", 0)
