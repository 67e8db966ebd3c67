import numpy as np
import pytest

from labkit import Int4Index, Int8Index, Int8Quantizer

faiss = pytest.importorskip("faiss")


@pytest.fixture(scope="module")
def vectors():
    rows = np.random.default_rng(0).standard_normal((3000, 48), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_three_documents_by_hand():
    """The largest number, 1, is level 127: the step is 1/127, and 0.6 and 0.8 become 76 and 102."""
    index = Int8Index([[1, 0], [0, 1], [0.6, 0.8]])
    assert index.codes.tolist() == [[127, 0], [0, 127], [76, 102]]
    hits = index.search([[0.5, 1.0]], k=2)  # levels 64 and 127
    assert hits.ids.tolist() == [[2, 1]]
    np.testing.assert_allclose(hits.scores, [[(76 * 64 + 102 * 127) / 127**2, 127 * 127 / 127**2]], rtol=1e-6)


def test_faiss_agrees(vectors):
    index = Int8Index(vectors)
    queries = np.clip(np.rint(300 * vectors[:30]), -127, 127).astype(np.float32)
    queries[:, 0] = 127  # so that these levels are the query's own
    oracle = faiss.IndexScalarQuantizer(48, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
    oracle.add(index.codes.astype(np.float32))
    scores, _ = oracle.search(queries, 10)
    hits = index.search(queries, 10)
    np.testing.assert_allclose(hits.scores, scores * index.quantizer.ranges.step[0], rtol=1e-5)


@pytest.mark.parametrize("per_dimension", [False, True])
def test_scores_are_close_to_the_float_ones(vectors, per_dimension):
    shifted = vectors * np.linspace(0.1, 2, 48, dtype=np.float32) + np.linspace(-1, 1, 48, dtype=np.float32)
    quantizer = Int8Quantizer.fit(shifted, per_dimension=per_dimension)
    index = Int8Index(shifted, quantizer)
    hits = index.search(shifted[:20], 10)
    exact = np.take_along_axis(shifted[:20] @ shifted.T, hits.ids, axis=1)
    np.testing.assert_allclose(hits.scores, exact, atol=0.15)
    best = np.argsort(-(shifted[:20] @ shifted.T), axis=1)[:, :10]
    assert np.mean([len(set(a) & set(b)) for a, b in zip(hits.ids, best, strict=True)]) >= 9


@pytest.mark.parametrize("per_dimension", [False, True])
def test_rescoring_equals_the_decoded_vectors(vectors, per_dimension):
    index = Int8Index(vectors, Int8Quantizer.fit(vectors, per_dimension=per_dimension))
    everything = np.tile(np.arange(len(vectors)), (6, 1))
    hits = index.rescore(vectors[:6], everything, 20)
    scores = vectors[:6] @ index.quantizer.decode(index.codes).T
    np.testing.assert_allclose(hits.scores, -np.sort(-scores, axis=1)[:, :20], atol=1e-5)


def test_a_query_of_zeros_ties_everything(vectors):
    hits = Int8Index(vectors).search(np.zeros((1, 48)), k=3)
    assert hits.ids.tolist() == [[0, 1, 2]]
    assert hits.scores.tolist() == [[0, 0, 0]]


def test_short_lists_are_padded():
    hits = Int8Index([[1.0, 0.0], [0.0, 1.0]]).search([[1, 0]], k=3)
    assert hits.ids.tolist() == [[0, 1, -1]]
    assert hits.scores[0, 2] == -np.inf


def test_no_documents_and_no_queries(vectors):
    quantizer = Int8Quantizer.fit(vectors)
    empty = Int8Index(np.zeros((0, 48), np.float32), quantizer)
    assert empty.search(vectors[:2], k=2).ids.tolist() == [[-1, -1], [-1, -1]]
    assert Int8Index(vectors).search(np.zeros((0, 48)), k=2).ids.shape == (0, 2)


@pytest.mark.parametrize(
    ("queries", "k", "error", "message"),
    [
        (np.ones((1, 3)), 1, ValueError, "should have 48 dimensions, but has 3"),
        (np.full((1, 48), np.inf), 1, ValueError, "finite"),
        (np.ones((1, 48)), 0, ValueError, "k should be at least 1"),
        (np.ones((1, 48)), "3", TypeError, "whole number"),
    ],
)
def test_bad_queries_are_refused(vectors, queries, k, error, message):
    with pytest.raises(error, match=message):
        Int8Index(vectors).search(queries, k)


@pytest.mark.parametrize("kind", [Int8Index, Int4Index])
def test_scores_beyond_float32_are_refused(vectors, kind):
    index, far = kind(vectors * np.float32(1e25)), vectors[:2] * np.float32(1e25)
    with pytest.raises(ValueError, match="scale the vectors to unit length"):
        index.search(far, 3)
    with pytest.raises(ValueError, match="scale the vectors to unit length"):
        index.rescore(far, np.tile(np.arange(20), (2, 1)), 3)


def test_sums_that_round_to_one_score_come_in_the_order_of_ids():
    far_off = np.random.default_rng(0).normal(50, 0.01, (2000, 16)).astype(np.float32)
    hits = Int8Index(far_off, Int8Quantizer.fit(far_off, per_dimension=True)).search(far_off[:5], 2000)
    equal = hits.scores[:, 1:] == hits.scores[:, :-1]
    assert equal.any()
    assert (hits.ids[:, 1:] > hits.ids[:, :-1])[equal].all()
    assert (hits.scores[:, 1:] <= hits.scores[:, :-1]).all()


@pytest.mark.parametrize(
    ("given", "error"),
    [(None, TypeError), ({1.0}, TypeError), (np.float32(1), ValueError), ([[1, 2], [3]], ValueError)],
)
def test_what_is_no_array_of_vectors_is_said_so(given, error):
    with pytest.raises(error, match="vectors should"):
        Int8Index(given)


def test_bad_codes_are_refused(vectors):
    quantizer = Int8Quantizer.fit(vectors)
    with pytest.raises(TypeError, match="int8, but are uint8"):
        Int8Index.from_codes(np.zeros((3, 48), np.uint8), quantizer)
    with pytest.raises(ValueError, match=r"\(n, 48\)"):
        Int8Index.from_codes(np.zeros((3, 47), np.int8), quantizer)
    with pytest.raises(ValueError, match="calibration needs at least 2"):
        Int8Index([[1.0, 2.0]])


def test_sizes(vectors):
    index = Int8Index(vectors)
    assert (len(index), index.dim, index.nbytes, index.bytes_per_item) == (3000, 48, 3000 * 48, 48)


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded(vectors, tmp_path, mmap):
    index = Int8Index(vectors, Int8Quantizer.fit(vectors, per_dimension=True))
    index.save(tmp_path / "index")
    loaded = Int8Index.load(tmp_path / "index", mmap=mmap)
    expected, found = index.search(vectors[:40], 5), loaded.search(vectors[:40], 5)
    assert (expected.ids == found.ids).all()
    assert (expected.scores == found.scores).all()
