"""What only the real engine can show: a graph, codes, oversampling."""

import numpy as np
import pytest

from labkit.search import engine
from labkit.search.engine import Fused, Nearest, Shape, funnel
from labkit.search.flat import FlatIndex

pytest.importorskip("qdrant_edge", reason='QDRANT EDGE WAS NOT TESTED: pip install "labkit[edge]"')

N, D, K = 1500, 48, 10


@pytest.fixture(scope="module")
def clustered():
    """Vectors with structure: on evenly random ones every approximate search looks bad."""
    rng = np.random.default_rng(7)
    scale = np.arange(1, D + 1) ** -0.4
    centres = rng.standard_normal((40, D)) * scale
    x = centres[rng.integers(0, 40, N + 40)] + 0.7 * rng.standard_normal((N + 40, D)) * scale
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
    return x[:N], x[N:]


def recall(found, wanted):
    return np.mean([len(set(a) & set(b)) / K for a, b in zip(found.ids.tolist(), wanted.ids.tolist(), strict=True)])


@pytest.fixture
def points_of(tmp_path, clustered):
    places = []

    def made(**settings):
        place = engine.connect(tmp_path / str(len(places)), edge=True)
        places.append(place)
        points = place.create("a", Shape(dims=D, prefixes=(12,), index_from=200, **settings))
        points.upload(vectors=clustered[0])
        return points

    yield made
    for place in places:
        place.close()


def test_a_graph_is_built_and_finds_nearly_everything(points_of, clustered):
    points, exact = points_of(), FlatIndex(clustered[0]).search(clustered[1], K)
    assert points.info.indexed >= 2 * N, "vectors and prefixes lie in graphs after the upload"
    assert "Edge 0.9" in points.info.engine
    assert recall(points.search(Nearest(ef=128), k=K, vectors=clustered[1]), exact) > 0.95
    assert recall(points.search(funnel([(12, 300)]), k=K, vectors=clustered[1]), exact) > 0.9


@pytest.mark.parametrize("bits", [1, 8])
def test_codes_lose_and_oversampling_brings_back(points_of, clustered, bits):
    points, exact = points_of(bits=bits), FlatIndex(clustered[0]).search(clustered[1], K)
    by_codes, some, much = (
        recall(points.search(Nearest(oversample=x, ef=256), k=K, vectors=clustered[1]), exact) for x in (None, 2, 20)
    )
    assert by_codes < 1, "were it 1, the codes would not have been used"
    assert by_codes < some <= much
    assert much > 0.9
    in_full = points.search(Nearest(exact=True), k=K, vectors=clustered[1])
    assert (in_full.ids == exact.ids).all()
    np.testing.assert_allclose(in_full.scores, exact.scores, atol=1e-6)


def test_a_shortlist_is_scored_in_full_whatever_codes_there_are(points_of, clustered):
    points, exact = points_of(bits=1), FlatIndex(clustered[0]).search(clustered[1], K)
    parts = (Nearest("vectors12", limit=N, exact=True),)
    for among in (parts[0], Fused(parts, limit=N)):
        found = points.search(Nearest("vectors", among=among), k=K, vectors=clustered[1])
        assert (found.ids == exact.ids).all()


def test_the_rest_of_an_interrupted_start_is_cleared_away(tmp_path, clustered):
    with engine.connect(tmp_path, edge=True) as place:
        place.create("a", Shape(dims=D))
    (tmp_path / "a" / "shape.json").unlink()
    with engine.connect(tmp_path, edge=True) as place:
        assert place.names() == []
        points = place.create("a", Shape(dims=D))
        points.upload(vectors=clustered[0][:20])
        assert len(points) == 20
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("mine")
    with engine.connect(tmp_path, edge=True) as place, pytest.raises(FileExistsError, match="holds other files"):
        place.create("b", Shape(dims=D))
    assert (tmp_path / "b" / "thesis.txt").exists()


def test_a_damaged_collection_is_said_to_be_so(tmp_path):
    with engine.connect(tmp_path, edge=True) as place:
        place.create("a", Shape(dims=2)).upload(vectors=np.eye(2))
    (tmp_path / "a" / "edge_config.json").write_text("{")
    with engine.connect(tmp_path, edge=True) as place, pytest.raises(ValueError, match="cannot be read"):
        len(place.open("a"))
