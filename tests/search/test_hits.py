import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labkit import DenseRetriever, Hits


@given(arrays(np.float32, (3, 7), elements=st.sampled_from([0.0, 1.0, 2.0])), st.integers(1, 10))
def test_from_scores_agrees_with_sorting_by_score_then_id(scores, k):
    hits = Hits.from_scores(scores, k)
    for row, got in zip(scores, hits, strict=True):
        wanted = sorted(enumerate(row.tolist()), key=lambda pair: (-pair[1], pair[0]))[:k]
        assert got == wanted
    assert hits.ids.shape == (3, k)


@given(arrays(np.float32, (2, 5), elements=st.sampled_from([0.0, 1.0, 2.0])), st.integers(1, 7))
def test_from_lists_agrees_with_from_scores(scores, k):
    lists = [list(enumerate(row.tolist()))[::-1] for row in scores]
    a, b = Hits.from_lists(lists, k), Hits.from_scores(scores, k)
    assert np.array_equal(a.ids, b.ids) and np.array_equal(a.scores, b.scores)


def test_short_lists_are_padded():
    hits = Hits.from_lists([[], [(3, 0.5)]], k=2)
    assert hits.ids.tolist() == [[-1, -1], [3, -1]]
    assert hits.scores.tolist() == [[-np.inf, -np.inf], [0.5, -np.inf]]
    assert list(hits) == [[], [(3, 0.5)]]


def test_nan_and_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        Hits.from_scores(np.array([[np.nan, 1.0]]), 1)
    with pytest.raises(ValueError, match="shape"):
        Hits.from_scores(np.zeros(3), 1)
    with pytest.raises(ValueError, match="shape"):
        Hits(np.zeros((2, 3), np.int64), np.zeros((2, 4), np.float32))


def test_a_retriever_refuses_one_bare_text():
    with pytest.raises(TypeError, match="list of texts"):
        DenseRetriever(None, None).search("where is the valve?", 3)


def test_scores_of_any_type_are_ranked_as_numbers():
    """The negative of an unsigned number is a large one: 1, 2, 0 once came out as 0, 2, 1."""
    for dtype in (np.uint8, np.int8, np.float16, np.float64):
        assert Hits.from_scores(np.array([[1, 2, 0]], dtype), 3).ids.tolist() == [[1, 0, 2]]
    assert Hits.from_scores(np.array([[-128, 127]], np.int8), 2).ids.tolist() == [[1, 0]]
    assert Hits.from_scores(np.array([[False, True]]), 2).ids.tolist() == [[1, 0]]


def test_scores_that_are_equal_in_float32_are_ordered_by_id():
    assert Hits.from_scores(np.array([[1.0, 1.0 + 1e-12]]), 2).ids.tolist() == [[0, 1]]
    assert Hits.from_lists([[(1, 1.0 + 1e-12), (0, 1.0)]], 2).ids.tolist() == [[0, 1]]


def test_scores_too_large_for_float32_are_refused():
    with pytest.raises(ValueError, match="fit into float32"):
        Hits.from_scores(np.array([[1e300, 1e39]]), 2)


def test_a_score_of_minus_infinity_is_no_hit():
    scores = np.array([[-np.inf, 0.0], [-np.inf, -np.inf]])
    for hits in (Hits.from_scores(scores, 3), Hits.from_lists([list(enumerate(row)) for row in scores], 3)):
        assert hits.ids.tolist() == [[1, -1, -1], [-1, -1, -1]]
        assert hits.scores.tolist() == [[0.0, -np.inf, -np.inf], [-np.inf] * 3]
        assert list(hits) == [[(1, 0.0)], []]


def test_hits_hold_whole_positions_and_no_nan():
    hits = Hits([[1, 0]], [[2, 1]])
    assert hits.ids.dtype == np.int64 and hits.scores.dtype == np.float32
    with pytest.raises(TypeError, match="whole numbers"):
        Hits(np.array([[1.5]]), np.array([[1.0]]))
    with pytest.raises(ValueError, match="NaN"):
        Hits(np.array([[1]]), np.array([[np.nan]]))
    with pytest.raises(ValueError, match="query number 1"):
        Hits.from_lists([[], [(3, np.nan)]], 2)
    with pytest.raises(ValueError, match="0 or more"):
        Hits.from_lists([[(-1, 5.0), (2, 1.0)]], 2)
    with pytest.raises(ValueError, match="width 2"):
        Hits.padded(np.array([[1, 2]]), np.array([[1.0, 0.5]]), 1)
