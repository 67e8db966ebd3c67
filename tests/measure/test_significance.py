import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.measure.power import queries_needed, smallest_visible
from labkit.measure.significance import compare_pairs, holm


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
    ],
)
def test_what_cannot_be_compared_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
