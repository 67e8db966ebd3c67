"""The plain kernels against NumPy, the vector kernels against the plain ones."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels import simd
from labkit.kernels.exact import best_of, top
from labkit.kernels.shapes import SHAPES

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def longest(vectors):
    return float(np.linalg.norm(vectors.astype(np.float64), axis=1).max())


def defined(vectors, queries, k):
    """The definition: float64 sums, rounded once, ties by the smaller id."""
    scores = (queries.astype(np.float64) @ vectors.astype(np.float64).T).astype(np.float32) + np.float32(0)
    ids = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, ids, axis=1), ids


def answer(monkeypatch, setting, vectors, queries, k, threads=1):
    monkeypatch.setenv("LABKIT_SIMD", setting)
    return top(vectors, queries, k, threads, longest(vectors))


def equal(found, expected):
    np.testing.assert_array_equal(found[1], expected[1])
    np.testing.assert_array_equal(found[0].view(np.int32), expected[0].view(np.int32))  # bit for bit, +0.0 included


@BOTH
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_equals_the_definition(simd_setting, data):
    # Multiples of 1/8 have exact products and sums, so there are many ties and not one rounding error.
    n, d = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 40))
    nq, k = data.draw(st.integers(1, 40)), data.draw(st.integers(1, n))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    vectors = (rng.integers(-4, 5, (n, d)) / 8).astype(np.float32)
    queries = (rng.integers(-4, 5, (nq, d)) / 8).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        equal(answer(patch, simd_setting, vectors, queries, k), defined(vectors, queries, k))


@pytest.mark.parametrize("d", [1, 7, 8, 15, 16, 31, 33, 64, 129, 384])
@pytest.mark.parametrize("nq", [1, 8, 9, 33, 64])
def test_vector_kernels_equal_the_plain_ones(monkeypatch, d, nq):
    rng = np.random.default_rng(d * 100 + nq)
    vectors = rng.standard_normal((1500, d), dtype=np.float32)
    queries = rng.standard_normal((nq, d), dtype=np.float32)
    plain = answer(monkeypatch, "0", vectors, queries, 20)
    fast = answer(monkeypatch, "1", vectors, queries, 20)
    np.testing.assert_array_equal(plain[1], fast[1])
    # Both round a float64 sum; only the order of that sum differs.
    np.testing.assert_allclose(plain[0], fast[0], rtol=1.2e-7)


COMPARE = """
import os
import numpy as np
from labkit.kernels import simd
from labkit.kernels.exact import best_of, top
assert simd.SHAPE.name == os.environ["LABKIT_SIMD"]
rng = np.random.default_rng(1)
for n, d, nq in [(5, 3, 2), (333, 40, 17), (500, 130, 70)]:
    vectors = rng.standard_normal((n, d), dtype=np.float32)
    queries = rng.standard_normal((nq, d), dtype=np.float32)
    candidates = np.tile(np.arange(0, n, 2), (nq, 1))
    longest = float(np.linalg.norm(vectors, axis=1).max()) * 1.001
    fast = top(vectors, queries, 5, 1, longest), best_of(vectors, queries, candidates, 2, 1)
    os.environ["LABKIT_SIMD"] = "0"
    plain = top(vectors, queries, 5, 1, longest), best_of(vectors, queries, candidates, 2, 1)
    os.environ["LABKIT_SIMD"] = simd.SHAPE.name
    for a, b in zip(fast, plain):
        np.testing.assert_array_equal(a[1], b[1])
        np.testing.assert_allclose(a[0], b[0], rtol=1.2e-7)
print("equal")
"""


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {simd.SHAPE.name, "avx512"}))
def test_the_tiles_of_other_cpus_answer_the_same(shape):
    """LLVM can run any shape on any CPU; only the speed differs. (AVX-512's is tested above where there is AVX-512.)"""
    done = subprocess.run(
        [sys.executable, "-c", COMPARE],
        env={**os.environ, "LABKIT_SIMD": shape, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "equal", done.stderr


@BOTH
def test_one_query_or_a_batch_or_more_threads_give_the_same_bits(monkeypatch, simd_setting):
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((9000, 50), dtype=np.float32)
    queries = rng.standard_normal((45, 50), dtype=np.float32)
    batch = answer(monkeypatch, simd_setting, vectors, queries, 30)
    for threads in (2, 3):
        equal(answer(monkeypatch, simd_setting, vectors, queries, 30, threads), batch)
    for q in range(len(queries)):
        one = answer(monkeypatch, simd_setting, vectors, queries[q : q + 1], 30)
        equal(one, (batch[0][q : q + 1], batch[1][q : q + 1]))


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
def test_all_equal_scores_come_in_order_of_ids(monkeypatch, simd_setting, nq):
    vectors = np.ones((5000, 8), np.float32)
    for threads in (1, 2):
        _, ids = answer(monkeypatch, simd_setting, vectors, vectors[:nq], 300, threads)
        assert (ids == np.arange(300)).all()


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
def test_best_document_last(monkeypatch, simd_setting, nq):
    """Every document beats all before it, so no threshold can skip one."""
    vectors = np.linspace(0.1, 0.9, 4000, dtype=np.float32)[:, None] * np.ones((1, 16), np.float32)
    queries = np.ones((nq, 16), np.float32)
    _, ids = answer(monkeypatch, simd_setting, vectors, queries, 50)
    assert (ids == np.arange(3999, 3949, -1)).all()


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
def test_float32_cannot_tell_them_apart_but_float64_can(monkeypatch, simd_setting, nq):
    """Scores whose terms cancel: a float32 sum is off by more than the scores differ."""
    rng = np.random.default_rng(5)
    half = rng.standard_normal((600, 64)).astype(np.float32)
    small = (rng.permutation(600) * 1e-6).astype(np.float32)[:, None]
    vectors = np.ascontiguousarray(np.hstack([half, -half, small]))
    queries = np.ones((nq, 129), np.float32)
    scores, ids = answer(monkeypatch, simd_setting, vectors, queries, 100)
    order = np.argsort(-small[:, 0], kind="stable")[:100]
    assert (ids == order).all()
    np.testing.assert_allclose(scores, np.tile(small[order, 0], (nq, 1)), atol=1e-12)


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
def test_zeros_of_either_sign_tie(monkeypatch, simd_setting, nq):
    vectors = np.array([[-0.0], [0.0], [-0.0], [-1.0]], np.float32)
    scores, ids = answer(monkeypatch, simd_setting, vectors, np.ones((nq, 1), np.float32), 4)
    assert (ids == [0, 1, 2, 3]).all()
    assert not np.signbit(scores[:, :3]).any()
    # -1e-60 and 1e-60 are both zero as float32
    tiny = np.array([[-1e-30], [1e-30]], np.float32)
    scores, ids = answer(monkeypatch, simd_setting, tiny, np.full((nq, 1), 1e-30, np.float32), 2)
    assert (ids == [0, 1]).all()
    assert not np.signbit(scores).any()


@BOTH
@pytest.mark.parametrize("nq", [1, 40])
@pytest.mark.parametrize("scale", [1e-42, 1e-20, 1e18])
def test_tiny_huge_and_negative_scores(monkeypatch, simd_setting, nq, scale):
    rng = np.random.default_rng(7)
    vectors = (-rng.integers(1, 100, (200, 3)) * scale).astype(np.float32)
    queries = np.full((nq, 3), 0.5, np.float32)
    equal(answer(monkeypatch, simd_setting, vectors, queries, 10), defined(vectors, queries, 10))


@BOTH
def test_candidates_in_any_order_with_gaps(monkeypatch, simd_setting):
    monkeypatch.setenv("LABKIT_SIMD", simd_setting)
    vectors = np.array([[1.0], [3.0], [3.0], [2.0], [9.0]], np.float32)
    candidates = np.array([[3, 2, -1, 1, 0], [0, -1, -1, -1, -1]])
    scores, ids = best_of(vectors, np.ones((2, 1), np.float32), candidates, 3, 1)
    assert ids.tolist() == [[1, 2, 3], [0, -1, -1]]
    assert scores.tolist() == [[3, 3, 2], [1, -np.inf, -np.inf]]


def test_margin_covers_what_float32_loses():
    rng = np.random.default_rng(11)
    for d in (1, 10, 384, 2000):
        rows, queries = rng.standard_normal((2, 500, d), dtype=np.float32)
        exact = np.einsum("ij,ij->i", rows.astype(np.float64), queries.astype(np.float64))
        rough = np.zeros(500, np.float32)
        for j in range(d):  # one number after another, as in a tile
            rough += rows[:, j] * queries[:, j]
        lost = np.abs(rough - exact)
        lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
        margins = np.array([simd.margin(queries[i : i + 1], lengths[i])[0] for i in range(500)])
        assert (lost <= margins).all()


def test_pack_by_hand():
    packed = simd.pack(np.array([[1, 2], [3, 4]], np.float32))
    assert packed.shape == (1, 2, simd.LANES)
    assert packed[0, :, :3].tolist() == [[1, 3, 0], [2, 4, 0]]
