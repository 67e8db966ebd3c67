"""What is screened out is never among the best, whatever the shapes; and on ordinary tokens most is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import ResidualQuantizer
from labkit.kernels import int8_ir, residual
from labkit.kernels.residual import Compressed

pytestmark = pytest.mark.skipif(
    not int8_ir.available(), reason="this CPU has neither VNNI nor AVX2: nothing is screened"
)


def made(rng, lengths, d, nbits, size=1.0):
    rows = rng.standard_normal((max(1, sum(lengths)), d)).astype(np.float32)
    rows *= size / np.linalg.norm(rows, axis=1, keepdims=True)
    quantizer = ResidualQuantizer.fit(rows, nbits=nbits, centroids=7, threads=1)
    codes = quantizer.encode(rows[: sum(lengths)])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Compressed(quantizer.centroids, quantizer.weights, quantizer.step, quantizer.unit, *codes, offsets)


def left(index, query, ids, best, threads=1, seen=None):
    similar = residual.centroid_scores(index.centroids, query, 1)
    return residual.promising(index, seen or residual.unseen(index), query, similar, ids, best, threads)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_best_are_left(data):
    lengths = data.draw(st.lists(st.integers(0, 20), min_size=3, max_size=30))
    d, t = data.draw(st.integers(16, 150)), data.draw(st.integers(1, 70))
    nbits, size = data.draw(st.sampled_from([1, 2, 4])), data.draw(st.sampled_from([1.0, 40.0, 1e-3]))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    index = made(rng, lengths, d, nbits, size)
    query = rng.standard_normal((t, d)).astype(np.float32)
    ids, best = np.append(np.arange(len(lengths)), -1), data.draw(st.integers(1, len(lengths)))
    kept, scores = left(index, query, ids, best), residual.scores(index, query, ids, 1)
    order = np.argsort(-scores, kind="stable")[:best]
    wanted = [i for i in order if scores[i] > -np.inf]
    assert set(ids[wanted]) <= set(kept.tolist())
    assert len(kept) >= best
    np.testing.assert_array_equal(kept, [i for i in ids if i in set(kept.tolist())])  # in the same order


def test_most_are_screened_out_and_threads_and_memory_do_not_matter():
    rng = np.random.default_rng(0)
    index = made(rng, rng.integers(1, 60, 400).tolist(), 64, 2)
    query, ids = rng.standard_normal((33, 64)).astype(np.float32), np.arange(400)
    kept, seen = left(index, query, ids, 10), residual.unseen(index)
    assert len(kept) < 200
    for _ in range(2):  # the second time from what the first has seen
        np.testing.assert_array_equal(left(index, query, ids, 10, threads=3, seen=seen), kept)
