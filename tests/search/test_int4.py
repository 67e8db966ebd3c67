import numpy as np
import pytest

from labkit import BinaryIndex, FlatIndex, Int4Index, Int4Quantizer, RescoredIndex
from labkit.search.levels import query_levels


@pytest.fixture(scope="module")
def vectors():
    rows = np.random.default_rng(0).standard_normal((3000, 47), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_three_documents_by_hand():
    """The largest number, 1, is level 7: the step is 1/7, and 0.6 and 0.8 become 4 and 6; a half byte holds 8 more."""
    index = Int4Index([[1, 0], [0, 1], [0.6, 0.8]])
    assert index.codes.tolist() == [[15 + 16 * 8], [8 + 16 * 15], [12 + 16 * 14]]
    hits = index.search([[0.5, 1.0]], k=2)  # levels 64 and 127
    assert hits.ids.tolist() == [[2, 1]]
    np.testing.assert_allclose(hits.scores, [[(4 * 64 + 6 * 127) / (7 * 127), 7 * 127 / (7 * 127)]], rtol=1e-6)


@pytest.mark.parametrize("per_dimension", [False, True])
@pytest.mark.parametrize("d", [1, 2, 7, 47])
def test_equals_the_decoded_vectors(vectors, d, per_dimension):
    """A search is one with the queries that their own levels stand for; a rescoring one with the queries themselves."""
    cut, asked = vectors[:, :d], vectors[:40, :d]
    index = Int4Index(cut, Int4Quantizer.fit(cut, per_dimension=per_dimension))
    decoded, ranges = index.quantizer.decode(index.codes).astype(np.float64), index.quantizer.ranges
    levels, steps = query_levels(asked * ranges.step.astype(np.float64))
    read = levels * steps[:, None] / ranges.step
    scores = read @ (decoded - ranges.offset).T + (asked @ ranges.offset.astype(np.float64))[:, None]
    hits = index.search(asked, 25)
    np.testing.assert_allclose(hits.scores, -np.sort(-scores, axis=1)[:, :25], atol=1e-5)
    found = index.rescore(asked, np.tile(np.arange(3000), (40, 1)), 25)
    np.testing.assert_allclose(found.scores, -np.sort(-(asked @ decoded.T), axis=1)[:, :25], atol=1e-5)


def test_ties_by_the_smaller_id(vectors):
    index = Int4Index(np.repeat(vectors[:3], 5, axis=0))
    assert index.search(vectors[1:2], 5).ids.tolist() == [[5, 6, 7, 8, 9]]
    assert index.search(np.zeros((1, 47)), 3).ids.tolist() == [[0, 1, 2]]


def test_finds_most_of_what_float32_finds_in_an_eighth_of_the_bytes(vectors):
    even = np.ascontiguousarray(vectors[:, :46])
    exact, index = FlatIndex(even), Int4Index(even)
    found, wanted = index.search(even[:50], 10).ids, exact.search(even[:50], 10).ids
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found.tolist(), wanted.tolist(), strict=True)]) > 0.7
    assert index.nbytes * 8 == exact.nbytes


def test_puts_a_binary_shortlist_in_order(vectors):
    index = RescoredIndex(BinaryIndex(vectors), Int4Index(vectors), oversample=8)
    assert (index.search(vectors[:20], 3).ids[:, 0] == np.arange(20)).all()


def test_short_lists_are_padded():
    index = Int4Index([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    hits = index.search([[1, 0, 0]], k=3)
    assert hits.ids.tolist() == [[0, 1, -1]]
    assert hits.scores[0, 2] == -np.inf
    assert index.rescore([[1, 0, 0]], [[1, -1]], k=2).ids.tolist() == [[1, -1]]


def test_none_and_one_document_and_no_queries(vectors):
    quantizer = Int4Quantizer.fit(vectors)
    empty = Int4Index(np.zeros((0, 47), np.float32), quantizer)
    assert empty.search(vectors[:2], k=2).ids.tolist() == [[-1, -1], [-1, -1]]
    assert Int4Index(vectors[:1], quantizer).search(vectors[:1], k=1).ids.tolist() == [[0]]
    assert Int4Index(vectors).search(np.zeros((0, 47)), k=2).ids.shape == (0, 2)


@pytest.mark.parametrize(
    ("queries", "k", "error", "message"),
    [
        (np.ones((1, 3)), 1, ValueError, "should have 47 dimensions, but has 3"),
        (np.full((1, 47), np.nan), 1, ValueError, "finite"),
        (np.ones((1, 47)), 0, ValueError, "k should be at least 1"),
        (np.ones((1, 47)), "3", TypeError, "whole number"),
    ],
)
def test_bad_queries_are_refused(vectors, queries, k, error, message):
    with pytest.raises(error, match=message):
        Int4Index(vectors).search(queries, k)


def test_bad_codes_are_refused(vectors):
    quantizer = Int4Quantizer.fit(vectors)
    with pytest.raises(TypeError, match="uint8, but are int8"):
        Int4Index.from_codes(np.zeros((3, 24), np.int8), quantizer)
    with pytest.raises(ValueError, match=r"\(n, 24\)"):
        Int4Index.from_codes(np.zeros((3, 47), np.uint8), quantizer)
    with pytest.raises(ValueError, match="calibration needs at least 2"):
        Int4Index([[1.0, 2.0]])
    with pytest.raises(ValueError, match="0 … 2999"):
        Int4Index(vectors).rescore(vectors[:1], [[3000]], 1)
    wide = Int4Quantizer.fit(np.eye(2, 65_537, dtype=np.float32))
    with pytest.raises(ValueError, match="65,536 dimensions, but there are 65,537"):
        Int4Index.from_codes(np.zeros((1, 32_769), np.uint8), wide)


def test_sizes(vectors):
    index = Int4Index(vectors)
    assert (len(index), index.dim, index.nbytes, index.bytes_per_item) == (3000, 47, 3000 * 24, 24)


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded(vectors, tmp_path, mmap):
    index = Int4Index(vectors, Int4Quantizer.fit(vectors, per_dimension=True))
    index.save(tmp_path / "index")
    loaded = Int4Index.load(tmp_path / "index", mmap=mmap)
    expected, found = index.search(vectors[:40], 5), loaded.search(vectors[:40], 5)
    assert (expected.ids == found.ids).all()
    assert (expected.scores == found.scores).all()
