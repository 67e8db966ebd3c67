import numpy as np
import pytest

from labkit.measure.growth import exact_by_size, shortlist_recall, time_stages
from labkit.measure.scaling import Line, RecallTrend, SlowGrowth
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


SIZES = np.array([1e5, 2.5e5, 5e5, 1e6])


def straight(n):
    return 0.4 + 0.6 * n / 1e6


def in_logarithm(n):
    return 0.65 + 0.05 * np.log(n / 1e5)


def as_power(n):
    return 0.65 * (n / 1e5) ** 0.08


def timed(truth, n, rng, shared, own):
    """Four timings at each size; `shared` is the error that all four of a size have in common."""
    sizes = np.repeat(np.atleast_1d(n), 4).reshape(-1, 4)
    errors = (1 + rng.normal(0, shared, (len(sizes), 1))) * (1 + rng.normal(0, own, sizes.shape))
    return sizes.ravel(), (truth(sizes) * errors).ravel()


def coverage(fit, truth, shared, own, target=1e7, times=600):
    """How often the interval holds the mean of four timings at the target."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(times):
        _, low, high = fit(*timed(truth, SIZES, rng, shared, own)).predict(target)
        held += low <= timed(truth, target, rng, shared, own)[1].mean() <= high
    return held / times


@pytest.mark.parametrize(("shared", "own"), [(0, 0.03), (0.02, 0.02), (0.03, 0.01)])
def test_intervals_of_a_scan_hold_as_often_as_they_say(shared, own):
    """Also where repeats agree with each other and miss the line together: 95 % give or take three standard errors."""
    assert 0.92 <= coverage(lambda x, y: Line.fit(x, y, relative=True), straight, shared, own) <= 0.98


def test_repeats_are_not_taken_for_sizes():
    """Every timing as a place of its own: the interval that a reader may not be shown."""

    def fit(x, y):
        return Line.fit(x + np.tile([0, 1, 2, 3], 4), y, relative=True)

    assert coverage(fit, straight, 0.03, 0.01) < 0.8


@pytest.mark.parametrize("truth", [in_logarithm, as_power])
@pytest.mark.parametrize(("shared", "own"), [(0, 0.03), (0.02, 0.02), (0.003, 0.003)])
def test_intervals_of_slow_growth_hold_whichever_shape_is_true(truth, shared, own):
    """Two shapes are spanned, so a little more often than 95 %."""
    assert 0.93 <= coverage(SlowGrowth.fit, truth, shared, own) <= 0.995


def test_one_shape_alone_would_not_hold_the_other():
    """At a billion a power has left the line that fits it up to a million."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        n, ms = timed(as_power, SIZES, rng, 0.001, 0.001)
        _, low, high = Line.fit(np.log(n), ms, relative=True).predict(np.log(1e9))
        held += low <= as_power(1e9) <= high
    assert held / 200 < 0.5


def test_weights_by_hand():
    """Values 1 and 2 and 6 with errors in proportion: normal equations with weights 1, 1/4 and 1/36."""
    x, y = np.array([0.0, 1, 2]), np.array([1.0, 2, 6])
    w = 1 / y**2
    a = np.linalg.solve([[w.sum(), w @ x], [w @ x, w @ x**2]], [w @ y, w @ (x * y)])
    line = Line.fit(x, y, relative=True)
    assert (line.intercept, line.slope) == pytest.approx(tuple(a))
    assert line.scatter == pytest.approx(np.sqrt((w * (y - a[0] - a[1] * x) ** 2).sum()))
    assert line.spread == pytest.approx(np.linalg.inv([[w.sum(), w @ x], [w @ x, w @ x**2]]))


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
        lambda: Line.fit([1, 2, 3], [1, np.nan, 3]), lambda: Line.fit([1, 1, 2, 2], [1, 2, 3, 4]),
        lambda: Line.fit([1, 2, 3], [1, 0, 3], relative=True), lambda: SlowGrowth.fit([1, 2, 3], [1, -1, 2]),
        lambda: SlowGrowth.fit([0, 2, 3], [1, 1, 2]), lambda: RecallTrend.fit([10], [[1.0]]),
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
