"""A screened index answers as one that scores everything in float32: the same documents, the same bits of every score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import MaxSimIndex, TokenVectors


def tokens(rng, n, d, longest, spread):
    """Documents of 0 to `longest` tokens that all lean one way, so that scores lie close together."""
    lengths = rng.integers(0, longest + 1, n)
    rows = rng.standard_normal((lengths.sum(), d)) * spread + rng.standard_normal(d)
    return TokenVectors(rows.astype(np.float32), np.concatenate(([0], np.cumsum(lengths))))


def same(documents, queries, k, **how):
    screened, whole = MaxSimIndex(documents, dtype="screened", **how), MaxSimIndex(documents, **how)
    found, expected = screened.search(queries, k), whole.search(queries, k)
    np.testing.assert_array_equal(found.ids, expected.ids)
    np.testing.assert_array_equal(found.scores, expected.scores)
    return screened


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_same_hits_and_scores(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    d, n = data.draw(st.integers(1, 40)), data.draw(st.integers(2, 120))
    documents = tokens(rng, n, d, data.draw(st.integers(1, 9)), data.draw(st.sampled_from([1e-3, 0.05, 1.0, 30.0])))
    if len(documents.vectors) < 2:
        return
    asked = tokens(rng, 3, d, 12, 1.0)
    queries = asked.take([i for i in range(3) if asked.lengths[i]])
    if len(queries):
        same(documents, queries, data.draw(st.integers(1, n + 2)), threads=data.draw(st.integers(1, 2)))


def test_equal_documents_keep_the_order_of_their_ids():
    rng = np.random.default_rng(0)
    one = rng.standard_normal((4, 16)).astype(np.float32)
    documents = TokenVectors.of([one] * 30 + [one + np.float32(1e-4)] * 30)
    same(documents, TokenVectors.of([one[:2]]), 20)


def test_one_huge_token_leaves_little_to_the_levels():
    """The range reaches up to it, so all other levels are 0 or near it: nothing may be left out by mistake."""
    rng = np.random.default_rng(1)
    rows = [rng.standard_normal((3, 16)).astype(np.float32) for _ in range(50)]
    rows[17][1] *= 1000
    screened = same(TokenVectors.of(rows), TokenVectors.of([rows[3]]), 5)
    assert len(screened.held.possible(rows[3], 5, 1)) == 50


def test_most_documents_are_left_out():
    rng = np.random.default_rng(2)
    documents = tokens(rng, 2000, 64, 20, 1.0)
    screened = same(documents, TokenVectors.of([documents.vectors[:8], documents.vectors[50:58]]), 10)
    query = documents.vectors[:8]
    left = screened.held.possible(query, 10, 1)
    assert 10 <= len(left) < 400


def test_bounds_hold():
    """By definition: no rough score is further from the float32 score than its bound, and the bounds are not vast."""
    rng = np.random.default_rng(3)
    documents = tokens(rng, 300, 48, 10, 1.0)
    screened, whole = MaxSimIndex(documents, dtype="screened"), MaxSimIndex(documents)
    coarse = MaxSimIndex(documents, dtype="int8")
    query = rng.standard_normal((6, 48)).astype(np.float32)
    asked, filled = TokenVectors.of([query]), documents.lengths > 0
    off = np.abs(coarse.scores(asked)[0][filled] - whole.scores(asked)[0][filled])
    bound = screened.held.bounds(query)[filled]
    assert (off <= bound).all()
    assert (off.max() > bound.max() / 30) and off.min() < bound.min()


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded_it_answers_the_same(tmp_path, mmap):
    rng = np.random.default_rng(4)
    documents = tokens(rng, 80, 12, 5, 0.3)
    index = MaxSimIndex(documents, dtype="screened")
    index.save(tmp_path / "index")
    loaded = MaxSimIndex.load(tmp_path / "index", mmap=mmap)
    queries = TokenVectors.of([documents.vectors[:3]])
    np.testing.assert_array_equal(loaded.search(queries, 9).scores, index.search(queries, 9).scores)
    np.testing.assert_array_equal(loaded.held.reach, index.held.reach)
    assert index.nbytes == loaded.nbytes > MaxSimIndex(documents).nbytes


def test_a_query_too_long_for_float32_is_refused():
    index = MaxSimIndex(TokenVectors.of([[[1e30, 0]], [[0, 1e30]]]), dtype="screened")
    with pytest.raises(ValueError, match="float32"):
        index.search(TokenVectors.of([[[1e30, 1e30]]]), 1)
