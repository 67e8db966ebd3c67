import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

import labkit
from labkit.measure.metrics import evaluate
from labkit.measure.power import queries_needed, smallest_visible


def test_queries_needed_by_hand():
    d = np.array([-1.0, 1.0] * 50)  # s = 1.00504
    # ((1.95996 + 0.84162) * 1.00504 / 0.5)^2 + 1.95996^2 / 2 = 31.71 + 1.92
    assert queries_needed(d, effect=0.5) == 34
    assert queries_needed(d) == math.inf
    assert queries_needed(np.full(9, 0.2)) == 2
    assert queries_needed(d, effect=-0.5) == queries_needed(d, effect=0.5)


def power_of(d, n, repeats=4_000, seed=1):
    """The share of draws of n queries whose t-test at 5 % sees the difference."""
    rng = np.random.default_rng(seed)
    return float(np.mean(ttest_1samp(d[rng.integers(len(d), size=(repeats, n))], 0, axis=1).pvalue < 0.05))


@pytest.mark.parametrize("effect", [0.2, 0.35])
@pytest.mark.parametrize("shape", ["normal", "mostly ties"])
def test_that_many_queries_see_it_four_times_in_five(effect, shape):
    rng = np.random.default_rng(7)
    d = rng.standard_normal(20_000)
    if shape == "mostly ties":  # two rankers put the same document first for two queries in three
        d = np.where(rng.random(20_000) < 2 / 3, 0, np.sign(d))
    d = d - d.mean()
    n = int(queries_needed(d, effect=effect * d.std()))
    assert power_of(d + effect * d.std(), n) == pytest.approx(0.8, abs=0.035)


def test_it_holds_for_real_searches_of_the_plant():
    """Subsampling real per-query differences: the predicted number of queries sees the real difference 80 % of the time."""
    plant = labkit.Collection.load("plant")
    encoder = labkit.load_encoder("wordllama-256")
    static = labkit.DenseRetriever(encoder, labkit.FlatIndex(encoder.encode_documents(plant.documents)))
    relevance = plant.relevance()
    values = [
        evaluate(searcher.search(plant.queries, 10), relevance, "nDCG@10")
        for searcher in (labkit.BM25Index(plant.documents), static)
    ]
    d = values[0] - values[1]
    n = int(queries_needed(d))
    assert 10 < n < 5_000
    assert power_of(d, n) == pytest.approx(0.8, abs=0.05)


@settings(max_examples=40)
@given(st.lists(st.floats(-1, 1), min_size=3, max_size=50), st.integers(10, 5_000))
def test_what_n_queries_can_see_needs_n_queries(values, n):
    d = np.array(values)
    assume(d.std() >= 1e-6)
    effect = smallest_visible(d, n)
    assert queries_needed(d, effect=effect) == pytest.approx(n, abs=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: queries_needed([0.1]), "at least two of them"),
        (lambda: queries_needed([0.1, float("nan")]), "number 1 is not"),
        (lambda: queries_needed([0.1, 0.2], power=1), "between 0 and 1"),
        (lambda: queries_needed([0.1, 0.2], effect=float("nan")), "effect should be"),
        (lambda: smallest_visible([0.1, 0.2], 0), "at least 1, but is 0"),
    ],
)
def test_what_cannot_be_reckoned_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_mean_that_is_zero_but_for_rounding_needs_endless_queries():
    values = 1 / np.arange(1.0, 21)
    assert abs((values - np.random.default_rng(1).permutation(values)).mean()) < 1e-15
    for seed in range(20):
        assert queries_needed(values - np.random.default_rng(seed).permutation(values)) == math.inf


def test_one_query_shows_nothing_and_each_more_shows_more():
    visible = [smallest_visible([0.1, 0.2, 0.4], n) for n in range(1, 9)]
    assert visible[0] == np.inf and (np.diff(visible[1:]) < 0).all()
