import numpy as np
import pytest

from labkit.data.drawing import lettering


def test_an_l_is_two_strokes_in_its_place():
    # L is "00 06 46": down the left side, then along the foot; 4 x 8/60 wide and 6 x 10/60 high
    strokes = lettering.letters([("L", 100, 50, 60)])
    assert strokes.tolist() == [[84, 20, 84, 80], [84, 80, 116, 80]]


def test_text_is_centred_and_as_wide_as_said():
    strokes = lettering.letters([("HH", 0, 0, 600)])
    xs = strokes[:, [0, 2]]
    assert xs.max() - xs.min() == lettering.width("HH", 600) == 530 + 320
    assert abs(xs.max() + xs.min()) <= 1


def test_glyphs_differ_from_each_other():
    drawn = {c: lettering.letters([(c, 0, 0, 60)]).tobytes() for c in lettering.GLYPHS if c not in "O0 "}
    assert len(set(drawn.values())) == len(drawn)


def test_nothing_to_write():
    assert lettering.letters([]).shape == (0, 4) == lettering.letters([(" ", 0, 0, 10)]).shape
    assert lettering.width("", 10) == 0


def test_unknown_characters_are_named():
    with pytest.raises(ValueError, match="no glyph for 'é' in 'Té'"):
        lettering.letters([("Té", 0, 0, 20)])


def test_all_texts_at_once_equal_one_by_one():
    texts = [("P-101", 10, 20, 22), ("XV", 300, -40, 18)]
    np.testing.assert_array_equal(lettering.letters(texts), np.concatenate([lettering.letters([t]) for t in texts]))
