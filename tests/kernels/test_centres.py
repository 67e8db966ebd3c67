"""The nearest centres of each kernel against the plain one, whatever the shapes, lengths and ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels import centres, int8_ir

KERNELS = pytest.mark.parametrize("kernel", ["bytes", "floats"])


def found(vectors, rows, kernel, threads=1):
    """What a kernel finds, and what the plain one does."""
    with pytest.MonkeyPatch.context() as patch:
        if kernel == "floats":
            patch.setattr(int8_ir, "available", lambda: False)
        fast = centres.finder(rows, threads)(vectors)
        patch.setenv("LABKIT_SIMD", "0")
        return fast, centres.finder(rows, threads)(vectors)


@pytest.mark.filterwarnings("ignore:overflow")  # numbers of 1e16 go the plain way
@KERNELS
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_all_kernels_find_the_same(kernel, data):
    n, c, d = (data.draw(st.integers(1, most)) for most in (80, 60, 70))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    whole = data.draw(st.booleans())  # whole numbers: many ties
    made = [rng.integers(-2, 3, (m, d)) if whole else rng.standard_normal((m, d)) for m in (n, c)]
    size = 10.0 ** data.draw(st.sampled_from([-30, -21, -6, 0, 6, 14, 16]))
    vectors, rows = ((rows * size).astype(np.float32) for rows in made)
    np.testing.assert_array_equal(*found(vectors, rows, kernel))


@KERNELS
def test_vectors_of_very_different_lengths_and_copies(kernel):
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((300, 33)) * np.exp(4 * rng.standard_normal((300, 1)))).astype(np.float32)
    rows[250:] = rows[:50]
    vectors = np.concatenate([rows, np.zeros((1, 33), np.float32), rows * np.float32(1.01)])
    fast, plain = found(vectors, rows, kernel, threads=2)
    np.testing.assert_array_equal(fast, plain)
    assert (fast[:250] == np.arange(250)).mean() > 0.9  # a row's own, but where a shorter one is nearer by rounding
    assert (fast < 250).all()  # of two copies the first


def test_no_vectors_and_strided_ones():
    rows = np.eye(3, dtype=np.float32)
    assert len(centres.finder(rows, 1)(np.empty((0, 3), np.float32))) == 0
    assert centres.finder(rows, 1)(np.repeat(rows, 2, axis=0)[::2]).tolist() == [0, 1, 2]


def test_means_by_hand():
    vectors = np.array([[1, 2], [3, 6], [10, 0], [0, 1]], np.float32)
    made = centres.means(vectors, np.array([0, 0, 3, 2]), 2)
    np.testing.assert_array_equal(made, [[2, 4], [0, 1], [10, 0]])
