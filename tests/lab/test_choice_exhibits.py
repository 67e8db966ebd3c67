"""The exhibits of notebook 07: facts, costs, pairs and flips, the map, the ranking, the decision."""

import numpy as np
import pytest

from labkit.lab.choice_decision import decision_explorer, plot_decision, utilities, win_shares
from labkit.lab.choice_facts import cost_table, facts_explorer, facts_table, sources_table
from labkit.lab.choice_map import plot_bakeoff, plot_ranking
from labkit.lab.choice_pairs import flip_explorer, pairs_table, plot_flips
from labkit.measure.bakeoff_record import Bakeoff, Entry
from labkit.measure.intervals import paired_difference
from labkit.measure.redraw import flip_share
from labkit.measure.significance import compare_pairs


def entry(model, form, mean, memory, encode_ms, search_ms=0.0):
    rng = np.random.default_rng(len(model) + len(form))
    values = np.clip(mean + rng.normal(0, 0.05, 60), 0, 1)
    return Entry(model, form, values + mean - values.mean(), memory, memory, encode_ms, search_ms, None, None)


@pytest.fixture
def found():
    entries = (
        entry("good", "float32", 0.8, 1000.0, 10.0),
        entry("good", "int8", 0.79, 100.0, 10.0),
        entry("fast", "float32", 0.6, 1000.0, 0.1),
        entry("bad", "float32", 0.5, 1000.0, 100.0),
        entry("api", "float32", 0.7, 1000.0, None),
    )
    return Bakeoff(entries, "nDCG@10", "shop", tuple(map(str, range(60))), "60 queries")


def shown(box):
    return str(box.children[1].outputs[0]["data"])


def test_facts_are_shown_side_by_side_and_one_by_one_with_sources():
    table = facts_table("context", "price")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["BAAI/bge-m3"] == ("8,192 tokens", "no price")
    assert rows["jina-embeddings-v3"] == ("8,192 tokens", "not known")
    assert "US dollars" in table.caption
    one = sources_table("text-embedding-3-small")
    assert ("precisions", "float32 (as numbers or base64); no int8, no int4") == one.rows[5][:2]
    assert "developers.openai.com" in one.rows[5][2] and "No source found for: parameters, languages" in one.caption
    with pytest.raises(ValueError, match="no aspect is called 'colour'"):
        facts_table("colour")


def test_the_facts_explorer_shows_the_chosen_model():
    box = facts_explorer()
    (choice,) = box.children[0].children
    assert "text-embedding-3-small by OpenAI" in shown(box)
    choice.value = "jina-embeddings-v4"
    assert "32,768 tokens" in shown(box)


def test_costs_are_told_without_a_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    rows = {row[0]: row[1:] for row in cost_table(["abcd" * 1_000] * 5_000).rows}
    assert rows["openai/text-embedding-3-large"] == ("$0.65", "$0.13", "2026-07")
    assert rows["cohere/embed-v4.0"][1:] == ("$0.12", "2025-09, not confirmed")
    assert rows["jina/jina-embeddings-v3"] == ("no published price known", "", "")


def test_pairs_are_told_with_their_correction():
    rng = np.random.default_rng(0)
    base = rng.random(80)
    pairs = compare_pairs({"a": base, "b": base - 0.3 * rng.random(80), "same": base.copy()})
    table = pairs_table(pairs)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["a over b"][4] == "clear" and rows["a over same"][4:] == ("noise?", "never")
    assert "3 comparisons corrected together" in table.caption
    with pytest.raises(ValueError, match="no pairs"):
        pairs_table([])


@pytest.mark.parametrize("sign", [1, -1])
def test_flips_are_counted_on_their_side(sign):
    d = sign * (np.random.default_rng(0).normal(0, 0.3, 200) + 0.05)
    exhibit = plot_flips(d, ("one", "two"), 20)
    winner = "one" if sign > 0 else "two"
    ahead, behind = exhibit.figure.data
    share = flip_share(d, 20, repeats=4_000)
    assert (
        exhibit.figure.layout.title.text == f"20 queries name another winner than {winner} in {share:.0%} of the draws"
    )
    assert sum(behind.y) / 4_000 == share
    assert sum(ahead.y) + sum(behind.y) == 4_000 and min(ahead.x) > 0 > max(behind.x)


def test_the_flip_explorer_starts_with_the_closest_pair_and_redraws():
    rng = np.random.default_rng(0)
    values = {"far": rng.random(100) + 1, "one": rng.random(100), "two": rng.random(100)}
    box = flip_explorer(values)
    pair, queries = box.children[0].children
    assert pair.value == ("one", "two") and "20 queries name another winner" in shown(box)
    queries.value = 500
    assert "500 queries name another winner" in shown(box)
    pair.value = ("far", "one")
    assert "than far in 0% of the draws" in shown(box)
    with pytest.raises(ValueError, match="at least two"):
        flip_explorer({"one": [1, 2]})


def test_two_searches_that_never_differ_have_no_winner():
    exhibit = plot_flips(np.zeros(9), ("one", "two"), 5)
    assert "in 100% of the draws" in exhibit.figure.layout.title.text and sum(exhibit.figure.data[1].y) == 4_000


def test_the_map_has_a_front_for_bytes_and_one_for_milliseconds(found):
    exhibit = plot_bakeoff(found, "A finding")
    beaten, front, slow_beaten, fast_front = exhibit.figure.data
    assert list(front.text) == ["good (int8)", "good (float32)"] and list(front.x) == [100, 1000]
    assert list(fast_front.text) == ["fast (float32)", "good (float32)"]
    assert [trace.visible for trace in exhibit.figure.data] == [True, True, False, False]
    assert len(beaten.x) == 3 and len(slow_beaten.x) == 2  # the API was not timed
    assert front.error_y.array[1] == pytest.approx(found["good"].quality.high - found["good"].quality.mean)
    buttons = exhibit.figure.layout.updatemenus[0].buttons
    assert buttons[1].args[0]["visible"] == [False, False, True, True]
    assert "by milliseconds: fast (float32), good (float32)" in exhibit.summary


def test_the_ranking_is_told_for_each_collection(found):
    exhibit = plot_ranking({"here": found, "there": found}, "good", ["fast", "bad"], "A finding")
    first = exhibit.figure.data[0]
    want = [paired_difference(found[name].values, found["good"].values) for name in ("fast", "bad")]
    assert list(first.x) == pytest.approx([d.mean for d in want])
    assert list(first.error_x.array) == pytest.approx([d.high - d.mean for d in want])
    assert "On here: good 0.800 > fast 0.600 > bad 0.500" in exhibit.summary
    with pytest.raises(KeyError, match="no entry 'cat'"):
        plot_ranking({"here": found}, "good", ["cat"], "A finding")
    with pytest.raises(ValueError, match="at least one"):
        plot_ranking({}, "good", ["bad"], "A finding")


def test_utilities_are_logarithmic_for_costs_and_the_unknown_is_worst(found):
    table = utilities(list(found.entries))
    assert table[:, 0] == pytest.approx([1, 0.29 / 0.3, 1 / 3, 0, 2 / 3])
    assert table[:, 1] == pytest.approx([0, 1, 0, 0, 0])
    assert table[:, 2] == pytest.approx([1 / 3, 1 / 3, 1, 0, 0])


def test_win_shares_follow_the_weights():
    shares = win_shares(np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]]))
    assert shares.sum() == pytest.approx(1) and shares[0] == pytest.approx(0.5, abs=0.03) and shares[2] == 0
    assert win_shares(np.array([[1.0, 1.0], [1.0, 1.0]])).tolist() == [0.5, 0.5]


def test_the_decision_is_the_weighted_mean(found):
    assert "good (float32)" in plot_decision(found, 1, 0, 0).figure.layout.title.text
    assert "good (int8)" in plot_decision(found, 1, 1, 0).figure.layout.title.text
    assert "fast (float32)" in plot_decision(found, 0, 0, 1).figure.layout.title.text
    exhibit = plot_decision(found, 2, 1, 1)
    total = np.sum([trace.x for trace in exhibit.figure.data], axis=0)
    assert total[0] == pytest.approx((2 * 0.29 / 0.3 + 1 + 1 / 3) / 4)
    assert (np.diff(total) <= 0).all()
    assert "good (int8): nDCG@10 0.790" in exhibit.summary and "of all possible weights" in exhibit.summary


def test_limits_and_weights_that_leave_nothing_are_said(found):
    with pytest.raises(ValueError, match="at most 50 bytes"):
        plot_decision(found, 1, 1, 1, limit=50)
    assert "good (int8)" in plot_decision(found, 1, 0, 0, limit=100).figure.layout.title.text
    for weights in ((0, 0, 0), (-1, 1, 1), (float("nan"), 1, 1)):
        with pytest.raises(ValueError, match="0 or more and not all zero"):
            plot_decision(found, *weights)


def test_the_decision_explorer_redraws(found):
    box = decision_explorer(found)
    quality, size, speed, limit = box.children[0].children
    quality.value, size.value = 0, 0
    assert "With these weights: fast (float32)" in shown(box)
    speed.value = 0
    assert "not all zero" in shown(box)
    quality.value = 10
    assert "With these weights: good (float32)" in shown(box)
    limit.value = 100
    assert "With these weights: good (int8)" in shown(box)
    limit.value = 20
    assert "raise the limit" in shown(box)
