import faiss
import numpy as np
import pytest

from labkit import FlatIndex


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((3000, 48), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_three_documents_by_hand():
    index = FlatIndex([[1, 0], [0, 1], [0.6, 0.8]])
    hits = index.search([[0.8, 0.6]], k=2)
    assert hits.ids.tolist() == [[2, 0]]
    np.testing.assert_allclose(hits.scores, [[0.96, 0.8]], rtol=1e-6)


def test_faiss_agrees(vectors):
    queries = vectors[:70] + np.float32(0.1)
    oracle = faiss.IndexFlatIP(48)
    oracle.add(vectors)
    scores, ids = oracle.search(queries, 10)
    hits = FlatIndex(vectors).search(queries, 10)
    np.testing.assert_allclose(hits.scores, scores, atol=1e-5)
    assert (hits.ids == ids).mean() > 0.999  # float32 sums in another order may swap near-ties


def test_short_lists_are_padded():
    hits = FlatIndex(np.eye(2, dtype=np.float32)).search([[1, 0.5]], k=4)
    assert hits.ids.tolist() == [[0, 1, -1, -1]]
    assert hits.scores.tolist() == [[1, 0.5, -np.inf, -np.inf]]


def test_no_documents_and_no_queries():
    empty = FlatIndex(np.zeros((0, 3), np.float32))
    assert len(empty) == 0
    assert empty.search(np.ones((2, 3)), k=2).ids.tolist() == [[-1, -1], [-1, -1]]
    assert FlatIndex(np.ones((4, 3))).search(np.zeros((0, 3)), k=2).ids.shape == (0, 2)


def test_one_document():
    assert FlatIndex([[0.0, -1.0]]).search([[0, 1]], k=1).scores.tolist() == [[-1.0]]


@pytest.mark.parametrize(
    ("queries", "k", "error", "message"),
    [
        (np.ones((1, 3)), 1, ValueError, "should have 48 dimensions, but has 3"),
        (np.ones(48), 1, ValueError, "shape"),
        (np.full((1, 48), np.nan), 1, ValueError, "finite"),
        (np.ones((1, 48)), 0, ValueError, "k should be at least 1"),
        (np.ones((1, 48)), -1, ValueError, "k should be at least 1"),
        (np.ones((1, 48)), 2.0, TypeError, "whole number"),
        ([["a"] * 48], 1, TypeError, "real numbers"),
    ],
)
def test_bad_queries_are_refused(vectors, queries, k, error, message):
    with pytest.raises(error, match=message):
        FlatIndex(vectors).search(queries, k)


def test_bad_vectors_are_refused():
    with pytest.raises(ValueError, match="row 1"):
        FlatIndex([[1.0, 0.0], [np.inf, 0.0]])
    with pytest.raises(ValueError, match="threads should be at least 1, but is 0"):
        FlatIndex([[1.0]], threads=0)


def test_scores_that_do_not_fit_into_float32_are_refused():
    index = FlatIndex(np.full((3, 2), 1e20, np.float32))
    with pytest.raises(ValueError, match="too large for float32"):
        index.search(np.full((1, 2), 1e20, np.float32), k=1)
    assert index.search([[1.0, 0.0]], k=1).scores[0, 0] == np.float32(1e20)


def test_float64_and_strided_arrays_give_the_right_answer(vectors):
    expected = FlatIndex(vectors).search(vectors[:5], 3)
    wide = np.repeat(vectors.astype(np.float64), 2, axis=1)[:, ::2]
    found = FlatIndex(wide).search(np.asfortranarray(vectors[:5]), 3)
    assert (found.ids == expected.ids).all()
    assert (found.scores == expected.scores).all()


def test_the_vectors_are_not_copied(vectors):
    assert np.shares_memory(FlatIndex(vectors).vectors, vectors)


def test_a_read_only_memory_map_is_used_where_it_lies(vectors, tmp_path):
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    index = FlatIndex(mapped)
    assert np.shares_memory(index.vectors, mapped)
    assert (index.search(vectors[:3], 4).ids == FlatIndex(vectors).search(vectors[:3], 4).ids).all()


def test_sizes(vectors):
    index = FlatIndex(vectors)
    assert (len(index), index.dim, index.nbytes, index.bytes_per_item) == (3000, 48, 3000 * 48 * 4, 192)


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded(vectors, tmp_path, mmap):
    index = FlatIndex(vectors)
    index.save(tmp_path / "index")
    loaded = FlatIndex.load(tmp_path / "index", mmap=mmap)
    expected, found = index.search(vectors[:40], 5), loaded.search(vectors[:40], 5)
    assert (expected.ids == found.ids).all()
    assert (expected.scores == found.scores).all()
    assert loaded.nbytes == index.nbytes


def test_an_empty_index_is_saved_and_loaded(tmp_path):
    FlatIndex(np.zeros((0, 3), np.float32)).save(tmp_path)
    assert len(FlatIndex.load(tmp_path, mmap=True)) == 0


@pytest.mark.parametrize(("wrong", "error"), [(0, ValueError), (1.5, TypeError), (True, TypeError)])
def test_threads_are_a_whole_number_of_at_least_one(wrong, error):
    with pytest.raises(error, match="threads"):
        FlatIndex(np.eye(2, dtype=np.float32), threads=wrong)


def test_a_k_that_no_machine_holds_is_refused():
    with pytest.raises(ValueError, match="at most"):
        FlatIndex(np.eye(2, dtype=np.float32)).search(np.eye(2, dtype=np.float32), 10**12)
