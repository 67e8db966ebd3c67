import numpy as np
import pytest

from labkit.models.token_vectors import TokenVectors


def test_texts_lie_end_to_end_and_may_be_empty():
    tokens = TokenVectors.of([np.ones((3, 2)), np.empty((0, 2)), np.full((1, 2), 2.0)])
    assert len(tokens) == 3
    assert tokens.offsets.tolist() == [0, 3, 3, 4]
    assert tokens.lengths.tolist() == [3, 0, 1]
    assert tokens[1].shape == (0, 2)
    assert tokens[-1].tolist() == [[2.0, 2.0]]
    assert [len(text) for text in tokens] == [3, 0, 1]
    assert tokens.nbytes == 4 * 2 * 4 + 4 * 8
    assert np.shares_memory(tokens[0], tokens.vectors)


def test_take_keeps_the_order_asked_for():
    tokens = TokenVectors.of([[[1, 0]], [[2, 0], [3, 0]], np.empty((0, 2))])
    taken = tokens.take([2, 1, 1])
    assert taken.lengths.tolist() == [0, 2, 2]
    assert taken.vectors[:, 0].tolist() == [2, 3, 2, 3]
    assert len(tokens.take([])) == 0
    assert tokens.take([]).dim == 2


def test_no_texts_at_all_needs_the_dimension():
    assert TokenVectors.of([], dim=4).vectors.shape == (0, 4)
    with pytest.raises(ValueError, match="pass dim"):
        TokenVectors.of([])


@pytest.mark.parametrize(
    ("vectors", "offsets", "error", "message"),
    [
        ([[1, 0]], [0, 2], ValueError, "from 0 to the 1 tokens, but run from 0 to 2"),
        ([[1, 0]], [1, 1], ValueError, "run from 1 to 1"),
        ([[1, 0], [1, 0]], [0, 2, 1, 2], ValueError, "text 1 would end before it begins"),
        ([[1, 0]], [[0, 1]], ValueError, "shape"),
        ([[1, 0]], [], TypeError, "whole numbers"),
        ([[1, 0]], [0.0, 1.0], TypeError, "whole numbers"),
        ([[1, float("nan")]], [0, 1], ValueError, "row 0 holds NaN"),
    ],
)
def test_what_is_no_set_of_texts_is_refused(vectors, offsets, error, message):
    with pytest.raises(error, match=message):
        TokenVectors(np.array(vectors, np.float32), np.array(offsets))


def test_texts_of_other_dimensions_are_named():
    with pytest.raises(ValueError, match="text 1 should have 2 dimensions like the others, but has 3"):
        TokenVectors.of([[[1, 0]], [[1, 0, 0]]])
    with pytest.raises(IndexError, match="there is no text 5"):
        TokenVectors.of([[[1, 0]]])[5]
