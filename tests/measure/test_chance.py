import numpy as np
import pytest

from labkit.measure.chance import ChanceSearcher, first_relevant_rank
from labkit.search.hits import Hits


def test_chance_is_uniform_and_seeded():
    searcher = ChanceSearcher(5, seed=1)
    hits = searcher.search(["q"] * 4000, 5)
    assert np.array_equal(hits.ids, searcher.search(["q"] * 4000, 5).ids)
    share = np.bincount(hits.ids[:, 0], minlength=5) / 4000
    np.testing.assert_allclose(share, 0.2, atol=0.03)
    assert len(searcher) == 5
    with pytest.raises(ValueError, match="at least 1"):
        ChanceSearcher(0)


def test_first_relevant_rank_by_hand():
    hits = Hits(np.array([[4, 1, 2], [4, 1, 2]]), np.array([[3, 2, 1]] * 2, np.float32))
    assert first_relevant_rank(hits, [{2: 2, 1: 0}, {0: 1}]) == [3, 4]
