import pytest

from labkit.search.bm25 import BM25Index
from labkit.search.feedback import RelevanceFeedback

TEXTS = [
    "alpha beta beta gamma",
    "alpha beta",
    "beta delta",
    "epsilon",
]


@pytest.fixture
def index():
    return BM25Index(TEXTS, stemmer=None, stop_words=None)


def test_weights_are_those_computed_by_hand(index):
    (d1, s1), (d2, s2) = next(iter(index.search(["alpha"], 2)))
    p = {d1: s1 / (s1 + s2), d2: s2 / (s1 + s2)}
    words = {
        "alpha": p[0] / 4 + p[1] / 2,
        "beta": p[0] * 2 / 4 + p[1] / 2,
        "gamma": p[0] / 4,
    }
    kept = words["alpha"] + words["beta"]
    wanted = {"alpha": 0.6 + 0.4 * words["alpha"] / kept, "beta": 0.4 * words["beta"] / kept}
    feedback = RelevanceFeedback(index, TEXTS, hits=2, terms=2, share=0.4)
    assert feedback.expand("alpha") == pytest.approx(wanted)


def test_a_share_of_zero_changes_no_order(index):
    feedback = RelevanceFeedback(index, TEXTS, share=0)
    for query in ("alpha", "beta delta", "alpha gamma"):
        assert feedback.search([query], 4).ids.tolist() == index.search([query], 4).ids.tolist()


def test_it_finds_a_document_without_the_querys_word(index):
    assert 2 not in index.search(["alpha"], 4).ids
    assert 2 in RelevanceFeedback(index, TEXTS).search(["alpha"], 4).ids


@pytest.mark.parametrize("query", ["", "the", "zzz", "水 \U0001f600", "(a|b)*", "unknown " * 10_000])
def test_a_query_that_finds_nothing_still_finds_nothing(query):
    feedback = RelevanceFeedback(BM25Index(TEXTS), TEXTS)
    assert feedback.expand(query) == {}
    assert (feedback.search([query], 3).ids == -1).all()


def test_a_long_query_is_answered(index):
    assert RelevanceFeedback(index, TEXTS).search(["alpha delta " * 10_000], 2).ids[0, 0] >= 0


def test_wrong_settings_are_refused(index):
    with pytest.raises(ValueError, match="4 documents, but 1"):
        RelevanceFeedback(index, TEXTS[:1])
    with pytest.raises(ValueError, match="0 to 1"):
        RelevanceFeedback(index, TEXTS, share=1.5)
    with pytest.raises(ValueError, match="at least 1"):
        RelevanceFeedback(index, TEXTS, hits=0)
    with pytest.raises(TypeError, match="list of texts"):
        RelevanceFeedback(index, TEXTS).search("alpha", 3)
