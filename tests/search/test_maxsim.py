import numpy as np
import pytest

from labkit import DenseRetriever, Int8Quantizer, MaxSimIndex, TokenVectors, maxsim, winners

KINDS = pytest.mark.parametrize("dtype", ["float32", "int8", "screened"])


def unit(rng, tokens, d):
    rows = rng.standard_normal((tokens, d), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def documents():
    rng = np.random.default_rng(0)
    return TokenVectors.of([unit(rng, t, 30) for t in [0, 1, *rng.integers(1, 40, 200)]])


@pytest.fixture(scope="module")
def queries():
    rng = np.random.default_rng(1)
    return TokenVectors.of([unit(rng, t, 30) for t in (1, 5, 32, 40)])


def best(scores, k):
    order = np.argsort(-scores, kind="stable")[:k]
    return order, scores[order]


@KINDS
def test_equals_the_definition(documents, queries, dtype):
    index = MaxSimIndex(documents, dtype=dtype)
    hits = index.search(queries, k=7)
    read = documents.vectors
    if dtype == "int8":  # the documents are what their levels stand for; queries lose a little too
        read = index.held.quantizer.decode(index.held.quantizer.encode(read))
    held = TokenVectors(read, documents.offsets)
    for q, query in enumerate(queries):
        expected = np.array([maxsim(query, document) for document in held])
        if dtype != "int8":
            ids, scores = best(expected, 7)
            assert hits.ids[q].tolist() == ids.tolist()
            np.testing.assert_allclose(hits.scores[q], scores, rtol=1e-5)
        found = index.scores(queries)[q]
        assert found[0] == expected[0] == -np.inf
        np.testing.assert_allclose(found[1:], expected[1:], atol=1e-5 if dtype != "int8" else 0.004 * len(query))


@KINDS
def test_candidates_give_the_same_scores(documents, queries, dtype):
    index = MaxSimIndex(documents, dtype=dtype)
    everything = index.scores(queries)
    rng = np.random.default_rng(2)
    candidates = np.stack([rng.permutation(len(documents))[:30] for _ in range(len(queries))])
    candidates[1, 3:] = -1
    hits = index.rescore(queries, candidates, k=40)
    for q in range(len(queries)):
        mine = np.sort(candidates[q][(candidates[q] > 0)])
        ids, scores = best(everything[q, mine], 40)
        assert hits.ids[q, : len(mine)].tolist() == mine[ids].tolist()
        np.testing.assert_array_equal(hits.scores[q, : len(mine)], scores)
        assert (hits.ids[q, len(mine) :] == -1).all()


@KINDS
def test_winners(documents, queries, dtype):
    index = MaxSimIndex(documents, dtype=dtype)
    scores = index.scores(queries)
    for q, query in enumerate(queries):
        for i in (1, 5, 60):
            found = index.winners(query, i)
            np.testing.assert_allclose(found.score, scores[q, i], rtol=1e-6)
            if dtype == "float32":
                assert found.positions.tolist() == winners(query, documents[i]).positions.tolist()
    identical = MaxSimIndex(TokenVectors.of([np.full((9, 30), 0.25), np.eye(30)]), dtype=dtype)
    assert (identical.winners(queries[2], 0).positions == 0).all()
    with pytest.raises(ValueError, match="document has no tokens"):
        index.winners(queries[0], 0)
    with pytest.raises(IndexError, match="no document 202"):
        index.winners(queries[0], 202)


@KINDS
def test_negative_similarities_only(dtype):
    """The mistake of padding with zeros: the short document would win with a score of 0."""
    documents = TokenVectors.of([[[-0.5, 0.0]], [[-0.25, 0.0]] * 9, [[-1.0, 0.0]] * 3, np.zeros((0, 2))])
    hits = MaxSimIndex(documents, dtype=dtype).search(TokenVectors.of([[[1.0, 0.0]]]), k=4)
    assert hits.ids.tolist() == [[1, 0, 2, -1]]
    np.testing.assert_allclose(hits.scores[0, :3], [-0.25, -0.5, -1], atol=0.005)


@KINDS
def test_ties_go_to_the_smaller_id_and_long_lists_are_padded(dtype):
    documents = TokenVectors.of([[[0.5, 0]] * t for t in (3, 1, 8, 2)] + [[[1.0, 0]]])
    hits = MaxSimIndex(documents, dtype=dtype).search(TokenVectors.of([[[1.0, 0.0]] * 2]), k=7)
    assert hits.ids.tolist() == [[4, 0, 1, 2, 3, -1, -1]]


@KINDS
def test_threads_and_batches_give_the_same_bits(dtype):
    rng = np.random.default_rng(6)
    documents = TokenVectors.of([unit(rng, int(t), 24) for t in rng.integers(0, 80, 500)])
    queries = TokenVectors.of([unit(rng, t, 24) for t in (32, 3, 32)])
    one, two = (MaxSimIndex(documents, dtype=dtype, threads=threads).search(queries, 50) for threads in (1, 2))
    np.testing.assert_array_equal(one.ids, two.ids)
    np.testing.assert_array_equal(one.scores, two.scores)
    alone = MaxSimIndex(documents, dtype=dtype).search(queries.take([1]), 50)
    np.testing.assert_array_equal(alone.scores[0], one.scores[1])


def test_a_query_and_a_document_of_512_tokens():
    rng = np.random.default_rng(7)
    documents = TokenVectors.of([unit(rng, 512, 40), unit(rng, 3, 40)])
    query = unit(rng, 512, 40)
    found = MaxSimIndex(documents).scores(TokenVectors.of([query]))
    np.testing.assert_allclose(found[0], [maxsim(query, document) for document in documents], rtol=1e-6)


@KINDS
@pytest.mark.parametrize("mmap", [False, True])
def test_save_and_load(tmp_path, documents, queries, dtype, mmap):
    index = MaxSimIndex(documents, dtype=dtype)
    index.save(tmp_path)
    again = MaxSimIndex.load(tmp_path, mmap=mmap)
    np.testing.assert_array_equal(again.scores(queries), index.scores(queries))
    assert (len(again), again.nbytes, again.bytes_per_item) == (len(index), index.nbytes, index.bytes_per_item)
    held = next(tmp_path.glob("vectors-*" if dtype == "float32" else "codes-*"))
    held.write_bytes(held.read_bytes()[:-1])
    with pytest.raises(ValueError, match="damaged"):
        MaxSimIndex.load(tmp_path, mmap=mmap)


def test_bytes():
    documents = TokenVectors.of([np.eye(6)[:, :6], np.eye(6)[:2]])
    assert MaxSimIndex(documents).nbytes == 8 * 6 * 4 + 3 * 8
    assert MaxSimIndex(documents, dtype="int8").nbytes == 8 * 8 + 3 * 8  # 6 numbers are filled up to 8
    assert MaxSimIndex(documents).bytes_per_item == (8 * 6 * 4 + 3 * 8) / 2


def test_a_retriever_over_it(documents):
    class Encoder:
        def encode_queries(self, texts):
            return documents.take([int(text) for text in texts])

    hits = DenseRetriever(Encoder(), MaxSimIndex(documents)).search(["7", "30"], k=1)
    assert hits.ids.tolist() == [[7], [30]]


def test_a_quantizer_per_dimension_ranks_too():
    rng = np.random.default_rng(8)
    documents = TokenVectors.of([unit(rng, 10, 16) * np.linspace(0.1, 3, 16, dtype=np.float32) for _ in range(50)])
    quantizer = Int8Quantizer.fit(documents.vectors, per_dimension=True)
    queries = TokenVectors.of([unit(rng, 8, 16)])
    coarse = MaxSimIndex(documents, dtype="int8", quantizer=quantizer).scores(queries)
    np.testing.assert_allclose(coarse, MaxSimIndex(documents).scores(queries), atol=0.02 * 8)


def test_no_documents_and_no_queries():
    empty = MaxSimIndex(TokenVectors.of([], dim=3))
    assert empty.search(TokenVectors.of([np.ones((2, 3))]), k=2).ids.tolist() == [[-1, -1]]
    some = MaxSimIndex(TokenVectors.of([np.eye(3)]))
    assert some.search(TokenVectors.of([], dim=3), k=2).ids.shape == (0, 2)


def test_wrong_input(documents, queries):
    index = MaxSimIndex(documents)
    for k, error in ((0, ValueError), (2.5, TypeError)):
        with pytest.raises(error, match="k should be"):
            index.search(queries, k)
    with pytest.raises(TypeError, match="should be TokenVectors, but are ndarray"):
        index.search(np.ones((1, 30)), 1)
    with pytest.raises(ValueError, match="30 dimensions like the documents, but have 3"):
        index.search(TokenVectors.of([np.ones((1, 3))]), 1)
    with pytest.raises(ValueError, match="query 1 has no tokens"):
        index.search(TokenVectors.of([np.ones((1, 30)), np.ones((0, 30))]), 1)
    with pytest.raises(ValueError, match="0 … 201"):
        index.search(queries, 1, candidates=np.full((4, 1), 202))
    with pytest.raises(ValueError, match="too large for float32"):
        MaxSimIndex(TokenVectors.of([[[1e20]]])).search(TokenVectors.of([[[1e20]]]), 1)
    with pytest.raises(TypeError, match="TokenVectors"):
        MaxSimIndex(np.ones((3, 2)))
    with pytest.raises(ValueError, match="'float32', 'int8' or 'screened', but is 'int4'"):
        MaxSimIndex(documents, dtype="int4")
    with pytest.raises(ValueError, match="quantizer makes int8"):
        MaxSimIndex(documents, quantizer=Int8Quantizer.fit(documents.vectors))


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_scores_beyond_float32_and_candidates_that_come_twice(documents, queries, dtype):
    index = MaxSimIndex(documents, dtype=dtype)
    far = TokenVectors(queries.vectors * np.float32(1e38), queries.offsets)
    with pytest.raises(ValueError, match="float32"):
        index.search(far, 3)
    with pytest.raises(ValueError, match="query 0 name a document more than once"):
        index.search(queries, 3, candidates=np.tile([7, 9, 7], (len(queries), 1)))
