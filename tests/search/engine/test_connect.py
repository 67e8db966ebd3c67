import numpy as np
import pytest

from labkit.models.token_vectors import TokenVectors
from labkit.search import engine
from labkit.search.engine import Shape, SparseVectors

SPARSE = SparseVectors.of([{3: 0.5}, {3: 1.5, 9: 2.0}])


def test_a_collection_is_found_again_and_not_mixed_with_another_shape(place, make):
    points = make(Shape(dims=2))
    points.upload(vectors=np.eye(2))
    assert points.name in place.names()
    assert place.open(points.name).shape == Shape(dims=2)
    assert len(place.create(points.name, Shape(dims=2))) == 2
    with pytest.raises(ValueError, match="another shape"):
        place.create(points.name, Shape(dims=3))
    assert len(place.create(points.name, Shape(dims=3), replace=True)) == 0
    with pytest.raises(ValueError, match="no collection 'nowhere'"):
        place.open("nowhere")


@pytest.mark.parametrize("edge", [False, True])
def test_a_folder_is_found_again_and_has_one_user_at_a_time(tmp_path, edge):
    if edge:
        pytest.importorskip("qdrant_edge", reason='QDRANT EDGE WAS NOT TESTED: pip install "labkit[edge]"')
    shape = Shape(dims=2, prefixes=(1,), token_dims=2, sparse=True)
    held = {"vectors": np.eye(2), "tokens": TokenVectors.of([np.eye(2), np.eye(2)[:1]]), "sparse": SPARSE}
    pipelines = (engine.funnel([(1, 2)]), engine.Nearest("tokens"), engine.Nearest("sparse"))
    with engine.connect(tmp_path / "it", edge=edge) as first:
        points = first.create("a", shape)
        points.upload(**held)
        before = [points.search(pipeline, k=2, **held) for pipeline in pipelines]
        with pytest.raises(BlockingIOError, match="open in another process"):
            len(engine.connect(tmp_path / "it", edge=edge).open("a"))
    with engine.connect(tmp_path / "it", edge=edge) as again:
        assert again.names() == ["a"]
        assert again.open("a").shape == shape
        for pipeline, wanted in zip(pipelines, before, strict=True):
            found = again.open("a").search(pipeline, k=2, **held)
            assert (found.ids == wanted.ids).all() and (found.scores == wanted.scores).all()


def test_a_damaged_folder_is_said_to_be_so(tmp_path):
    with engine.connect(tmp_path) as first:
        first.create("a", Shape(dims=2)).upload(vectors=np.eye(2))
    (file,) = tmp_path.rglob("*.sqlite")
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(ValueError, match="damaged.*upload again"):
        engine.connect(tmp_path)
    (tmp_path / "meta.json").write_text('{"collections": {"a')
    with pytest.raises(ValueError, match="damaged.*upload again"):
        engine.connect(tmp_path)


def test_a_collection_of_somebody_else_is_left_alone(tmp_path):
    from qdrant_client import QdrantClient, models

    client = QdrantClient(path=str(tmp_path))
    client.create_collection("theirs", {"v": models.VectorParams(size=2, distance=models.Distance.DOT)})
    client.close()
    with engine.connect(tmp_path) as connected:
        assert connected.names() == []
        with pytest.raises(ValueError, match="not made by labkit"):
            connected.create("theirs", Shape(dims=2))


@pytest.mark.parametrize("name", ["", "../up", "a b", "a/b", "x" * 101])
def test_a_name_that_is_no_name(name):
    with pytest.raises(ValueError, match="letters"):
        engine.connect().create(name, Shape(dims=2))


def test_contradictions(tmp_path):
    with pytest.raises(ValueError, match="keeps its collections in a folder"):
        pytest.importorskip("qdrant_edge") and engine.connect(edge=True)
    with pytest.raises(ValueError, match="not at an address"):
        engine.connect("http://host:6333", edge=True)
    with pytest.raises(ValueError, match="timeout"):
        engine.connect(timeout=0)
