"""MaxSim kernels against their definition in NumPy: float32 and int8, plain and on vector instructions."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels import maxsim, maxsim_int8, maxsim_int8_simd, maxsim_ir, maxsim_simd
from labkit.kernels.shapes import SHAPES

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def defined(vectors, offsets, queries):
    """Every score `(nq, n)`, in float64."""
    scores = np.full((len(queries), len(offsets) - 1), -np.inf)
    for q, query in enumerate(queries):
        for i, (a, b) in enumerate(zip(offsets[:-1], offsets[1:], strict=True)):
            if b > a:
                scores[q, i] = (vectors[a:b].astype(np.float64) @ query.T.astype(np.float64)).max(axis=0).sum()
    return scores


def offsets_of(lengths):
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def eighths(rng, shape):
    """Multiples of 1/8 have exact products and sums: many ties, and not one rounding error."""
    return (rng.integers(-4, 5, shape) / 8).astype(np.float32)


def everything(n, nq):
    return np.tile(np.arange(n), (nq, 1))


def scores(setting, vectors, offsets, queries, threads=1):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_SIMD", setting)
        return maxsim.scores(vectors, offsets, queries, everything(len(offsets) - 1, len(queries)), threads)


@BOTH
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_equals_the_definition(simd_setting, data):
    lengths = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=12))
    queries = data.draw(st.lists(st.integers(1, 70), min_size=1, max_size=4))
    d = data.draw(st.integers(1, 40))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    vectors, offsets = eighths(rng, (sum(lengths), d)), offsets_of(lengths)
    asked = [eighths(rng, (t, d)) for t in queries]
    found = scores(simd_setting, vectors, offsets, asked)
    np.testing.assert_array_equal(found, defined(vectors, offsets, asked))
    assert not np.signbit(found[found == 0]).any()


@BOTH
@pytest.mark.parametrize("t", [1, 15, 16, 17, 32, 33, 48, 49, 512])
@pytest.mark.parametrize("d", [1, 7, 128, 130])
def test_every_length_of_a_query(simd_setting, t, d):
    rng = np.random.default_rng(t + d)
    lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 31, 512]
    vectors, query = rng.standard_normal((sum(lengths), d), dtype=np.float32), rng.standard_normal((t, d), np.float32)
    found = scores(simd_setting, vectors, offsets_of(lengths), [query])
    np.testing.assert_allclose(found, defined(vectors, offsets_of(lengths), [query]), rtol=1e-5, atol=1e-5 * t)


@BOTH
def test_only_negative_similarities(simd_setting):
    """A padded token would score 0 and win."""
    rng = np.random.default_rng(0)
    for length in range(1, 20):
        vectors = -1 - eighths(rng, (3 * length, 5)) ** 2
        query = 1 + eighths(rng, (7, 5)) ** 2
        found = scores(simd_setting, vectors, offsets_of([length] * 3), [query])
        assert (found < 0).all()
        np.testing.assert_array_equal(found, defined(vectors, offsets_of([length] * 3), [query]).astype(np.float32))


@BOTH
def test_a_document_does_not_see_its_neighbours(simd_setting):
    """The best token of all stands right before and right after each document."""
    for length in range(1, 20):
        vectors = np.full((length + 2, 3), 0.25, np.float32)
        vectors[[0, -1]] = 100
        found = scores(simd_setting, vectors, offsets_of([1, length, 1]), [np.ones((40, 3), np.float32)])
        assert found.tolist() == [[12000, 30, 12000]]


@BOTH
def test_one_query_or_a_batch_or_more_threads_give_the_same_bits(simd_setting):
    rng = np.random.default_rng(3)
    lengths = rng.integers(0, 60, 700)
    vectors, offsets = rng.standard_normal((lengths.sum(), 37), dtype=np.float32), offsets_of(lengths)
    queries = [rng.standard_normal((t, 37), dtype=np.float32) for t in (1, 20, 32, 50)]
    batch = scores(simd_setting, vectors, offsets, queries)
    for threads in (2, 3):
        np.testing.assert_array_equal(scores(simd_setting, vectors, offsets, queries, threads), batch)
    for q, query in enumerate(queries):
        np.testing.assert_array_equal(scores(simd_setting, vectors, offsets, [query])[0], batch[q])


@BOTH
def test_winners_add_up_to_the_score(simd_setting):
    rng = np.random.default_rng(4)
    document, query = rng.standard_normal((50, 24), dtype=np.float32), rng.standard_normal((9, 24), dtype=np.float32)
    positions, best = maxsim.winners(query, document)
    np.testing.assert_array_equal(positions, (query.astype(np.float64) @ document.T.astype(np.float64)).argmax(axis=1))
    found = scores(simd_setting, document, offsets_of([50]), [query])[0, 0]
    np.testing.assert_allclose(best.sum(dtype=np.float64), found, rtol=1e-6)


def test_of_identical_tokens_the_first_wins():
    rng = np.random.default_rng(5)
    token = rng.standard_normal(100, dtype=np.float32)
    for length in (1, 2, 9, 512):
        positions, best = maxsim.winners(rng.standard_normal((33, 100), dtype=np.float32), np.tile(token, (length, 1)))
        assert (positions == 0).all()
    with pytest.raises(ValueError, match="no tokens"):
        maxsim.winners(np.ones((1, 3), np.float32), np.zeros((0, 3), np.float32))
    assert best.shape == (33,)


def test_best_of_all_goes_block_by_block(monkeypatch):
    """Ties go to the smaller id across blocks too; a document without tokens is no hit."""
    monkeypatch.setattr(maxsim, "_MOST_PAIRS", 6)
    lengths = [0, 1, 2, 0, 1, 3, 1, 2, 1]
    vectors = np.ones((sum(lengths), 2), np.float32)
    vectors[offsets_of(lengths)[7]] = 2
    found, ids = maxsim.top(vectors, offsets_of(lengths), [np.ones((3, 2), np.float32)] * 2, 9, 1)
    assert ids.tolist() == [[7, 1, 2, 4, 5, 6, 8, -1, -1]] * 2
    assert found[0].tolist() == [12, 6, 6, 6, 6, 6, 6, -np.inf, -np.inf]


def test_candidates_in_any_order_with_gaps():
    vectors, offsets = np.array([[1], [3], [3], [2], [9]], np.float32), offsets_of([1, 1, 1, 0, 2])
    candidates = np.array([[3, 2, -1, 1, 0], [0, -1, -1, -1, -1]])
    found, ids = maxsim.best_of(vectors, offsets, [np.ones((1, 1), np.float32)] * 2, candidates, 4, 1)
    assert ids.tolist() == [[1, 2, 0, -1], [0, -1, -1, -1]]
    assert found.tolist() == [[3, 3, 1, -np.inf], [1, -np.inf, -np.inf, -np.inf]]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_int8_equals_its_definition(data):
    lengths = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=12))
    queries = data.draw(st.lists(st.integers(1, 70), min_size=1, max_size=4))
    d = 4 * data.draw(st.integers(1, 40))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    codes = rng.integers(0, 256, (sum(lengths), d)).astype(np.uint8)
    levels = [rng.integers(-127, 128, (t, d)).astype(np.int8) for t in queries]
    steps, constants = ([rng.random(t) for t in queries] for _ in range(2))
    offsets, ids = offsets_of(lengths), everything(len(lengths), len(queries))
    expected = np.full(ids.shape, -np.inf)
    for q, (level, step, constant) in enumerate(zip(levels, steps, constants, strict=True)):
        for i, (a, b) in enumerate(zip(offsets[:-1], offsets[1:], strict=True)):
            if b > a:
                products = (codes[a:b].astype(np.int64) - 128) @ level.T.astype(np.int64)
                expected[q, i] = (step * products.max(axis=0) + constant).sum()
    found = {}
    for setting in "01":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LABKIT_SIMD", setting)
            job = maxsim_int8.score_job(codes, offsets, levels, steps, constants)
            found[setting] = maxsim.all_pairs(job, offsets, queries, ids, 1)
    np.testing.assert_array_equal(found["0"], found["1"])
    np.testing.assert_allclose(found["0"], expected, rtol=1e-6, atol=1e-2)


def test_the_largest_int8_sums_do_not_overflow():
    codes = np.full((9, 65_536), 255, np.uint8)
    levels = [np.full((1, 65_536), 127, np.int8)]
    for setting in "01":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LABKIT_SIMD", setting)
            job = maxsim_int8.score_job(codes, np.array([0, 9]), levels, [np.ones(1)], [np.zeros(1)])
            assert maxsim.all_pairs(job, np.array([0, 9]), [1], np.array([[0]]), 1) == np.float32(127 * 127 * 65_536)


COMPARE = """
import os
import numpy as np
from labkit.kernels import maxsim, maxsim_ir
assert maxsim_ir.SHAPE.name == os.environ["LABKIT_SIMD"]
rng = np.random.default_rng(1)
lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 33]
offsets = np.concatenate(([0], np.cumsum(lengths)))
vectors = rng.standard_normal((sum(lengths), 30), dtype=np.float32)
queries = [rng.standard_normal((t, 30), dtype=np.float32) for t in (1, 4, 5, 8, 9, 16, 17, 40)]
ids = np.tile(np.arange(len(lengths)), (len(queries), 1))
fast = maxsim.scores(vectors, offsets, queries, ids, 1)
os.environ["LABKIT_SIMD"] = "0"
np.testing.assert_allclose(fast, maxsim.scores(vectors, offsets, queries, ids, 1), rtol=1e-5, atol=1e-5)
print("equal")
"""


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {maxsim_ir.SHAPE.name, "avx512"}))
def test_the_tiles_of_other_cpus_answer_the_same(shape):
    """LLVM can run any shape on any CPU; only the speed differs."""
    done = subprocess.run(
        [sys.executable, "-c", COMPARE],
        env={**os.environ, "LABKIT_SIMD": shape, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "equal", done.stderr


def test_functions_made_by_one_function_have_names_of_their_own():
    """Two with one name were mixed up when numba read both from its cache: int8 search then ran float32 code."""
    made = [maxsim_simd.raise_wide, maxsim_simd.raise_slim, maxsim_int8_simd.raise_wide, maxsim_int8_simd.raise_slim]
    assert len({(function.py_func.__module__, function.py_func.__qualname__) for function in made}) == 4


def test_groups_by_hand():
    sizes = [len(group) for group in maxsim_simd.groups(np.ones((70, 2)), width=16, lanes=32)]
    assert sizes == [32, 32, 16]
    assert [len(group) for group in maxsim_simd.groups(np.ones((17, 2)), width=16, lanes=32)] == [32]


def test_nothing_to_do():
    nothing = np.zeros((0, 3), np.float32)
    assert maxsim.top(nothing, np.array([0]), [np.ones((2, 3), np.float32)], 0, 1)[1].shape == (1, 0)
    assert maxsim.top(np.ones((4, 3), np.float32), np.array([0, 4]), [], 1, 1)[1].shape == (0, 1)
