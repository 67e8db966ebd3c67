import itertools

import numpy as np
import pytest

from labkit.measure.intervals import bootstrap_ci, paired_difference, randomisation_test, small_sample_note


def test_all_resamples_of_two_values_by_hand():
    # Means of two draws from {0, 1}: 0, .5, .5, 1, each a quarter; so the middle 95 % reaches both ends.
    assert bootstrap_ci([0.0, 1.0]) == (0.0, 1.0)
    # The middle 40 % lies inside the half of the draws that give .5.
    assert bootstrap_ci([0.0, 1.0], level=0.4) == (0.5, 0.5)


def test_close_to_the_normal_interval_for_many_values():
    values = np.random.default_rng(1).normal(0.5, 0.2, 1000)
    half = 1.96 * values.std() / np.sqrt(len(values))
    low, high = bootstrap_ci(values)
    assert low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_the_interval_holds_the_true_mean_as_often_as_it_says():
    rng = np.random.default_rng(2)
    held = [low <= 0.3 <= high for low, high in (bootstrap_ci(rng.beta(3, 7, 80), resamples=500) for _ in range(400))]
    assert 0.91 < np.mean(held) < 0.98


def test_seeds_make_it_reproducible():
    values = np.random.default_rng(3).random(50)
    assert bootstrap_ci(values, seed=1) == bootstrap_ci(values, seed=1)
    assert bootstrap_ci(values, seed=1) != bootstrap_ci(values, seed=2)
    assert bootstrap_ci(values, level=0.99).low < bootstrap_ci(values, level=0.5).low


@pytest.mark.parametrize("n", [1, 4, 9, 13])
def test_small_samples_try_every_sign_pattern(n):
    d = np.random.default_rng(n).normal(0.3, 1, n)
    as_large = [abs(np.dot(s, d)) >= abs(d.sum()) - 1e-9 for s in itertools.product((1, -1), repeat=n)]
    assert randomisation_test(d) == np.mean(as_large)


def test_random_patterns_agree_with_a_plain_loop():
    d = np.random.default_rng(5).normal(0.1, 1, 60)
    rng = np.random.default_rng(6)
    plain = np.mean([abs((rng.choice([-1, 1], 60) * d).sum()) >= abs(d.sum()) for _ in range(5000)])
    assert randomisation_test(d) == pytest.approx(plain, abs=0.03)


def test_p_is_uniform_when_there_is_no_difference():
    rng = np.random.default_rng(7)
    p = np.array([randomisation_test(rng.normal(0, 1, 30), resamples=400) for _ in range(400)])
    assert 0.02 < (p < 0.05).mean() < 0.09
    assert 0.42 < (p < 0.5).mean() < 0.58


def test_equal_searchers_and_clear_differences():
    a = np.random.default_rng(8).random(100)
    assert paired_difference(a, a) == (0.0, 0.0, 0.0, 1.0)
    better = paired_difference(a + 0.1, a)
    assert better.mean == pytest.approx(0.1)
    assert better.low == pytest.approx(0.1)
    assert better.p == pytest.approx(1 / 10_001)
    worse = paired_difference(a, a + 0.1)
    assert worse.mean == pytest.approx(-0.1)


def test_the_paired_interval_is_narrower_than_the_single_ones():
    rng = np.random.default_rng(9)
    hard = rng.random(200)
    a, b = hard + rng.normal(0.02, 0.02, 200), hard + rng.normal(0, 0.02, 200)
    d, single = paired_difference(a, b), bootstrap_ci(a)
    assert d.high - d.low < 0.2 * (single.high - single.low)
    assert d.low > 0


@pytest.mark.parametrize("values", [[], [0.1, np.nan], [np.inf], [[0.1], [0.2]]])
def test_values_that_cannot_be_averaged_are_refused(values):
    with pytest.raises(ValueError, match="values"):
        bootstrap_ci(values)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="level"):
        bootstrap_ci([0.1], level=95)
    with pytest.raises(ValueError, match="3 values and b 2"):
        paired_difference([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="resamples"):
        bootstrap_ci([0.1], resamples=0)


def test_small_samples_are_pointed_out():
    assert small_sample_note(1).startswith("Only 1 query:")
    assert small_sample_note(29) and not small_sample_note(30)
