import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

import labkit
from labkit.measure.metrics import evaluate
from labkit.measure.significance import (
    change_between,
    compare_pairs,
    flip_share,
    holm,
    queries_needed,
    redraws,
    smallest_visible,
)


def test_holm_by_hand():
    # Sorted: .01 x 4, .02 x 3, .03 x 2, .9 x 1.
    assert holm([0.03, 0.01, 0.9, 0.02]) == pytest.approx([0.06, 0.04, 0.9, 0.06])
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([]) == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, 1.5])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_the_plain_and_bonferronis_p_and_keeps_the_order(p):
    adjusted = holm(p)
    assert all(plain <= one <= min(1, plain * len(p)) + 1e-12 for plain, one in zip(p, adjusted, strict=True))
    order = np.argsort(p, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()


def test_holm_keeps_false_discoveries_at_five_percent():
    rng = np.random.default_rng(0)
    families = [holm(list(rng.random(10))) for _ in range(2_000)]
    assert np.mean([min(family) < 0.05 for family in families]) == pytest.approx(0.05, abs=0.015)


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
    if d.std() < 1e-6:
        return
    effect = smallest_visible(d, n)
    assert queries_needed(d, effect=effect) == pytest.approx(n, abs=1)


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
    # A third of the time the mean of three fair coins' signs has the other sign than +; ties count as no winner.
    assert flip_share([1.0, -1.0, 1.0, -1.0], 1, repeats=20_000) == pytest.approx(0.5, abs=0.02)


def test_pairs_are_named_best_first_and_corrected_together():
    rng = np.random.default_rng(0)
    base = rng.random(120)
    values = {
        "worst": base - 0.2,
        "best": base + rng.normal(0, 0.1, 120),
        "middle": base + rng.normal(0, 0.1, 120) - 0.1,
    }
    pairs = compare_pairs(values)
    assert [(pair.first, pair.second) for pair in pairs][0] == ("best", "worst")
    assert {(pair.first, pair.second) for pair in pairs} == {("best", "worst"), ("best", "middle"), ("middle", "worst")}
    assert all(pair.adjusted_p >= pair.difference.p and pair.queries == 120 for pair in pairs)
    seen = next(pair for pair in pairs if (pair.first, pair.second) == ("best", "middle"))
    d = values["best"] - values["middle"]
    assert seen.needed == queries_needed(d) and seen.visible == smallest_visible(d)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compare_pairs({"a": [1, 2]}), "at least two searches"),
        (lambda: compare_pairs({"a": [1, 2], "b": [1, 2, 3]}), "same queries"),
        (lambda: queries_needed([0.1]), "at least two of them"),
        (lambda: queries_needed([0.1, float("nan")]), "number 1 is not"),
        (lambda: queries_needed([0.1, 0.2], power=1), "between 0 and 1"),
        (lambda: smallest_visible([0.1, 0.2], 0), "at least 1, but is 0"),
        (lambda: redraws([0.1, 0.2], 0), "at least 1"),
    ],
)
def test_what_cannot_be_compared_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


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
