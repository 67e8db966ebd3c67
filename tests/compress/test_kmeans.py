"""k-means by hand, and its nearest centres against the plain distances."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.compress.kmeans import kmeans, nearest_centres


def test_two_groups_by_hand():
    points = np.array([[0, 0], [0, 2], [9, 0], [9, 2]], np.float32)
    found = kmeans(points, 2, iterations=5, seed=2, threads=1, progress=False)
    np.testing.assert_allclose(found[np.argsort(found[:, 0])], [[0, 1], [9, 1]])


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 60), c=st.integers(1, 20), d=st.integers(1, 9), seed=st.integers(0, 999))
def test_nearest_equals_the_smallest_distance(n, c, d, seed):
    rng = np.random.default_rng(seed)
    vectors, centres = rng.integers(-3, 4, (n, d)).astype(np.float32), rng.integers(-3, 4, (c, d)).astype(np.float32)
    distances = ((vectors[:, None] - centres[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(nearest_centres(vectors, centres, 1), distances.argmin(axis=1))


def test_equal_vectors_share_one_centre():
    points = np.tile(np.array([[0.6, 0.8]], np.float32), (50, 1))
    assert kmeans(points, 8, iterations=3, seed=0, threads=1, progress=False).shape == (1, 2)


def test_the_error_falls_and_threads_do_not_matter():
    vectors = np.random.default_rng(0).standard_normal((3000, 24), dtype=np.float32)

    def error(found):
        return float(((vectors - found[nearest_centres(vectors, found, 1)]) ** 2).sum())

    made = [kmeans(vectors, 64, iterations=i, seed=0, threads=1, progress=False) for i in (1, 4)]
    assert error(made[1]) < error(made[0])
    np.testing.assert_array_equal(made[1], kmeans(vectors, 64, iterations=4, seed=0, threads=3, progress=False))
