"""int8 products and the two kinds of rescoring against NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels.coded import best_of_bits, best_of_int8, best_products

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def defined(codes, queries, k):
    totals = queries.astype(np.int64) @ codes.astype(np.int64).T
    ids = np.argsort(-totals, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(totals, ids, axis=1), ids


def answer(setting, codes, queries, k, threads=1):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_SIMD", setting)
        return best_products(codes, queries, k, threads)


def equal(found, expected):
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def levels(rng, shape, largest=127):
    return rng.integers(-largest, largest + 1, shape).astype(np.int8)


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_equals_the_definition(simd_setting, data):
    n, d = data.draw(st.integers(1, 100)), data.draw(st.integers(1, 150))
    nq, k = data.draw(st.integers(1, 40)), data.draw(st.integers(1, n))
    largest = data.draw(st.sampled_from([1, 127]))  # 1: many ties
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    codes, queries = levels(rng, (n, d), largest), levels(rng, (nq, d), largest)
    equal(answer(simd_setting, codes, queries, k), defined(codes, queries, k))


@BOTH
@pytest.mark.parametrize("d", [1, 3, 4, 5, 63, 64, 65, 127, 129, 255, 384, 1024])
@pytest.mark.parametrize("nq", [1, 9, 33, 64])
def test_every_width_and_number_of_queries(simd_setting, d, nq):
    rng = np.random.default_rng(d * 100 + nq)
    codes, queries = levels(rng, (515, d)), levels(rng, (nq, d))
    codes[rng.integers(0, 515, 50)] = -128
    equal(answer(simd_setting, codes, queries, 20), defined(codes, queries, 20))


@BOTH
@pytest.mark.parametrize("nq", [1, 33])
def test_the_largest_sums_do_not_overflow(simd_setting, nq):
    codes = np.full((9, 65_536), -128, np.int8)
    codes[4], codes[5] = 127, 0
    queries = np.full((nq, 65_536), 127, np.int8)
    totals, ids = answer(simd_setting, codes, queries, 9)
    assert (ids == [4, 5, 0, 1, 2, 3, 6, 7, 8]).all()
    assert (totals[:, [0, 1, 2]] == [127 * 127 * 65_536, 0, -128 * 127 * 65_536]).all()


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
def test_all_equal_and_best_last(simd_setting, nq):
    queries = np.ones((nq, 16), np.int8)
    for threads in (1, 2):
        assert (answer(simd_setting, np.ones((20_000, 16), np.int8), queries, 300, threads)[1] == np.arange(300)).all()
    rising = np.zeros((4000, 16), np.int8)
    rising[:, :] = np.sort(np.arange(4000) % 255 - 127)[:, None]
    equal(answer(simd_setting, rising, queries, 100), defined(rising, queries, 100))


@BOTH
def test_threads_give_the_same_answer(simd_setting):
    rng = np.random.default_rng(1)
    codes, queries = levels(rng, (9000, 50), 3), levels(rng, (45, 50), 3)
    for threads in (1, 2, 3):
        equal(answer(simd_setting, codes, queries, 200, threads), defined(codes, queries, 200))


@pytest.mark.parametrize("d", [1, 7, 8, 9, 64, 100])
def test_float_queries_on_bits(d):
    rng = np.random.default_rng(d)
    signs = rng.integers(0, 2, (300, d))
    codes, queries = np.packbits(signs, axis=1), rng.standard_normal((4, d))
    scores = (queries @ (2 * signs - 1).T / np.sqrt(d)).astype(np.float32)
    candidates = np.stack([rng.permutation(300)[:40] for _ in range(4)])
    candidates[2, 5:] = -1
    found, ids = best_of_bits(codes, queries, candidates, 7, 1)
    for q in range(4):
        mine = candidates[q][candidates[q] >= 0]
        order = mine[np.lexsort((mine, -scores[q, mine]))][:7]
        assert ids[q].tolist() == [*order, *[-1] * (7 - len(order))]
        np.testing.assert_allclose(found[q, : len(order)], scores[q, order], rtol=1e-5, atol=1e-6)


def test_float_queries_on_int8():
    rng = np.random.default_rng(2)
    codes, queries = levels(rng, (200, 33)), rng.standard_normal((3, 33))
    constants = np.array([0.0, 5.0, -5.0])
    scores = (queries @ codes.astype(np.float64).T + constants[:, None]).astype(np.float32)
    candidates = np.tile(np.arange(0, 200, 3), (3, 1))
    found, ids = best_of_int8(codes, queries, constants, candidates, 9, 1)
    for q in range(3):
        order = candidates[q][np.argsort(-scores[q, candidates[q]], kind="stable")][:9]
        assert ids[q].tolist() == order.tolist()
        np.testing.assert_allclose(found[q], scores[q, order], rtol=1e-6)


def test_nothing_to_do():
    assert best_products(np.zeros((0, 3), np.int8), np.ones((2, 3), np.int8), 0, 1)[1].shape == (2, 0)
    assert best_products(np.ones((4, 3), np.int8), np.ones((0, 3), np.int8), 2, 1)[1].shape == (0, 2)
