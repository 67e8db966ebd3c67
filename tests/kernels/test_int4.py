"""int4 products and rescoring against the plain NumPy definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels.coded import best_int4, best_of_int4
from labkit.kernels.int4 import plain

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def answer(setting, codes, queries, k, threads=1):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_SIMD", setting)
        return best_int4(codes, queries, k, threads)


def packed(levels):
    """Levels of -8 … 7 `(n, d)`, two in a byte; the half that fills the last byte holds what must not matter."""
    halves = np.pad((levels + 8).astype(np.uint8), ((0, 0), (0, levels.shape[1] % 2)), constant_values=15)
    return halves[:, 0::2] | (halves[:, 1::2] << np.uint8(4))


def equal(found, expected):
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def test_the_plain_version_by_hand():
    codes = packed(np.array([[1, -2, 3], [0, 0, 0], [-8, 7, 1]]))
    totals, ids = plain(codes, np.array([[10, 1, -1]], np.int8), 3)
    assert (totals.tolist(), ids.tolist()) == ([[5, 0, -74]], [[0, 1, 2]])


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_equals_the_definition(simd_setting, data):
    n, d = data.draw(st.integers(1, 200)), data.draw(st.integers(1, 150))
    nq, k = data.draw(st.integers(1, 40)), data.draw(st.integers(1, n))
    largest = data.draw(st.sampled_from([1, 127]))  # 1: many ties
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    levels = rng.integers(-min(largest, 8), min(largest, 7) + 1, (n, d))
    queries = rng.integers(-largest, largest + 1, (nq, d)).astype(np.int8)
    exact = queries.astype(np.int64) @ levels.T
    ids = np.argsort(-exact, axis=1, kind="stable")[:, :k]
    equal(plain(packed(levels), queries, k), (np.take_along_axis(exact, ids, axis=1), ids))
    equal(answer(simd_setting, packed(levels), queries, k), (np.take_along_axis(exact, ids, axis=1), ids))


@BOTH
@pytest.mark.parametrize("d", [1, 2, 3, 15, 16, 17, 31, 63, 64, 65, 127, 128, 129, 384, 1025])
@pytest.mark.parametrize("nq", [1, 3, 16, 50])
def test_every_width_and_number_of_queries(simd_setting, d, nq):
    rng = np.random.default_rng(d)
    codes, queries = packed(rng.integers(-8, 8, (515, d))), rng.integers(-127, 128, (nq, d)).astype(np.int8)
    equal(answer(simd_setting, codes, queries, 20), plain(codes, queries, 20))


@BOTH
@pytest.mark.parametrize("nq", [1, 33])
def test_the_largest_sums_do_not_overflow(simd_setting, nq):
    codes = packed(np.array([[-8], [7], [0]]).repeat(65_536, axis=1))
    totals, ids = answer(simd_setting, codes, np.full((nq, 65_536), 127, np.int8), 3)
    assert ids.tolist() == [[1, 2, 0]] * nq
    assert totals.tolist() == [[7 * 127 * 65_536, 0, -8 * 127 * 65_536]] * nq


@BOTH
def test_threads_and_ties_give_the_same_answer(simd_setting):
    rng = np.random.default_rng(1)
    codes, queries = packed(rng.integers(-2, 3, (9000, 50))), rng.integers(-2, 3, (30, 50)).astype(np.int8)
    for threads in (1, 2, 3):
        equal(answer(simd_setting, codes, queries, 200, threads), plain(codes, queries, 200))
    ones = packed(np.ones((30_000, 16), np.int64))
    assert (answer(simd_setting, ones, np.ones((2, 16), np.int8), 300, 2)[1] == np.arange(300)).all()


@pytest.mark.parametrize("d", [1, 8, 33])
def test_float_queries_on_int4(d):
    rng = np.random.default_rng(d)
    levels, queries = rng.integers(-8, 8, (200, d)), rng.standard_normal((3, d))
    constants = np.array([0.0, 5.0, -5.0])
    scores = queries @ levels.T + constants[:, None]
    candidates = np.tile(np.arange(0, 200, 3), (3, 1))
    candidates[1, 4:] = -1
    found, ids = best_of_int4(packed(levels), queries, constants, candidates, 9, 1)
    for q in range(3):
        mine = candidates[q][candidates[q] >= 0]
        best = -np.sort(-scores[q, mine])[:9]
        np.testing.assert_allclose(found[q, : len(best)], best, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(scores[q, ids[q, : len(best)]], best, rtol=1e-5, atol=1e-6)
        assert (ids[q, len(best) :] == -1).all()


def test_nothing_to_do():
    assert best_int4(np.zeros((0, 2), np.uint8), np.ones((2, 3), np.int8), 0, 1)[1].shape == (2, 0)
    assert best_int4(np.zeros((4, 2), np.uint8), np.ones((0, 3), np.int8), 2, 1)[1].shape == (0, 2)
