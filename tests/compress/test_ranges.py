import numpy as np
import pytest

from labkit.compress.ranges import calibrate


def test_a_shared_range_by_hand():
    ranges = calibrate([[1.27, 0.0], [0.0, -0.5]], bits=8, per_dimension=False, quantile=1.0)
    np.testing.assert_allclose(ranges.step, [0.01, 0.01], rtol=1e-6)
    assert (ranges.lowest, ranges.highest) == (-127, 127)
    # 0.014 is nearest to level 1; what lies outside is clipped, not wrapped round
    assert ranges.levels([[0.014, -0.5], [9.0, -9.0]]).tolist() == [[1, -50], [127, -127]]


def test_a_range_for_each_dimension_by_hand():
    # 0 to 25.5 in 256 levels: steps of 0.1 from level -128 up; the second dimension the same, moved by 100
    ranges = calibrate([[0.0, 100.0], [25.5, 125.5]], bits=8, per_dimension=True, quantile=1.0)
    np.testing.assert_allclose(ranges.step, [0.1, 0.1], rtol=1e-6)
    assert ranges.levels([[0.0, 100.1], [25.5, 112.8]]).tolist() == [[-128, -127], [127, 0]]
    np.testing.assert_allclose(ranges.values(np.array([[-128, 0]], np.int8)), [[0.0, 112.8]], atol=1e-5)


@pytest.mark.parametrize("per_dimension", [False, True])
@pytest.mark.parametrize("bits", [4, 8])
def test_values_of_levels_are_half_a_step_away_at_most(bits, per_dimension):
    x = np.random.default_rng(0).standard_normal((300, 12)).astype(np.float32) * np.linspace(0.1, 3, 12)
    ranges = calibrate(x, bits=bits, per_dimension=per_dimension, quantile=1.0)
    assert (np.abs(ranges.values(ranges.levels(x)) - x) <= ranges.step * 0.5001).all()
    assert ranges.clipped_share(x) == 0


@pytest.mark.parametrize("per_dimension", [False, True])
def test_the_quantile_sets_how_much_is_clipped(per_dimension):
    x = np.random.default_rng(1).standard_normal((4000, 6))
    ranges = calibrate(x, bits=8, per_dimension=per_dimension, quantile=0.9)
    assert ranges.clipped_share(x) == pytest.approx(0.1, abs=0.01)
    levels = ranges.levels(x)
    assert ((levels > 0) == (x > ranges.offset + ranges.step / 2)).mean() > 0.999  # signs survive the clipping


def test_opposite_vectors_get_opposite_levels():
    x = np.random.default_rng(2).standard_normal((50, 9))
    ranges = calibrate(x, bits=8, per_dimension=False, quantile=0.99)
    np.testing.assert_array_equal(ranges.levels(-x), -ranges.levels(x))


@pytest.mark.parametrize("n", [0, 1])
def test_calibration_on_one_vector_is_refused(n):
    with pytest.raises(ValueError, match=f"at least 2 vectors, better 1,000, but got {n}"):
        calibrate(np.ones((n, 4)), bits=8, per_dimension=False, quantile=1.0)


def test_a_constant_dimension_is_refused():
    x = np.random.default_rng(3).standard_normal((20, 4))
    x[:, 2] = 0.25
    with pytest.raises(ValueError, match=r"dimension 2 .* no spread \(0.25 to 0.25\)"):
        calibrate(x, bits=8, per_dimension=True, quantile=1.0)
    calibrate(x, bits=8, per_dimension=False, quantile=1.0)


def test_vectors_of_zeros_are_refused():
    with pytest.raises(ValueError, match="all zero"):
        calibrate(np.zeros((5, 4)), bits=8, per_dimension=False, quantile=1.0)


@pytest.mark.parametrize("quantile", [0.0, -0.5, 1.1, float("nan")])
def test_a_quantile_that_is_no_share_is_refused(quantile):
    with pytest.raises(ValueError, match="quantile should be"):
        calibrate(np.eye(4), bits=8, per_dimension=False, quantile=quantile)
