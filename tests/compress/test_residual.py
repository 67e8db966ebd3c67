"""Residual codes by hand, packed and unpacked, and how much each bit helps."""

import numpy as np
import pytest

from labkit import ResidualQuantizer
from labkit.compress.residual_fit import default_centroids


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    topics = rng.standard_normal((40, 30), dtype=np.float32)
    return unit(topics[rng.integers(0, 40, 4000)] + 0.5 * rng.standard_normal((4000, 30), dtype=np.float32))


def test_one_vector_by_hand():
    """Residual (1, -3, 2, 0) / scale: levels 2, 0, 3, 1 of weights -3, 0, 1, 2; the least-squares scale is 1, 10 steps."""
    centroids, cutoffs = np.full((1, 4), 5, np.float32), np.array([-1, 0.1, 0.8], np.float32)
    weights = np.array([-3, 0, 1, 2], np.float32)
    quantizer = ResidualQuantizer(centroids, cutoffs, weights, 0.1, unit=False)
    codes = quantizer.encode([[6, 2, 7, 5]])
    assert codes.centroids.tolist() == [0]
    assert codes.scales.tolist() == [10]
    assert codes.levels.tolist() == [[2 + 0 * 4 + 3 * 16 + 1 * 64]]
    np.testing.assert_allclose(quantizer.decode(codes), [[6, 2, 7, 5]], rtol=1e-6)


@pytest.mark.parametrize(("nbits", "width", "least"), [(1, 4, 0.86), (2, 8, 0.95), (4, 15, 0.99)])
def test_every_bit_brings_vectors_closer(vectors, nbits, width, least):
    quantizer = ResidualQuantizer.fit(vectors, nbits=nbits, centroids=64)
    codes = quantizer.encode(vectors)
    decoded = quantizer.decode(codes)
    assert codes.levels.shape == (4000, width)
    np.testing.assert_allclose(np.linalg.norm(decoded, axis=1), 1, atol=1e-5)
    cosines = np.einsum("ij,ij->i", vectors, decoded)
    assert cosines.mean() > least
    assert cosines.mean() > np.einsum("ij,ij->i", vectors, unit(quantizer.centroids[codes.centroids])).mean() + 0.05


def test_bytes_are_what_the_arrays_hold(vectors):
    quantizer = ResidualQuantizer.fit(vectors, centroids=64)
    codes = quantizer.encode(vectors)
    held = sum(array.nbytes for array in codes) + quantizer.centroids.astype(np.float16).nbytes
    assert quantizer.bytes_per_token(len(vectors)) == pytest.approx(held / len(vectors))


def test_identical_and_zero_vectors():
    for row in ([0.6, 0.8, 0.0], [0.0, 0.0, 0.0]):
        quantizer = ResidualQuantizer.fit(np.tile(row, (20, 1)))
        assert len(quantizer.centroids) == 1
        np.testing.assert_allclose(quantizer.decode(quantizer.encode([row])), [row], atol=1e-3)


def test_vectors_of_any_length_keep_it():
    rows = np.random.default_rng(1).standard_normal((500, 8)).astype(np.float32) * 7
    quantizer = ResidualQuantizer.fit(rows, nbits=4, centroids=16)
    assert not quantizer.unit
    error = np.linalg.norm(quantizer.decode(quantizer.encode(rows)) - rows) / np.linalg.norm(rows)
    assert error < 0.1


def test_the_same_for_any_number_of_threads(vectors):
    one, three = (ResidualQuantizer.fit(vectors, centroids=32, seed=5, threads=t) for t in (1, 3))
    np.testing.assert_array_equal(one.centroids, three.centroids)
    for a, b in zip(one.encode(vectors, threads=1), three.encode(vectors, threads=3), strict=True):
        np.testing.assert_array_equal(a, b)


def test_default_centroids():
    assert [default_centroids(n) for n in (1, 100, 10_000, 10**9)] == [1, 16, 1024, 65_536]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"nbits": 3}, ValueError, "nbits should be 1, 2 or 4"),
        ({"nbits": True}, ValueError, "nbits should be 1, 2 or 4"),
        ({"centroids": 0}, ValueError, "centroids should be 1 to 65,536"),
        ({"centroids": 2.0}, TypeError, "whole number"),
        ({"threads": 0}, ValueError, "threads should be at least 1"),
    ],
)
def test_bad_arguments_are_refused(vectors, arguments, error, message):
    with pytest.raises(error, match=message):
        ResidualQuantizer.fit(vectors, **arguments)


def test_bad_vectors_are_refused(vectors):
    with pytest.raises(ValueError, match="pass at least one token"):
        ResidualQuantizer.fit(np.zeros((0, 4), np.float32))
    quantizer = ResidualQuantizer.fit(vectors, centroids=8)
    with pytest.raises(ValueError, match="should have 30 dimensions"):
        quantizer.encode(np.ones((1, 4)))
    with pytest.raises(ValueError, match="finite"):
        quantizer.encode(np.full((1, 30), np.nan))


def test_vectors_beyond_float16_are_refused(vectors):
    with pytest.raises(ValueError, match="kept as float16, up to 65,504"):
        ResidualQuantizer.fit(1e7 * vectors, centroids=32)


def test_tokens_added_to_a_small_collection_are_kept_too():
    rng = np.random.default_rng(0)
    first, later = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in rng.standard_normal((2, 100, 8)))
    quantizer = ResidualQuantizer.fit(first, nbits=4)
    decoded = quantizer.decode(quantizer.encode(later))
    assert np.einsum("ij,ij->i", decoded, later).mean() > 0.9
