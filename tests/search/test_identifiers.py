import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.search.hits import Hits
from labkit.search.identifiers import IdentifierFirst, identifiers, weights_by_identifier
from labkit.search.runs import normalised


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("E-1042?", ["e-1042"]),
        ("seal 61-1001-02, not 61-1001-03", ["61-1001-02", "61-1001-03"]),
        ("HV-203A and hv-203a", ["hv-203a"]),
        ("Qwen3-14B or GPT-4o", ["qwen3-14b", "gpt-4o"]),
        ("np.argsort2 of x_1", ["np.argsort2", "x_1"]),
        ("wait 24-hour, 50mm, 10.3 bar, 16:30, 1/2 turn, 0.8mm, 2,000 m3/h", ["m3/h"]),
        ("HV\u2011203A leaks", ["hv-203a"]),
        ("61\u20131001\u221202 or 61\u20101001\u201202", ["61-1001-02"]),
        ("ＨＶ－２０３Ａ", ["hv-203a"]),
        ("A100\u2122, E-1042\u00b2", ["a100", "e-1042"]),
        ("25m\u00b2 at 10\u207b\u00b3, 50मिमी, 3\u00bd, 10\u33a1", ["10m2"]),
        ("", []),
        ("the two-stage pump [a-z]+ (x|y)* \\d 水泵 \U0001f600", []),
    ],
)
def test_codes_are_told_from_words_and_quantities(text, codes):
    assert identifiers(text) == codes


def test_a_text_is_wanted():
    with pytest.raises(TypeError, match="int"):
        identifiers(7)


@given(st.text())
def test_every_code_stands_in_the_text_once(text):
    codes = identifiers(text)
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert code in normalised(text) and any(sign.isdigit() for sign in code)


class Fixed:
    def __init__(self, *lists):
        self.lists = lists

    def search(self, queries, k):
        return Hits.from_lists(self.lists[: len(queries)], k)


TEXTS = ["pump E-1", "pump", "E-1 and E-2", "E-2", "nothing"]


def test_documents_with_the_code_come_first_then_the_searchers_order():
    hits = IdentifierFirst(Fixed([(1, 0.9), (4, 0.5), (0, 0.1)]), TEXTS).search(["pump e-1"], 5)
    # 0 holds the code and was found; 2 holds it and was not found; 1 and 4 keep their order.
    assert hits.ids.tolist() == [[0, 2, 1, 4, -1]]
    assert (np.diff(hits.scores[0, :4]) <= 0).all()


def test_a_typographic_dash_is_a_hyphen_in_documents_and_queries():
    for documents, query in ((["pump", "HV\u2013203A"], "HV-203A"), (["pump", "HV-203A"], "hv\u2011203a")):
        hits = IdentifierFirst(Fixed([(0, 9.0), (1, 1.0)]), documents).search([query], 2)
        assert hits.ids.tolist() == [[1, 0]]
    assert weights_by_identifier((3, 1))("E\u22121042") == (3, 1)


def test_more_codes_beat_one():
    hits = IdentifierFirst(Fixed([(0, 9.0), (3, 8.0)]), TEXTS).search(["E-1 E-2"], 4)
    assert hits.ids.tolist() == [[2, 0, 3, -1]]


def test_without_a_known_code_nothing_changes():
    found = [(1, 0.9), (4, 0.5)]
    hits = IdentifierFirst(Fixed(found, found), TEXTS).search(["pump", "E-9"], 3)
    assert hits.ids.tolist() == [[1, 4, -1]] * 2
    assert hits.scores[:, :2] == pytest.approx(np.array([[0.9, 0.5]] * 2))


def test_a_code_is_found_where_the_searcher_finds_nothing():
    assert IdentifierFirst(Fixed([]), TEXTS).search(["E-2"], 3).ids.tolist() == [[2, 3, -1]]


def test_weights_follow_the_query_and_must_fit():
    weights = weights_by_identifier((3, 1), (1, 2))
    assert weights("E-1042") == (3, 1) and weights("noise") == (1, 2)
    with pytest.raises(ValueError, match="3 and 2"):
        weights_by_identifier((1, 1, 1))


def test_no_queries_and_wrong_queries():
    searcher = IdentifierFirst(Fixed(), TEXTS)
    assert searcher.search([], 3).ids.shape == (0, 3)
    with pytest.raises(TypeError, match="list of texts"):
        searcher.search("E-1", 3)


def test_what_was_not_found_follows_what_was_even_if_it_holds_the_code_too():
    class OneHit:
        def search(self, queries, k):
            return Hits.from_lists([[(5, 9.0), (4, 3.0)]] * len(queries), k)

    documents = ["code E-1042", "x", "x", "x", "also E-1042 here", "pump"]
    hits = IdentifierFirst(OneHit(), documents).search(["E-1042"], 3)
    assert hits.ids.tolist() == [[4, 0, 5]]
    assert (np.diff(hits.scores[0]) < 0).all()
