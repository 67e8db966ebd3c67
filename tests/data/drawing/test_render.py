import copy
import dataclasses

import numpy as np
import pytest

from labkit.data.drawing import render, specify
from labkit.data.drawing.record import Component, Drawing, Line, Scan

SHEETS = [specify.specify(type_, "test", n) for type_ in specify.LAYOUTS for n in range(4)]


@pytest.mark.parametrize("drawing", SHEETS, ids=lambda d: d.id)
def test_what_changes_without_a_component_lies_in_its_box(drawing):
    drawing = copy.deepcopy(drawing)
    whole = render.draw(drawing).astype(int)
    for index in range(0, len(drawing.components), 3):
        less = copy.deepcopy(drawing)
        gone = less.components.pop(index)
        if gone.label is not None:  # its written tag would vanish too
            continue
        ys, xs = np.nonzero(np.abs(render.draw(less) - whole) > 40)
        x0, y0, x1, y1 = gone.box
        assert len(xs) > 10
        assert x0 - 3 <= xs.min() and xs.max() <= x1 + 3 and y0 - 3 <= ys.min() and ys.max() <= y1 + 3


@pytest.mark.parametrize("drawing", SHEETS[::4], ids=lambda d: d.id)
def test_a_smaller_picture_shows_the_same_sheet(drawing):
    drawing = dataclasses.replace(drawing, scan=Scan())  # noise is one grain a pixel at any size
    large = render.draw(drawing, 256).reshape(128, 2, 128, 2).mean(axis=(1, 3))
    small = render.draw(drawing, 128)
    assert np.corrcoef(large.ravel(), small.ravel())[0, 1] > 0.9


def test_clean_paper_is_white_and_a_wall_is_black():
    wall = Drawing(
        "x", "plan", "T", "R", [Component("stairs", "", 30, 30, 8)], lines=[Line("wall", [(60, 128), (200, 128)])]
    )
    picture = render.draw(wall)
    assert picture[200, 200] == 255 and picture[128, 130] == 0


def test_dashes_leave_gaps():
    sheet = Drawing("x", "piping", "T", "R", [Component("gate valve", "", 30, 30, 8)])
    sheet.lines = [Line("signal", [(60, 128), (200, 128)])]
    row = render.draw(sheet)[126:130, 70:190].min(axis=0)
    assert 0.2 < (row > 200).mean() < 0.6


def test_the_scan_turns_and_shifts_boxes_too():
    drawing = Drawing("x", "plan", "T", "R", [Component("first-aid kit", "", 200, 128, 10)])
    assert render.bounding_box(drawing, drawing.components[0]) == (190, 118, 210, 138)
    drawing.scan = Scan(shift=(8, -4))  # quarter pixels
    assert render.bounding_box(drawing, drawing.components[0]) == (192, 117, 212, 137)
    drawing.scan = Scan(turn=6554)  # a tenth of a radian, clockwise: 72 to the right goes 7 down
    x0, y0, x1, y1 = render.bounding_box(drawing, drawing.components[0])
    assert (x0 + x1) // 2 == 199 and (y0 + y1) // 2 == 135


def test_noise_depends_on_the_seed_alone():
    part = [Component("fuse", "", 128, 128, 14)]
    one, same, other = (
        render.draw(Drawing("x", "electrical", "T", "R", part, scan=Scan(grain=20, specks=50, blur=1, seed=s)))
        for s in (1, 1, 2)
    )
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("size", [0, 31, 1025])
def test_sizes_out_of_range_are_refused(size):
    with pytest.raises(ValueError, match=f"between 32 and 1024 pixels, got {size}"):
        render.draw(SHEETS[0], size)
