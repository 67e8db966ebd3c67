import numpy as np
import pytest

from labkit import FlatIndex, FunnelIndex
from labkit.search.hits import Hits


@pytest.fixture(scope="module")
def vectors():
    """Rows whose first numbers weigh most, as Matryoshka training would have it."""
    rows = np.random.default_rng(0).standard_normal((2000, 64)) / np.sqrt(1 + np.arange(64))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_stages_by_hand(vectors):
    """Each stage written out in NumPy: the best 300 by 8 numbers, of those the best 40 by 16, of those 5 by all."""
    queries = vectors[:30]
    hits = FunnelIndex(vectors, [(8, 300), (16, 40)]).search(queries, 5)
    for q, query in enumerate(queries):
        left = np.arange(2000)
        for dims, keep in ((8, 300), (16, 40), (64, 5)):
            scores = unit(vectors[left, :dims].astype(np.float64)) @ unit(query[None, :dims].astype(np.float64))[0]
            left = left[np.argsort(-scores, kind="stable")[:keep]]
        assert hits.ids[q].tolist() == left.tolist()


def test_scores_are_those_of_the_flat_index(vectors):
    full = FlatIndex(vectors).search(vectors[:50], 2000)
    found = FunnelIndex(vectors, [(8, 100)]).search(vectors[:50], 10)
    for q in range(50):
        place = {int(i): score for i, score in zip(full.ids[q], full.scores[q], strict=True)}
        assert [place[int(i)] for i in found.ids[q]] == found.scores[q].tolist()


def test_a_shortlist_of_everything_is_exact(vectors):
    found = FunnelIndex(vectors, [(2, 2000)]).search(vectors[:5], 10)
    exact = FlatIndex(vectors).search(vectors[:5], 10)
    assert (found.ids == exact.ids).all()
    assert (found.scores == exact.scores).all()


def test_prefixes_are_made_unit_length_again():
    """Document 0 points exactly along the query's prefix but keeps little of its length there."""
    vectors = np.array([[0.1, 0.0, 0.995], [0.6, 0.6, 0.529]], np.float32)
    hits = FunnelIndex(vectors, [(2, 1)]).search([[1.0, 0.0, 0.0]], k=1)
    assert hits.ids.tolist() == [[0]]


def test_documents_and_bytes_touched(vectors):
    index = FunnelIndex(vectors, [(8, 300), (16, 40)])
    assert index.documents_touched == (2000, 300, 40)
    assert index.bytes_touched == (2000 * 8 * 4, 300 * 16 * 4, 40 * 64 * 4)
    assert index.nbytes == 2000 * (64 + 8 + 16) * 4
    assert index.bytes_per_item == (64 + 8 + 16) * 4


def test_profile_names_every_stage(vectors):
    index = FunnelIndex(vectors, [(8, 300)])
    hits, costs = index.profile(vectors[:4], 10)
    assert isinstance(hits, Hits)
    assert [(cost.dims, cost.documents, cost.nbytes) for cost in costs] == [(8, 2000, 64000), (64, 300, 76800)]
    assert all(cost.milliseconds > 0 for cost in costs)


@pytest.mark.parametrize(
    ("stages", "error", "message"),
    [
        ([], ValueError, "at least one stage"),
        ([(65, 10)], ValueError, "asks for 65 dimensions, but the vectors have 64"),
        ([(16, 10), (8, 5)], ValueError, "dimensions should rise"),
        ([(8, 10), (8, 5)], ValueError, "dimensions should rise"),
        ([(8, 10), (16, 20)], ValueError, "a shortlist cannot grow"),
        ([(8, 0)], ValueError, r"above 0, not \(8, 0\)"),
        ([(8.5, 10)], TypeError, "two whole numbers"),
        ([8, 10], TypeError, "two whole numbers"),
        ([(8, 10, 1)], ValueError, "two whole numbers"),
    ],
)
def test_bad_stages_are_refused(vectors, stages, error, message):
    with pytest.raises(error, match=message):
        FunnelIndex(vectors, stages)


def test_k_above_the_last_shortlist_is_refused(vectors):
    with pytest.raises(ValueError, match="k is 41, more than the last shortlist of 40"):
        FunnelIndex(vectors, [(8, 300), (16, 40)]).search(vectors[:1], 41)


def test_fewer_documents_than_the_shortlist():
    hits = FunnelIndex(np.eye(4, dtype=np.float32), [(4, 100)]).search(np.eye(4)[:1], 6)
    assert hits.ids.tolist() == [[0, 1, 2, 3, -1, -1]]


def test_no_documents():
    index = FunnelIndex(np.zeros((0, 8), np.float32), [(4, 10)])
    assert index.search(np.ones((1, 8)), 2).ids.tolist() == [[-1, -1]]


def test_threads_change_nothing(vectors):
    many = np.tile(vectors, (6, 1))
    one = FunnelIndex(many, [(8, 300), (16, 100)], threads=1).search(vectors[:90], 20)
    three = FunnelIndex(many, [(8, 300), (16, 100)], threads=3).search(vectors[:90], 20)
    assert (one.ids == three.ids).all()
    assert (one.scores == three.scores).all()


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded(vectors, tmp_path, mmap):
    index = FunnelIndex(vectors, [(8, 300), (16, 40)])
    index.save(tmp_path)
    loaded = FunnelIndex.load(tmp_path, mmap=mmap)
    assert loaded.stages == ((8, 300), (16, 40))
    assert (loaded.search(vectors[:9], 5).ids == index.search(vectors[:9], 5).ids).all()
    with pytest.raises(ValueError, match="holds a FunnelIndex, not a FlatIndex"):
        FlatIndex.load(tmp_path)


@pytest.mark.parametrize("stages", [None, 5, "64"])
def test_stages_that_are_no_list_of_pairs_are_refused(stages):
    with pytest.raises(TypeError, match="pairs"):
        FunnelIndex(np.eye(4, dtype=np.float32), stages=stages)


@pytest.mark.parametrize("mmap", [False, True])
def test_files_cut_short_are_refused(vectors, tmp_path, mmap):
    FunnelIndex(vectors, [(8, 300), (16, 40)]).save(tmp_path)
    files = list(tmp_path.iterdir())
    assert len(files) == 4
    for path in files:
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(ValueError, match="damaged"):
            FunnelIndex.load(tmp_path, mmap=mmap)
        path.write_bytes(content)
    assert len(FunnelIndex.load(tmp_path, mmap=mmap)) == 2000
