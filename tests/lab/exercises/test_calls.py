import numpy as np
import pytest

from labkit.lab.exercises.calls import same


class Unwilling:
    def __eq__(self, other):
        raise RuntimeError("compared")

    __hash__ = None


@pytest.mark.parametrize(
    ("got", "wanted", "expected"),
    [
        (["a", "b"], ["a", "b"], True),
        (np.array(["a", "b"]), ["a", "b"], True),
        (("a", "b"), ["a", "b"], True),
        (["a"], ["a", "b"], False),
        ([[1], [1, 2]], [[1], [1, 2]], True),
        ([[1], [1, 3]], [[1], [1, 2]], False),
        ([("a", 1.0)], [("a", 1.0 + 1e-9)], True),
        (np.array("a"), ["a"], False),
        ("a", ["a"], False),
        ("1.8", 1.8, False),
        ("much", 1.8, False),
        ([1, "x"], [1, 2], False),
        (..., 1.8, False),
    ],
)
def test_an_answer_equals_what_was_wanted_or_not(got, wanted, expected):
    assert same(got, wanted) is expected


@pytest.mark.parametrize("wanted", [1.8, [1.0, 2.0], "a", ["a"], {"a": 1}])
def test_an_answer_that_cannot_be_compared_is_never_asked(wanted):
    assert same(Unwilling(), wanted) is False
