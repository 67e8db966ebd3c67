import math

import numpy as np
import pytest

from labkit.measure.redraw import change_between, flip_share, redraws


def test_redraws_have_the_mean_and_the_standard_error():
    d = np.random.default_rng(3).random(400) - 0.3
    means = redraws(d, 100, repeats=5_000)
    assert means.shape == (5_000,)
    assert means.mean() == pytest.approx(d.mean(), abs=0.002)
    assert means.std() == pytest.approx(d.std() / 10, rel=0.05)
    np.testing.assert_array_equal(means, redraws(d, 100, repeats=5_000))


def test_flips_become_rarer_with_more_queries():
    d = np.random.default_rng(3).standard_normal(300) + 0.2
    shares = [flip_share(d, n) for n in (5, 50, 500)]
    assert shares[0] > shares[1] > shares[2]
    assert flip_share(-d, 50) == pytest.approx(flip_share(d, 50), abs=1e-12)
    # One query of a draw is a fair coin: half of the time it names the other search.
    assert flip_share([1.0, -1.0, 1.0, -1.0], 1, repeats=20_000) == pytest.approx(0.5, abs=0.02)


def test_a_draw_of_no_queries_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        redraws([0.1, 0.2], 0)


def test_a_change_between_collections_is_seen_where_there_is_one_and_not_where_there_is_none():
    rng = np.random.default_rng(0)
    here, there = rng.normal(0.1, 0.3, 400), rng.normal(0.0, 0.5, 900)
    found = change_between(here, there)
    assert found.mean == pytest.approx(here.mean() - there.mean())
    error = math.sqrt(here.var() / 400 + there.var() / 900)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.05)
    assert found.p < 0.01 and found.low > 0
    noise = [change_between(rng.normal(0, 0.3, 40), rng.normal(0, 0.3, 60)).p < 0.05 for _ in range(200)]
    assert np.mean(noise) < 0.1
    assert change_between([0.1, 0.1], [0.1, 0.1]).p == 1.0


def test_a_draw_that_is_a_tie_but_for_rounding_names_no_winner():
    # Of the 64 draws of three, 34 have a mean of zero or below.
    assert flip_share([0.1, 0.2, -0.3, 0.1], 3, repeats=40_000) == pytest.approx(34 / 64, abs=0.01)


def test_equal_differences_are_no_change():
    assert change_between([0.1] * 4, [0.1] * 18).p == 1
    assert change_between([0.1] * 4, [0.2] * 18).p == 0
