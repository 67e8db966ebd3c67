"""One pipeline on every backend, with labkit's own search as the oracle."""

import numpy as np
import pytest

from labkit.models.token_vectors import TokenVectors
from labkit.search import engine
from labkit.search.bm25 import BM25Index
from labkit.search.engine import Fused, Nearest, Shape, SparseVectors, bm25_documents, bm25_queries, funnel
from labkit.search.flat import FlatIndex
from labkit.search.funnel import FunnelIndex
from labkit.search.fusion import fuse
from labkit.search.hits import Hits

N, D, K = 180, 24, 7
WORDS = "pump seal valve leak motor bearing flange gasket sensor relay".split()


def unit(x):
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype(np.float32)


def spread(rng, n, d=D):
    """Vectors with most of their length in the first dimensions, around some centres."""
    scale = np.arange(1, d + 1) ** -0.5
    centres = np.random.default_rng(5).standard_normal((12, d)) * scale
    return unit(centres[rng.integers(0, 12, n)] + 0.8 * rng.standard_normal((n, d)) * scale)


def some_tokens(rng, n, lowest):
    return TokenVectors.of([unit(rng.standard_normal((t, 6))) for t in rng.integers(lowest, 5, n)], dim=6)


def some_texts(rng, n):
    return [" ".join(rng.choice(WORDS, size=int(rng.integers(3, 12)))) for _ in range(n)]


RNG = np.random.default_rng(11)
VECTORS, QUERIES = spread(RNG, N), spread(RNG, 6)
TOKENS, ASKED = some_tokens(RNG, N, 0), some_tokens(RNG, 6, 1)
TEXTS, WORDED = some_texts(RNG, N), ["pump leak", "the gasket", "sensor sensor relay", "unheard", "valve", "motor seal"]


def maxsim(queries, documents, k):
    """The definition; a document without tokens is not found."""
    scores = np.full((len(queries), len(documents)), -np.inf)
    for q, query in enumerate(queries):
        for d, document in enumerate(documents):
            if len(document):
                scores[q, d] = (query.astype(np.float64) @ document.T).max(axis=1).sum()
    found = Hits.from_scores(scores, k)
    return Hits(np.where(np.isfinite(found.scores), found.ids, -1), found.scores)


def assert_same(found, wanted, within=1e-5):
    """The same documents in the same order, but for scores so close that float32 sums may put either first."""
    assert found.ids.shape == wanted.ids.shape
    assert ((found.ids < 0) == (wanted.ids < 0)).all()
    there = wanted.ids >= 0
    np.testing.assert_allclose(found.scores[there], wanted.scores[there], atol=within)
    gaps = np.abs(np.diff(wanted.scores, axis=1, append=-np.inf)) > 4 * within
    alone = gaps & np.concatenate([np.ones((len(gaps), 1), bool), gaps[:, :-1]], axis=1)
    assert (found.ids == wanted.ids)[alone & there].all()
    assert alone.mean() > 0.5, "too many ties to tell"


@pytest.fixture
def full(make):
    points = make(Shape(dims=D, prefixes=(6, 12), token_dims=6, sparse=True))
    bm25 = BM25Index(TEXTS)
    assert points.upload(vectors=VECTORS, tokens=TOKENS, sparse=bm25_documents(bm25)) == N == len(points)
    return points, bm25


@pytest.mark.slow
def test_one_pipeline_gives_on_every_backend_what_labkit_gives(full):
    points, bm25 = full
    words = bm25_queries(bm25, WORDED)
    assert_same(points.search(k=K, vectors=QUERIES), FlatIndex(VECTORS).search(QUERIES, K))
    for stages in ([(6, 40)], [(6, 60), (12, 20)]):
        found = points.search(funnel(stages, exact=True), k=K, vectors=QUERIES)
        assert_same(found, FunnelIndex(VECTORS, stages).search(QUERIES, K))
    assert_same(points.search(Nearest("tokens"), k=K, tokens=ASKED), maxsim(ASKED, TOKENS, K))
    # BM25 scores tie often: they must agree at every place, and each document must have the score that labkit gives it.
    found = points.search(Nearest("sparse"), k=K, sparse=words)
    np.testing.assert_allclose(found.scores, bm25.search(WORDED, K).scores, atol=1e-5)
    for hits, everything in zip(found, bm25.search(WORDED, N), strict=True):
        assert [score for _, score in hits] == pytest.approx([dict(everything)[i] for i, _ in hits], abs=1e-5)
    assert (found.ids[3] == -1).all(), "a query of unknown words finds nothing"


def test_maxsim_over_a_shortlist_looks_at_nothing_else(full):
    points, _ = full
    pipeline = Nearest("tokens", among=Nearest("vectors", limit=25, exact=True))
    shortlist = FlatIndex(VECTORS).search(QUERIES, 25).ids
    scores = np.full((len(QUERIES), N), -np.inf)
    for q, row in enumerate(shortlist):
        for d in row[TOKENS.lengths[row] > 0]:
            scores[q, d] = (ASKED[q].astype(np.float64) @ TOKENS[d].T).max(axis=1).sum()
    assert_same(points.search(pipeline, k=K, vectors=QUERIES, tokens=ASKED), Hits.from_scores(scores, K))


def distinct_sparse(rng, n):
    """Sparse vectors whose products with a query do not tie."""
    return SparseVectors.of([{int(t): float(rng.random() + 0.1) for t in rng.choice(9, 4, False)} for _ in range(n)])


def sparse_hits(queries, documents, k):
    table = np.zeros((len(documents), 9))
    for row, (terms, weights) in zip(table, documents, strict=True):
        row[terms] = weights
    rows = np.zeros((len(queries), 9))
    for row, (terms, weights) in zip(rows, queries, strict=True):
        row[terms] = weights
    return Hits.from_scores(rows @ table.T, k)


@pytest.mark.parametrize("weights", [None, (1, 1), (0.7, 0.3)])
def test_ranks_are_fused_with_the_papers_constant(make, weights):
    rng = np.random.default_rng(3)
    documents, queries = distinct_sparse(rng, N), distinct_sparse(rng, len(QUERIES))
    points = make(Shape(dims=D, sparse=True))
    points.upload(vectors=VECTORS, sparse=documents)
    parts = (Nearest("vectors", limit=30, exact=True), Nearest("sparse", limit=20))
    found = points.search(Fused(parts, weights=weights), k=K, vectors=QUERIES, sparse=queries)
    lists = [FlatIndex(VECTORS).search(QUERIES, 30), sparse_hits(queries, documents, 20)]
    wanted = fuse(lists, K, weights=weights)
    np.testing.assert_allclose(found.scores, wanted.scores, rtol=2e-6)
    assert (found.ids == wanted.ids).all(), "ties of fused ranks go to the smaller id on every engine"


def test_a_part_that_finds_nothing_leaves_the_fusion_to_the_others(full):
    points, bm25 = full
    both = Fused((Nearest("vectors", limit=30, exact=True), Nearest("sparse", limit=30)))
    nothing = bm25_queries(bm25, ["unheard"])
    found = points.search(both, k=K, vectors=QUERIES[:1], sparse=nothing)
    assert (found.ids == FlatIndex(VECTORS).search(QUERIES[:1], K).ids).all()
    then = Nearest("tokens", among=Nearest("sparse", limit=30))
    assert (points.search(then, k=K, tokens=ASKED.take([0]), sparse=nothing).ids == -1).all()


def test_equal_scores_go_to_the_smaller_id_also_across_the_last_place(make):
    points = make(Shape(dims=2))
    vectors = np.array([[1, 0]] * 3 + [[2, 0]] * 2 + [[1, 0]] * 35, np.float32)
    points.upload(vectors=vectors[::-1])
    assert points.search(k=4, vectors=[[1, 0]]).ids.tolist() == [[35, 36, 0, 1]]
    assert points.search(k=50, vectors=[[1, 0]]).ids[0, 40:].tolist() == [-1] * 10


def test_an_upload_can_be_done_again_and_in_part(make):
    points = make(Shape(dims=D))
    assert points.missing(5).tolist() == [0, 1, 2, 3, 4]
    assert points.upload(vectors=VECTORS, only=[4, 2]) == 2
    assert points.missing(5).tolist() == [0, 1, 3]
    points.upload(vectors=VECTORS[::-1])
    points.upload(vectors=VECTORS, only=points.missing(N))
    assert_same(points.search(k=K, vectors=QUERIES), FlatIndex(VECTORS[::-1]).search(QUERIES, K))
    points.upload(vectors=VECTORS)
    assert len(points) == N
    assert_same(points.search(k=K, vectors=QUERIES), FlatIndex(VECTORS).search(QUERIES, K))
    with pytest.raises(ValueError, match="holds a document 179, but these are 20"):
        points.upload(vectors=VECTORS[:20])


def test_large_documents_go_up_in_smaller_batches(stand_in):
    points = engine.connect(stand_in.url).create("wide", Shape(token_dims=1000))
    points.upload(tokens=TokenVectors.of([np.ones((300, 1000), np.float32)] * 3))
    sizes = [len(body["points"]) for verb, path, body in stand_in.log if (verb, path[-7:]) == ("PUT", "/points")]
    assert sizes == [1, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"k": 0}, "at least 1"),
        ({"k": True}, "whole number"),
        ({"vectors": None}, "nothing was passed"),
        ({"vectors": np.ones((2, 3))}, "24 dimensions"),
        ({"vectors": np.full((1, D), np.nan)}, "finite"),
        ({"tokens": ASKED}, "token_dims is None"),
        ({"sparse": SparseVectors.of([{1: 1.0}])}, "has none"),
        ({"pipeline": Nearest("tokens")}, "compares \\['tokens'\\]"),
        ({"pipeline": funnel([(6, 3)])}, "hands on at most 3"),
        ({"pipeline": "vectors"}, "should end in Nearest"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(wrong, says):
    points = engine.connect().create("a", Shape(dims=D, prefixes=(6,)))
    points.upload(vectors=VECTORS)
    with pytest.raises((ValueError, TypeError), match=says):
        points.search(**{"k": K, "vectors": QUERIES, **wrong})


def test_an_upload_that_makes_no_sense_is_refused():
    points = engine.connect().create("a", Shape(dims=D, sparse=True))
    with pytest.raises(ValueError, match="also has \\['sparse'\\]"):
        points.upload(vectors=VECTORS)
    with pytest.raises(ValueError, match="one entry a text"):
        points.upload(vectors=VECTORS, sparse=SparseVectors.of([{1: 1.0}]))
    both = {"vectors": VECTORS[:2], "sparse": SparseVectors.of([{1: 1.0}, {}])}
    with pytest.raises(ValueError, match="lie in 0 … 1"):
        points.upload(**both, only=[2])
    with pytest.raises(TypeError, match="positions"):
        points.upload(**both, only=[0.5])
    assert len(points) == 0


def test_local_mode_says_what_it_cannot_show():
    with pytest.warns(UserWarning, match="bits=1 has no effect: local mode compares every document"):
        points = engine.connect().create("a", Shape(dims=D, bits=1))
    points.upload(vectors=VECTORS)
    with pytest.warns(UserWarning, match="oversample and ef have no effect"):
        found = points.search(Nearest(oversample=2), k=K, vectors=QUERIES)
    assert (found.ids == FlatIndex(VECTORS).search(QUERIES, K).ids).all()
    assert "local mode" in points.info.engine
    assert points.info.indexed == 0


def test_local_mode_warns_of_many_points(monkeypatch):
    from labkit.search.engine import points as module

    monkeypatch.setattr(module, "LOCAL_LIMIT", 100)
    points = engine.connect().create("a", Shape(dims=D))
    with pytest.warns(UserWarning, match="up to 100 points, not 180"):
        points.upload(vectors=VECTORS)
