import numpy as np
import pytest

from labkit import BinaryIndex, FlatIndex, FloatRescorer, Int8Index, RescoredIndex


@pytest.fixture(scope="module")
def vectors():
    rows = np.random.default_rng(0).standard_normal((2000, 64), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def overlap(a, b):
    return np.mean([len(set(x) & set(y)) / len(y) for x, y in zip(a.tolist(), b.tolist(), strict=True)])


def test_by_hand():
    """By signs documents 0 and 1 are equal and 2 is one bit off; two candidates are looked at: 1 is the best of them."""
    vectors = np.array([[0.6, 0.1], [0.6, 0.7], [0.7, -0.1]], np.float32)
    index = RescoredIndex(BinaryIndex(vectors), vectors, oversample=2)
    hits = index.search([[1.0, 0.5]], k=1)
    assert hits.ids.tolist() == [[1]]
    np.testing.assert_allclose(hits.scores, [[0.95]], rtol=1e-6)


def test_a_shortlist_of_everything_is_exact(vectors):
    queries = vectors[:9] + np.float32(0.1)
    exact = FlatIndex(vectors).search(queries, 10)
    for by in (vectors, FlatIndex(vectors), FloatRescorer(vectors)):
        hits = RescoredIndex(BinaryIndex(vectors), by, oversample=200).search(queries, 10)
        assert (hits.ids == exact.ids).all()
        assert (hits.scores == exact.scores).all()


def test_recall_grows_with_oversample_and_with_finer_scores(vectors):
    queries = vectors[:60] + np.float32(0.05) * np.random.default_rng(1).standard_normal((60, 64)).astype(np.float32)
    exact = FlatIndex(vectors).search(queries, 10).ids
    binary, int8 = BinaryIndex(vectors), Int8Index(vectors)
    plain = overlap(binary.search(queries, 10).ids, exact)
    recalls = [
        overlap(RescoredIndex(binary, vectors, oversample=factor).search(queries, 10).ids, exact)
        for factor in (1, 2, 8)
    ]
    assert recalls[0] == plain < recalls[1] < recalls[2]
    by_bits = overlap(RescoredIndex(binary, binary, oversample=8).search(queries, 10).ids, exact)
    by_int8 = overlap(RescoredIndex(binary, int8, oversample=8).search(queries, 10).ids, exact)
    assert plain < by_bits < by_int8 <= recalls[2] + 0.02


def test_three_stages(vectors):
    binary, int8 = BinaryIndex(vectors), Int8Index(vectors)
    chain = RescoredIndex(RescoredIndex(binary, int8, oversample=3), vectors, oversample=2)
    hits, stages = chain.profile(vectors[:5], k=10)
    assert [(stage.name, stage.documents, stage.nbytes) for stage in stages] == [
        ("BinaryIndex", 2000, 2000 * 8),
        ("Int8Index", 60, 60 * 64),
        ("FloatRescorer", 20, 20 * 256),
    ]
    assert (hits.ids[:, 0] == np.arange(5)).all()
    assert (hits.ids == chain.search(vectors[:5], k=10).ids).all()


def test_sizes_count_shared_codes_once(vectors):
    binary = BinaryIndex(vectors)
    assert RescoredIndex(binary, binary).nbytes == 2000 * 8
    assert RescoredIndex(binary, vectors).bytes_per_item == 8 + 256


def test_vectors_in_a_file_are_used_where_they_lie(vectors, tmp_path):
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    index = RescoredIndex(BinaryIndex(vectors), mapped)
    assert np.shares_memory(index.by.vectors, mapped)
    assert (
        index.search(vectors[:3], 5).ids == RescoredIndex(BinaryIndex(vectors), vectors).search(vectors[:3], 5).ids
    ).all()


def test_short_lists_are_padded():
    vectors = np.eye(2, dtype=np.float32)
    hits = RescoredIndex(BinaryIndex(vectors), vectors).search(vectors[:1], k=3)
    assert hits.ids.tolist() == [[0, 1, -1]]


def test_no_documents_and_no_queries(vectors):
    empty = RescoredIndex(BinaryIndex(vectors[:0], BinaryIndex(vectors).quantizer), vectors[:0])
    assert empty.search(vectors[:1], 2).ids.tolist() == [[-1, -1]]
    assert RescoredIndex(BinaryIndex(vectors), vectors).search(vectors[:0], 2).ids.shape == (0, 2)


def test_bad_input_is_refused(vectors):
    binary = BinaryIndex(vectors)
    with pytest.raises(ValueError, match="2000 documents, but 1999"):
        RescoredIndex(binary, vectors[:1999])
    with pytest.raises(ValueError, match="oversample should be at least 1, but is 0.5"):
        RescoredIndex(binary, vectors, oversample=0.5)
    with pytest.raises(ValueError, match="oversample"):
        RescoredIndex(binary, vectors, oversample=float("nan"))
    with pytest.raises(TypeError, match="float32 array, but are float64"):
        RescoredIndex(binary, vectors.astype(np.float64))
    with pytest.raises(TypeError, match="str"):
        RescoredIndex(binary, "vectors")
    with pytest.raises(ValueError, match="k should be at least 1"):
        RescoredIndex(binary, vectors).search(vectors[:1], 0)
    with pytest.raises(ValueError, match="finite"):
        RescoredIndex(binary, vectors).search(np.full((1, 64), np.nan), 1)


def test_a_broken_vector_is_not_a_silent_answer(vectors):
    broken = vectors.copy()
    broken[0] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity"):
        RescoredIndex(BinaryIndex(vectors), broken).search(vectors[:1], 1)
