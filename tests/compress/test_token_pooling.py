import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import TokenVectors, pool_tokens, token_groups

CORNERS = np.array([[1, 0, 0], [0, 1, 0], [0.98, 0.2, 0], [0, 0, 1], [0, 0.98, 0.2]])


def test_five_tokens_by_hand():
    assert token_groups(CORNERS, 2).tolist() == [0, 1, 0, 2, 1]
    pooled = pool_tokens(TokenVectors.of([CORNERS]), 2).vectors
    lengths = np.linalg.norm(CORNERS, axis=1)
    mean = (CORNERS[0] + CORNERS[2]) / 2
    np.testing.assert_allclose(pooled[0], mean / np.linalg.norm(mean) * (lengths[0] + lengths[2]) / 2, rtol=1e-6)
    assert pooled[2].tolist() == [0, 0, 1]


@settings(deadline=None, max_examples=40)
@given(
    lengths=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    factor=st.floats(1, 40),
    kept=st.integers(0, 3),
    seed=st.integers(0, 99),
)
def test_number_length_and_order_of_vectors(lengths, factor, kept, seed):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((sum(lengths), 5))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    tokens = TokenVectors(rows, np.concatenate(([0], np.cumsum(lengths))))
    pooled = pool_tokens(tokens, factor, keep_first=kept)
    assert len(pooled) == len(tokens)
    for document, fewer in zip(tokens, pooled, strict=True):
        t = len(document)
        free = t - min(kept, t)
        assert len(fewer) == min(kept, t) + min(free, max(1, math.ceil(t / factor) - min(kept, t)))
        np.testing.assert_array_equal(fewer[:kept], document[:kept])
        np.testing.assert_allclose(np.linalg.norm(fewer, axis=1), 1, rtol=1e-5)
        groups = token_groups(document, factor, keep_first=kept)
        firsts = np.unique(groups, return_index=True)[1]
        assert (np.diff(firsts) > 0).all()  # numbered by their first tokens


def test_factor_one_and_identical_tokens():
    tokens = TokenVectors.of([CORNERS, np.tile([[0.6, 0.8, 0]], (9, 1)), np.zeros((0, 3))])
    np.testing.assert_array_equal(pool_tokens(tokens, 1).vectors, tokens.vectors)
    same = pool_tokens(tokens, 3)[1]
    assert 1 <= len(same) <= 3
    np.testing.assert_allclose(same, np.tile([[0.6, 0.8, 0]], (len(same), 1)), rtol=1e-6)


def test_opposite_tokens_do_not_become_nan():
    pooled = pool_tokens(TokenVectors.of([[[1.0, 0.0], [-1.0, 0.0]]]), 2)
    assert pooled.vectors.tolist() == [[0, 0]]


def test_ward_is_the_better_grouping():
    """Sum of squared distances from the means: never more than that of grouping neighbours in the text."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((40, 8))

    def spread(groups):
        return sum(((rows[groups == g] - rows[groups == g].mean(axis=0)) ** 2).sum() for g in np.unique(groups))

    assert spread(token_groups(rows, 4)) < 0.8 * spread(np.arange(40) // 4)


def test_wrong_input():
    tokens = TokenVectors.of([CORNERS])
    for factor in (0.5, np.nan, np.inf):
        with pytest.raises(ValueError, match="pool_factor should be at least 1"):
            pool_tokens(tokens, factor)
    with pytest.raises(ValueError, match="keep_first"):
        pool_tokens(tokens, 2, keep_first=-1)
    with pytest.raises(TypeError, match="TokenVectors"):
        pool_tokens(CORNERS, 2)


@pytest.mark.parametrize(
    ("tokens", "factor", "kept"),
    [
        ([[1, 0], [0, 1], [-1, 0], [0, -1]], 4 / 3, 3),  # four joins of equal height
        ([[1, 0]] * 4, 2, 2),
        (np.repeat(np.eye(6), 2, axis=0), 1.2, 10),
    ],
)
def test_as_many_groups_as_promised_if_joins_tie(tokens, factor, kept):
    assert len(np.unique(token_groups(tokens, factor))) == kept == math.ceil(len(tokens) / factor)
