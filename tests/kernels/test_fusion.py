import numpy as np
import pytest

from labkit.kernels.fusion import fuse_plain
from labkit.search.fusion import _sum


@pytest.mark.parametrize("span", [12, 50, 1000, 2**31])
@pytest.mark.parametrize("k", [1, 7, 40])
def test_the_kernel_gives_the_bits_of_the_plain_version(span, k):
    rng = np.random.default_rng(span + k)
    ids = rng.integers(0, span, (30, 40))
    ids[rng.random(ids.shape) < 0.2] = -1
    # Gains of few distinct values, of both signs: sums tie, cancel to zero and are negative.
    gains = rng.integers(-2, 3, ids.shape).astype(float)
    base = rng.integers(-1, 2, 30).astype(float)
    hits = _sum(ids, gains, base, k)
    for row, expected in zip(hits, fuse_plain(ids, gains, base, k), strict=True):
        assert row == [(document, float(score)) for document, score in expected]


def test_ids_that_fall_on_the_same_place_of_the_table():
    ids = np.arange(0, 64 * 256 * 1024, 256 * 1024)[None]
    hits = _sum(ids, np.ones((1, 64)), np.zeros(1), 64)
    assert hits.ids[0].tolist() == sorted(ids[0].tolist())
