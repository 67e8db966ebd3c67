from dataclasses import dataclass

import numpy as np
import pytest

from labkit import BM25Index, Hits, MaxSimIndex, MaxSimReranker, TokenVectors

LETTERS = "abcdefgh"


class Letters:
    """A token encoder: each letter is a direction of its own."""

    def encode_queries(self, texts):
        return TokenVectors.of([np.eye(8)[[LETTERS.index(letter) for letter in text]] for text in texts], dim=8)


@dataclass
class Fixed:
    hits: list

    def search(self, queries, k):
        return Hits.from_lists([self.hits] * len(queries), k)


INDEX = MaxSimIndex(TokenVectors.of([*Letters().encode_queries(["ab", "abc", "a", "abcd"]), np.zeros((0, 8))]))
FIRST = Fixed([(2, 9.0), (4, 8.0), (0, 7.0), (1, 6.0), (3, 5.0)])


def test_the_shortlist_is_put_in_order_and_the_rest_stays():
    reranker = MaxSimReranker(FIRST, Letters(), INDEX, depth=4)
    hits = reranker.search(["abcd"], k=5)
    # MaxSim: 1 has 3 letters, 0 two, 2 one; 4 has no tokens; 3 would be best but lies beyond the depth.
    assert hits.ids.tolist() == [[1, 0, 2, 4, 3]]
    np.testing.assert_allclose(hits.scores, [[3, 2, 1, 0, -1]])
    assert len(reranker) == 5
    assert reranker.nbytes == INDEX.nbytes


def test_a_deeper_shortlist_finds_the_best():
    assert MaxSimReranker(FIRST, Letters(), INDEX).search(["abcd", "a"], k=2).ids.tolist() == [[3, 1], [0, 1]]


def test_nothing_found_and_nothing_asked():
    assert MaxSimReranker(Fixed([]), Letters(), INDEX).search(["a"], k=2).ids.tolist() == [[-1, -1]]
    assert MaxSimReranker(FIRST, Letters(), INDEX).search([], k=2).ids.shape == (0, 2)


def test_over_bm25():
    texts = ["a b", "a b c", "a", "a b c d", ""]
    bm25 = BM25Index(texts)
    reranker = MaxSimReranker(bm25, Letters(), INDEX)
    assert reranker.search(["abcd"], k=1).ids.shape == (1, 1)
    assert reranker.nbytes == bm25.nbytes + INDEX.nbytes


def test_wrong_input():
    with pytest.raises(ValueError, match="holds 2 documents, but the index of tokens 5"):
        MaxSimReranker(BM25Index(["a", "b"]), Letters(), INDEX)
    with pytest.raises(ValueError, match="k should be at least 1"):
        MaxSimReranker(FIRST, Letters(), INDEX, depth=0)
    with pytest.raises(TypeError, match="list of texts"):
        MaxSimReranker(FIRST, Letters(), INDEX).search("a", 1)
