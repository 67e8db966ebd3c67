import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.drawing import canvas

coordinate = st.integers(-200, 400)


def test_a_filled_square_covers_exactly_its_points():
    ink = canvas.blank(8)
    canvas.fill(ink, np.array([(4, 4), (11, 4), (11, 11), (4, 11)]), canvas.BLACK)
    assert int((ink > 0).sum()) == 64
    picture = canvas.picture(ink)
    assert picture[1:3, 1:3].tolist() == [[240, 240], [240, 240]] and picture.sum() == 4 * 240


def test_fill_takes_corners_either_way_round():
    corners = np.array([(0, 0), (20, 3), (9, 25)])
    one, other = canvas.blank(8), canvas.blank(8)
    canvas.fill(one, corners, 9)
    canvas.fill(other, corners[::-1], 9)
    assert one.any()
    np.testing.assert_array_equal(one, other)


def test_a_level_stroke_is_as_wide_as_its_brush():
    ink = canvas.blank(16)
    canvas.stroke(ink, np.array([(8, 32, 56, 32)]), width=4)
    column = ink[canvas.PAD : -canvas.PAD, canvas.PAD + 30]
    assert int((column > 0).sum()) == 4


@pytest.mark.parametrize("width", [2, 3, 4, 5, 8, 11])
def test_brushes_are_round_and_of_the_width_asked_for(width):
    row = 1000
    offsets = canvas.brush(width, row)
    x = (offsets + row // 2) % row - row // 2
    y = (offsets - x) // row
    assert x.max() - x.min() + 1 == width == y.max() - y.min() + 1
    assert set(zip(x.tolist(), y.tolist(), strict=True)) == set(zip(y.tolist(), x.tolist(), strict=True))


@given(st.lists(st.tuples(coordinate, coordinate, coordinate, coordinate), max_size=6), st.integers(2, 12))
def test_strokes_join_their_ends_and_never_leave_the_canvas(segments, width):
    ink = canvas.blank(32)
    canvas.stroke(ink, np.array(segments, np.int64).reshape(-1, 4), width)
    for x0, y0, x1, y1 in segments:
        for x, y in ((x0, y0), (x1, y1)):
            if 0 <= x < 128 and 0 <= y < 128:
                assert ink[y + canvas.PAD, x + canvas.PAD] == canvas.BLACK


def test_picture_is_the_mean_of_four_by_four_points():
    ink = canvas.blank(4)
    ink[canvas.PAD, canvas.PAD] = 15
    ink[canvas.PAD + 3, canvas.PAD + 7] = 9
    assert canvas.picture(ink)[0].tolist() == [15, 9, 0, 0]
