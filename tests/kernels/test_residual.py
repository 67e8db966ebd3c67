"""The steps of a search in compressed tokens against NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import ResidualQuantizer
from labkit.kernels import residual
from labkit.kernels.residual import Compressed

BOTH = pytest.mark.parametrize("simd_setting", ["0", "1"])


def made(rng, lengths, d, nbits):
    rows = rng.standard_normal((max(1, sum(lengths)), d)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    quantizer = ResidualQuantizer.fit(rows, nbits=nbits, centroids=7, threads=1)
    codes = quantizer.encode(rows[: sum(lengths)])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return quantizer, codes, Compressed(
        quantizer.centroids, quantizer.weights, quantizer.step, quantizer.unit,
        codes.centroids, codes.scales, codes.levels, offsets,
    )  # fmt: skip


@BOTH
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_each_step_equals_its_definition(simd_setting, data):
    lengths = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=12))
    d, t = data.draw(st.integers(1, 70)), data.draw(st.integers(1, 70))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    quantizer, codes, index = made(rng, lengths, d, data.draw(st.sampled_from([1, 2, 4])))
    query = rng.standard_normal((t, d)).astype(np.float32)
    ids = np.arange(len(lengths))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_SIMD", simd_setting)
        similar = residual.centroid_scores(index.centroids, query, 1)
        np.testing.assert_allclose(similar, index.centroids @ query.T, atol=1e-4)
        table = residual.byte_table(similar)
        wanted = data.draw(st.integers(1, len(lengths)))
        kept = residual.rough_best(table, index, ids, t, wanted, 1)
        found = residual.scores(index, query, np.append(ids, -1), 1)
    parts = np.split(np.arange(sum(lengths)), index.offsets[1:-1])
    rough = np.array([int(table[codes.centroids[p]].max(axis=0).sum()) if len(p) else -1 for p in parts])
    best = np.argsort(-rough, kind="stable")[:wanted]
    np.testing.assert_array_equal(kept[kept >= 0], np.sort(best[rough[best] >= 0]))
    decoded = quantizer.decode(codes)
    plain = [(decoded[p] @ query.T).max(axis=0).sum() if len(p) else -np.inf for p in parts]
    np.testing.assert_allclose(found, [*plain, -np.inf], atol=1e-3)
    for i, p in enumerate(parts):
        np.testing.assert_allclose(residual.decoded(index, i), decoded[p], atol=1e-5)


@BOTH
def test_threads_do_not_matter(simd_setting, monkeypatch):
    monkeypatch.setenv("LABKIT_SIMD", simd_setting)
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 120, 400).tolist()
    _, _, index = made(rng, lengths, 64, 2)
    query, ids = rng.standard_normal((33, 64)).astype(np.float32), np.arange(400)
    table = residual.byte_table(residual.centroid_scores(index.centroids, query, 1))
    for threads in (2, 3):
        for wanted in (1, 50, 400):
            kept = [residual.rough_best(table, index, ids, 33, wanted, t) for t in (1, threads)]
            np.testing.assert_array_equal(*kept)
        np.testing.assert_array_equal(*(residual.scores(index, query, ids, t) for t in (1, threads)))


def test_a_table_by_hand():
    scores = np.array([[0.0, 1.0], [0.5, 2.0], [1.0, 1.0]], np.float32)
    table = residual.byte_table(scores)
    assert table.shape == (3, 32)
    assert table[:, :2].tolist() == [[0, 0], [127, 255], [255, 0]]
    assert not table[:, 2:].any()
    assert not residual.byte_table(np.ones((2, 1), np.float32)).any()  # nothing to tell apart
