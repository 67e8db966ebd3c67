import numpy as np
import pytest

from labkit import maxsim, winners

QUERY = [[1, 0], [0, 1]]
DOCUMENT = [[0.8, 0.1], [0.2, 0.3], [0.9, 0.1]]


def test_two_by_three_tokens_by_hand():
    assert maxsim(QUERY, DOCUMENT) == pytest.approx(0.9 + 0.3)
    found = winners(QUERY, DOCUMENT)
    assert found.positions.tolist() == [2, 1]
    np.testing.assert_allclose(found.similarities, [0.9, 0.3], rtol=1e-6)
    assert found.score == pytest.approx(1.2)


def test_negative_similarities_and_one_token():
    assert maxsim([[1.0]], [[-3.0], [-2.0]]) == -2
    assert winners([[1.0]], [[-3.0], [-2.0]]).positions.tolist() == [1]


def test_the_transposed_score_is_another_one():
    """Query tokens look for matches, document tokens do not."""
    assert maxsim(QUERY, DOCUMENT) != pytest.approx(maxsim(DOCUMENT, QUERY))


def test_no_tokens():
    assert maxsim(QUERY, np.zeros((0, 2))) == -np.inf
    with pytest.raises(ValueError, match="query has no tokens"):
        maxsim(np.zeros((0, 2)), DOCUMENT)
    with pytest.raises(ValueError, match="document has no tokens"):
        winners(QUERY, np.zeros((0, 2)))
    with pytest.raises(ValueError, match="2 dimensions, but has 3"):
        maxsim(QUERY, np.ones((1, 3)))
