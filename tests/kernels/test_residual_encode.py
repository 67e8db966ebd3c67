"""Encoding against the same in NumPy, number by number."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.compress.residual_codes import unpack_levels
from labkit.kernels.residual_encode import encode


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_encoding_equals_numpy(data):
    n, c, d = (data.draw(st.integers(1, most)) for most in (30, 5, 40))
    nbits, threads = data.draw(st.sampled_from([1, 2, 4])), data.draw(st.sampled_from([1, 3]))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    vectors, centroids = (rng.standard_normal((m, d)).astype(np.float32) for m in (n, c))
    nearest, step = rng.integers(0, c, n), 0.02
    vectors[0] = centroids[nearest[0]]  # nothing is missed
    weights = np.sort(rng.standard_normal(2**nbits)).astype(np.float32)
    cutoffs = (weights[1:] + weights[:-1]) / 2
    width = -(-d * nbits // 8)
    codes, scales, levels = np.empty(n, np.uint16), np.empty(n, np.uint8), np.empty((n, width), np.uint8)
    encode(vectors, nearest, centroids, cutoffs, weights, step, codes, scales, levels, threads)

    np.testing.assert_array_equal(codes, nearest)
    residuals = (vectors - centroids[nearest]).astype(np.float64)
    shapes = residuals / np.sqrt((residuals**2).mean(axis=1, keepdims=True) + 1e-30)
    found = unpack_levels(levels, nbits, d)
    wanted = (shapes[:, :, None] > cutoffs).sum(axis=2)
    clear = np.abs(shapes[:, :, None] - cutoffs).min(axis=2) > 1e-4
    clear[0] = False
    np.testing.assert_array_equal(found[clear], wanted[clear])
    values = weights[found].astype(np.float64)
    best = np.clip((residuals * values).sum(axis=1) / (values**2).sum(axis=1) / step, 0, 255)
    assert (np.abs(scales - best) <= 0.501).all()
    assert scales[0] == 0
    room = 8 // nbits * width - d
    assert room == 0 or not unpack_levels(levels, nbits, d + room)[:, d:].any()
