import pytest

from labkit.search.engine import Fused, Nearest, funnel
from labkit.search.engine.stages import fields_of, most_hits

BOTH = (Nearest("vectors", limit=30), Nearest("sparse", limit=20))


def test_a_funnel_names_its_fields_from_the_outside_in():
    found = funnel([(64, 1000), (128, 100)])
    assert (found.field, found.among.field, found.among.among.field) == ("vectors", "vectors128", "vectors64")
    assert (found.among.limit, found.among.among.limit) == (100, 1000)
    assert fields_of(found) == {"vectors", "vectors128", "vectors64"}
    assert most_hits(found) == 100


def test_what_a_pipeline_can_hand_on_at_most():
    assert most_hits(Nearest()) is None
    assert most_hits(Fused(BOTH)) == 50
    assert most_hits(Nearest("tokens", among=Fused(BOTH, limit=40))) == 40


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Nearest(limit=0), ValueError, "at least 1"),
        (lambda: Nearest(limit=2.5), TypeError, "whole number"),
        (lambda: Nearest(oversample=0.5), ValueError, "at least 1"),
        (lambda: Nearest(oversample=float("nan")), ValueError, "at least 1"),
        (lambda: Nearest(ef=0), ValueError, "at least 1"),
        (lambda: Nearest("tokens", oversample=2), ValueError, "oversample tunes"),
        (lambda: Nearest(exact=True, ef=10), ValueError, "ef tunes"),
        (lambda: Nearest(among=Nearest("vectors64"), oversample=2), ValueError, "oversample tunes"),
        (lambda: Nearest(among="vectors64"), TypeError, "among should be a stage"),
        (lambda: Nearest(among=Fused(BOTH, weights=(1, 1))), ValueError, "only be the last"),
        (lambda: Fused((Fused(BOTH, weights=(1, 1)),)), ValueError, "only be the last"),
        (lambda: Fused(()), ValueError, "no stages"),
        (lambda: Fused(("vectors",)), TypeError, "Nearest or Fused"),
        (lambda: Fused(BOTH, rank_constant=-1), ValueError, "at least 0"),
        (lambda: Fused(BOTH, rank_constant=60.5), ValueError, "whole number"),
        (lambda: Fused(BOTH, weights=(1,)), ValueError, "2 numbers"),
        (lambda: Fused(BOTH, weights=(1, -1)), ValueError, "at least 0"),
        (lambda: funnel([]), ValueError, "at least one stage"),
        (lambda: funnel([(128, 100), (64, 50)]), ValueError, "should rise"),
    ],
)
def test_stages_that_make_no_sense_are_refused(make, error, says):
    with pytest.raises(error, match=says):
        make()
