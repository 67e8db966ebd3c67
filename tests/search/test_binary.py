import numpy as np
import psutil
import pytest
import scipy.sparse

from labkit import BinaryIndex, BinaryQuantizer, Int4Index, Int8Index, random_rotation
from labkit.compress.binary import swap_bit_order

faiss = pytest.importorskip("faiss")


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).standard_normal((3000, 100), dtype=np.float32)


def test_three_documents_by_hand():
    index = BinaryIndex([[1, 1, -1], [-1, 1, -1], [-1, -1, 1]])
    hits = index.search([[-2, -1, 5], [1, -1, -1]], k=3)
    assert hits.ids.tolist() == [[2, 1, 0], [0, 1, 2]]
    assert hits.scores.tolist() == [[0, -2, -3], [-1, -2, -2]]


def test_faiss_agrees(vectors):
    rng = np.random.default_rng(1)
    quantizer = BinaryQuantizer.fit(vectors[:, :96], thresholds="median")
    index = BinaryIndex(vectors[:, :96], quantizer)
    queries = rng.standard_normal((20, 96), dtype=np.float32)
    oracle = faiss.IndexBinaryFlat(96)
    oracle.add(swap_bit_order(index.codes))
    distances, _ = oracle.search(swap_bit_order(quantizer.encode(queries)), 50)
    np.testing.assert_array_equal(-index.search(queries, 50).scores, distances)


def test_sentence_transformers_codes_are_searched_where_they_lie(vectors):
    from sentence_transformers.util import quantize_embeddings

    codes = quantize_embeddings(vectors[:, :96], precision="ubinary")
    index = BinaryIndex.from_codes(codes, BinaryQuantizer.fit(vectors[:, :96]))
    assert np.shares_memory(index.codes, codes)
    assert (index.search(vectors[:5, :96], 1).ids[:, 0] == np.arange(5)).all()


def test_rescoring_with_float_queries_by_hand():
    index = BinaryIndex([[1, 1, 1, 1], [1, 1, 1, -1], [-1, 1, 1, 1]])
    hits = index.rescore([[5, 1, 1, 1]], [[2, -1, 1]], k=2)
    assert hits.ids.tolist() == [[1, 2]]
    assert hits.scores.tolist() == [[(5 + 1 + 1 - 1) / 2, (-5 + 1 + 1 + 1) / 2]]


def test_rescoring_equals_the_decoded_vectors(vectors):
    quantizer = BinaryQuantizer.fit(vectors, thresholds="mean", rotation=random_rotation(100, seed=1))
    index = BinaryIndex(vectors, quantizer)
    everything = np.tile(np.arange(len(vectors)), (6, 1))
    hits = index.rescore(vectors[:6], everything, 20)
    scores = quantizer.transform(vectors[:6]) @ quantizer.decode(index.codes).T
    np.testing.assert_allclose(hits.scores, -np.sort(-scores, axis=1)[:, :20], rtol=1e-4)


def test_short_lists_are_padded():
    hits = BinaryIndex([[1.0, 1.0], [1.0, -1.0]]).search([[1, -1]], k=4)
    assert hits.ids.tolist() == [[1, 0, -1, -1]]
    assert hits.scores.tolist() == [[0, -1, -np.inf, -np.inf]]


def test_no_documents_and_no_queries(vectors):
    quantizer = BinaryQuantizer.fit(vectors)
    empty = BinaryIndex(np.zeros((0, 100), np.float32), quantizer)
    assert len(empty) == 0
    assert empty.search(vectors[:2], k=2).ids.tolist() == [[-1, -1], [-1, -1]]
    assert BinaryIndex(vectors).search(np.zeros((0, 100)), k=2).ids.shape == (0, 2)


@pytest.mark.parametrize(
    ("queries", "k", "error", "message"),
    [
        (np.ones((1, 3)), 1, ValueError, "should have 100 dimensions, but has 3"),
        (np.full((1, 100), np.nan), 1, ValueError, "finite"),
        (np.ones((1, 100)), 0, ValueError, "k should be at least 1"),
        (np.ones((1, 100)), 2.0, TypeError, "whole number"),
    ],
)
def test_bad_queries_are_refused(vectors, queries, k, error, message):
    with pytest.raises(error, match=message):
        BinaryIndex(vectors).search(queries, k)


def test_bad_codes_and_candidates_are_refused(vectors):
    quantizer = BinaryQuantizer.fit(vectors)
    with pytest.raises(TypeError, match="uint8, but are int64"):
        BinaryIndex.from_codes(np.zeros((3, 13), np.int64), quantizer)
    with pytest.raises(ValueError, match=r"\(n, 13\)"):
        BinaryIndex.from_codes(np.zeros((3, 12), np.uint8), quantizer)
    index = BinaryIndex(vectors)
    with pytest.raises(ValueError, match="0 … 2999"):
        index.rescore(vectors[:1], [[3000]], 1)
    with pytest.raises(ValueError, match=r"\(2, m\)"):
        index.rescore(vectors[:2], [[1]], 1)
    with pytest.raises(TypeError, match="float64"):
        index.rescore(vectors[:1], [[1.0]], 1)


def test_sizes(vectors):
    index = BinaryIndex(vectors)
    assert (len(index), index.dim, index.nbytes, index.bytes_per_item) == (3000, 100, 3000 * 13, 13)


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize("rotated", [False, True])
def test_saved_and_loaded(vectors, tmp_path, mmap, rotated):
    rotation = random_rotation(100, seed=2) if rotated else None
    index = BinaryIndex(vectors, BinaryQuantizer.fit(vectors, thresholds="mean", rotation=rotation))
    index.save(tmp_path / "index")
    loaded = BinaryIndex.load(tmp_path / "index", mmap=mmap)
    expected, found = index.search(vectors[:40], 5), loaded.search(vectors[:40], 5)
    assert (expected.ids == found.ids).all()
    assert (expected.scores == found.scores).all()


def test_a_memory_mapped_file_is_not_copied(tmp_path):
    """The codes take 19 MB; what the search itself allocates stays far below that."""
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 256, (400_000, 48), dtype=np.uint8)
    np.save(tmp_path / "codes.npy", codes)
    mapped = np.load(tmp_path / "codes.npy", mmap_mode="r")
    index = BinaryIndex.from_codes(mapped, BinaryQuantizer(np.zeros(384, np.float32)))
    assert np.shares_memory(index.codes, mapped)
    queries = rng.standard_normal((32, 384), dtype=np.float32)
    index.search(queries[:1], 10)  # compile first
    process = psutil.Process()
    memory = process.memory_info()
    private = memory.rss - getattr(memory, "shared", 0)
    hits = index.search(queries, 100)
    memory = process.memory_info()
    assert memory.rss - getattr(memory, "shared", mapped.nbytes) - private < 8_000_000
    assert (hits.ids == BinaryIndex.from_codes(codes, index.quantizer).search(queries, 100).ids).all()


@pytest.mark.parametrize("kind", [BinaryIndex, Int8Index, Int4Index])
def test_masked_and_sparse_vectors_are_refused_and_a_bad_row_is_named_among_all(kind):
    masked = np.ma.masked_array([[1.0, 0], [0, 1], [5, 5]], mask=[[0, 0], [0, 0], [1, 1]])
    with pytest.raises(TypeError, match="masked"):
        kind(masked)
    with pytest.raises(TypeError, match="sparse"):
        kind(scipy.sparse.csr_matrix(np.eye(3)))
    vectors = np.random.default_rng(0).standard_normal((70_001, 2))
    vectors[70_000, 0] = np.nan
    with pytest.raises(ValueError, match="row 70000"):
        kind(vectors)
    vectors = np.random.default_rng(0).standard_normal((300_000, 2))
    vectors[3_000, 0] = np.nan
    with pytest.raises(ValueError, match="row 3000"):
        kind(vectors)
