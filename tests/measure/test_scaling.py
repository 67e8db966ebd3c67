import numpy as np
import pytest

from labkit.measure.growth import exact_by_size, shortlist_recall, time_stages
from labkit.measure.scaling import Line, RecallTrend
from labkit.search.chain import prefix_codes
from labkit.search.flat import FlatIndex
from labkit.search.hits import Hits


def test_line_matches_a_textbook_example():
    """scipy's regression, and its prediction interval computed by hand."""
    from scipy import stats

    x, y = np.array([1.0, 2, 3, 4, 5]), np.array([1.2, 1.9, 3.2, 3.8, 5.1])
    line, peer = Line.fit(x, y), stats.linregress(x, y)
    assert (line.slope, line.intercept) == pytest.approx((peer.slope, peer.intercept))
    s = np.sqrt(((y - peer.intercept - peer.slope * x) ** 2).sum() / 3)
    reach = stats.t.ppf(0.975, 3) * s * np.sqrt(1 + 1 / 5 + (10 - 3) ** 2 / 10)
    value, low, high = line.predict(10)
    assert (value, high - value, value - low) == pytest.approx((peer.intercept + 10 * peer.slope, reach, reach))


def test_prediction_intervals_hold_as_often_as_they_say():
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        x = np.tile([1.0, 2.5, 5, 10], 4)
        line = Line.fit(x, 3 + 2 * x + rng.normal(0, 0.5, 16))
        _, low, high = line.predict(100)
        held += low <= 3 + 200 + rng.normal(0, 0.5) <= high
    assert 0.92 <= held / 400 <= 0.98


def test_recall_trend_recovers_a_known_one():
    sizes = [100_000, 250_000, 500_000, 1_000_000]
    shares = 1 / (1 + np.exp(-(12 - 0.8 * np.log(sizes))))
    trend = RecallTrend.fit(sizes, np.random.default_rng(0).binomial(10, shares[:, None], (4, 400)) / 10)
    value, low, high = trend.predict(10_000_000)
    assert low < 1 / (1 + np.exp(-(12 - 0.8 * np.log(1e7)))) < high
    assert low < value < high and high - low < 0.2


@pytest.mark.parametrize(
    "fit",
    [
        lambda: Line.fit([1, 1, 1], [1, 2, 3]), lambda: Line.fit([1, 2], [1, 2]), lambda: Line.fit([1, 2, 3], [1, 2]),
        lambda: Line.fit([1, 2, 3], [1, np.nan, 3]), lambda: RecallTrend.fit([10], [[1.0]]),
        lambda: RecallTrend.fit([10, 20], [[1.0], [1.2]]), lambda: RecallTrend.fit([10, 20], [1.0, 0.5]),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_fit(fit):
    with pytest.raises(ValueError):
        fit()


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(1).standard_normal((700, 16)).astype(np.float32)


def test_exact_by_size_is_the_search_of_each_prefix(vectors, monkeypatch):
    monkeypatch.setattr("labkit.measure.growth._BLOCK", 64)
    vectors = np.concatenate([vectors, vectors])  # every document twice: ties go to the smaller id
    for size, hits in exact_by_size(vectors, vectors[:15], 10, [10, 100, 1400]).items():
        wanted = FlatIndex(vectors[:size]).search(vectors[:15], 10)
        assert np.array_equal(hits.ids, wanted.ids) and np.array_equal(hits.scores, wanted.scores)


@pytest.mark.parametrize("sizes", [[], [5], [20, 10], [10, 10], [10, 701]])
def test_sizes_must_rise(vectors, sizes):
    with pytest.raises(ValueError, match="rise"):
        exact_by_size(vectors, vectors[:2], 10, sizes)


def test_shortlist_recall_by_hand():
    exact = Hits.from_lists([[(1, 3.0), (2, 2.0)], [(5, 1.0)]], k=2)
    shortlist = Hits.from_lists([[(2, 9.0), (7, 8.0), (1, 7.0)], [(6, 1.0), (5, 0.5)]], k=3)
    assert shortlist_recall(shortlist, exact, [1, 2, 3]).tolist() == [[0.5, 0.0], [0.5, 1.0], [1.0, 1.0]]
    with pytest.raises(ValueError, match="same queries"):
        shortlist_recall(shortlist, Hits.from_lists([[(1, 1.0)]], k=1), [1])


def test_stages_say_what_they_read(vectors):
    first, second = time_stages(prefix_codes(vectors, 8), vectors, vectors[:3], candidates=50)
    assert (first.nbytes, second.nbytes) == (700, 50 * 64)
    assert first.milliseconds.shape == second.milliseconds.shape == (3,) and (first.milliseconds > 0).all()
    with pytest.raises(ValueError, match="no queries"):
        time_stages(prefix_codes(vectors, 8), vectors, vectors[:0], candidates=50)
