from dataclasses import dataclass

import numpy as np
import pytest

from labkit.search.hits import Hits
from labkit.search.rerank import Reranker

DOCUMENTS = ["zero", "one", "two", "three", "four", "five"]


@dataclass
class Fixed:
    """A searcher whose answer is known."""

    hits: list

    def search(self, queries, k):
        return Hits.from_lists([self.hits] * len(queries), k)


class Judge:
    """Scores by a table, and remembers what it was asked."""

    def __init__(self, table):
        self.table, self.asked = table, []

    def score_pairs(self, pairs):
        self.asked += pairs
        return np.array([self.table[document] for _, document in pairs], np.float32)


FIRST = Fixed([(5, 6.0), (2, 5.0), (1, 4.0), (4, 3.0), (3, 2.0)])
TABLE = {"five": 0.1, "two": 0.9, "one": 0.2, "four": 0.2, "three": 7.0, "zero": 8.0}


def test_only_the_shortlist_is_judged_and_the_rest_keeps_its_order():
    judge = Judge(TABLE)
    hits = Reranker(FIRST, judge, DOCUMENTS, depth=3).search(["q"], k=5)
    assert hits.ids.tolist() == [[2, 1, 5, 4, 3]]
    np.testing.assert_allclose(hits.scores, [[0.9, 0.2, 0.1, -0.9, -1.9]], rtol=1e-6)
    assert judge.asked == [("q", "five"), ("q", "two"), ("q", "one")]


def test_a_deeper_shortlist_lets_more_rise_and_ties_go_to_the_smaller_id():
    hits = Reranker(FIRST, Judge(TABLE), DOCUMENTS, depth=5).search(["q", "r"], k=4)
    assert hits.ids.tolist() == [[3, 2, 1, 4]] * 2


def test_short_lists_are_padded():
    hits = Reranker(Fixed([(2, 1.0), (1, 0.5)]), Judge(TABLE), DOCUMENTS, depth=4).search(["q"], k=6)
    assert hits.ids.tolist() == [[2, 1, -1, -1, -1, -1]]
    assert (hits.scores[:, 2:] == -np.inf).all()
    nothing = Reranker(Fixed([]), Judge(TABLE), DOCUMENTS).search(["q"], k=2)
    assert nothing.ids.tolist() == [[-1, -1]]
    assert Reranker(FIRST, Judge(TABLE), DOCUMENTS).search([], k=3).ids.shape == (0, 3)


def test_recall_at_the_depth_stays():
    for depth in range(1, 6):
        hits = Reranker(FIRST, Judge(TABLE), DOCUMENTS, depth=depth).search(["q"], k=depth)
        assert set(hits.ids[0]) == set(FIRST.search(["q"], depth).ids[0])


@pytest.mark.parametrize("wrong", [-np.inf, np.inf, np.nan])
def test_a_judge_without_a_number_is_refused(wrong):
    judge = Judge({**TABLE, "two": wrong})
    with pytest.raises(ValueError, match=f"finite scores, but gave {wrong} to .'q', 'two'"):
        Reranker(Fixed([(2, 1.0), (1, 0.5)]), judge, DOCUMENTS, depth=4).search(["q"], k=3)


def test_wrong_input():
    with pytest.raises(ValueError, match="k should be at least 1"):
        Reranker(FIRST, Judge(TABLE), DOCUMENTS, depth=0)
    with pytest.raises(TypeError, match="list of texts"):
        Reranker(FIRST, Judge(TABLE), DOCUMENTS).search("q", 3)
    with pytest.raises(ValueError, match="holds 4 documents, but 6 texts"):

        class Sized(Fixed):
            def __len__(self):
                return 4

        Reranker(Sized([]), Judge(TABLE), DOCUMENTS)
