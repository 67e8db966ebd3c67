"""Hamming top-k against the plain definition, with and without the hand-written vector code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.compress.binary import as_words, hamming
from labkit.kernels import counting
from labkit.kernels.nearest import nearest

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def defined(codes, queries, k):
    """All distances, sorted, ties by the smaller id."""
    distances = hamming(queries, codes)
    ids = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distances, ids, axis=1), ids


def answer(setting, codes, queries, k, threads=1):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_SIMD", setting)
        return nearest(codes, as_words(queries), k, threads)


def equal(found, expected):
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_equals_the_definition(simd_setting, data):
    n, width = data.draw(st.integers(1, 200)), data.draw(st.integers(1, 35))
    nq, k = data.draw(st.integers(1, 20)), data.draw(st.integers(1, n))
    ones = data.draw(st.sampled_from([0.5, 0.02, 0.9]))  # few ones: short distances, many ties
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    codes = np.packbits(rng.random((n, 8 * width)) < ones, axis=1)
    queries = np.packbits(rng.random((nq, 8 * width)) < ones, axis=1)
    equal(answer(simd_setting, codes, queries, k), defined(codes, queries, k))


@BOTH
@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 15, 16, 24, 31, 32, 47, 48, 64, 65, 72, 96, 128, 129, 300])
@pytest.mark.parametrize("nq", [1, 2, 7, 8, 9, 19, 130])
def test_every_width_and_number_of_queries(simd_setting, width, nq):
    rng = np.random.default_rng(width * 1000 + nq)
    codes = rng.integers(0, 256, (777, width), dtype=np.uint8)
    queries = rng.integers(0, 256, (nq, width), dtype=np.uint8)
    equal(answer(simd_setting, codes, queries, 20), defined(codes, queries, 20))


@BOTH
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 63, 64, 65, 1023])
def test_every_number_of_documents(simd_setting, n):
    """Nothing may be read behind the last row: it lies at the end of its own allocation."""
    rng = np.random.default_rng(n)
    codes = rng.integers(0, 256, (n, 48), dtype=np.uint8)
    queries = rng.integers(0, 256, (10, 48), dtype=np.uint8)
    for nq in (1, 10):
        equal(answer(simd_setting, codes, queries[:nq], n), defined(codes, queries[:nq], n))


@BOTH
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_all_equal_codes_come_in_order_of_ids(simd_setting, threads):
    codes = np.full((20_000, 48), 170, np.uint8)
    for nq in (1, 9):
        distances, ids = answer(simd_setting, codes, codes[:nq], 1500, threads)
        assert (ids == np.arange(1500)).all()
        assert (distances == 0).all()


@BOTH
def test_best_document_last(simd_setting):
    """Every document is at least as near as all before it, so the floor can skip none of them early."""
    rng = np.random.default_rng(0)
    ones = np.sort(rng.integers(0, 385, 6000))[::-1]
    codes = np.packbits(np.arange(384) < ones[:, None], axis=1)
    queries = np.zeros((9, 48), np.uint8)
    for k in (1, 100, 3000):
        for nq in (1, 9):
            equal(answer(simd_setting, codes, queries[:nq], k), defined(codes, queries[:nq], k))


@BOTH
def test_a_full_buffer_is_thinned_without_losing_a_tie(simd_setting):
    """More documents are kept on the way than the buffer holds (2 k + 1024)."""
    ones = np.repeat(np.arange(384, -1, -1), 40)  # 385 distances, 40 documents each, the nearest last
    codes = np.packbits(np.arange(384) < ones[:, None], axis=1)
    queries = np.zeros((1, 48), np.uint8)
    equal(answer(simd_setting, codes, queries, 30), defined(codes, queries, 30))


@BOTH
def test_threads_give_the_same_answer(simd_setting):
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 256, (30_000, 40), dtype=np.uint8) & rng.integers(0, 256, (30_000, 40), dtype=np.uint8)
    queries = codes[:11]
    expected = defined(codes, queries, 500)
    for threads in (1, 2, 4):
        equal(answer(simd_setting, codes, queries, 500, threads), expected)


@BOTH
def test_rows_at_an_odd_address(simd_setting):
    rng = np.random.default_rng(4)
    raw = rng.integers(0, 256, 500 * 48 + 1, dtype=np.uint8)
    codes = raw[1:].reshape(500, 48)
    assert codes.ctypes.data % 2 == 1
    for nq in (1, 8):
        equal(answer(simd_setting, codes, codes[:nq].copy(), 10), defined(codes, codes[:nq].copy(), 10))


def test_floor_by_hand():
    """k = 2: distances 5 3 4 come in; after the third the second nearest is at 4."""
    tally = counting.Tally(1, 2, 8)
    state, counts, found, keys = tally.arrays()
    assert [counting.keep(d, i, 0, 2, state, counts, found) for i, d in enumerate((5, 3, 4))] == [9, 5, 4]
    counting.finish(0, state, counts, found, keys)
    distances, ids = counting.nearest_first([tally.keys], 2)
    assert (distances.tolist(), ids.tolist()) == ([[3, 4]], [[1, 2]])


def test_two_words_with_one_count():
    """All pairs of two bits at once: bit 4 a + b of a word stands for document bits a and query bits b."""
    words = {(who, i): 0 for who in "dq" for i in (0, 1)}
    for place in range(16):
        for i in (0, 1):
            words["d", i] |= (place >> (2 + i) & 1) << place
            words["q", i] |= (place >> i & 1) << place
    codes, queries = (
        np.array([[words[who, 0], words[who, 1]]], np.uint64).view(np.uint8).repeat(8, axis=0) for who in "dq"
    )
    differing = (words["d", 0] ^ words["q", 0]).bit_count() + (words["d", 1] ^ words["q", 1]).bit_count()
    for setting in ("0", "1"):
        distances, ids = answer(setting, codes, queries, 8)
        assert (distances == differing).all() and differing == 16
        assert (ids == np.arange(8)).all()


def test_nothing_to_do():
    queries = np.zeros((2, 1), np.uint64)
    distances, ids = nearest(np.zeros((0, 8), np.uint8), queries, 0, 1)
    assert distances.shape == ids.shape == (2, 0)
    assert nearest(np.zeros((3, 8), np.uint8), queries[:0], 2, 1)[1].shape == (0, 2)
