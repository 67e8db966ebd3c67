"""The compressed late-interaction index: against exact MaxSim, at its edges, changed, saved, and cut short."""

import numpy as np
import pytest

from labkit import ResidualIndex, ResidualQuantizer, TokenVectors


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def exact(tokens, queries, k):
    scores = np.full((len(queries), len(tokens)), -np.inf)
    for q, query in enumerate(queries):
        for i, document in enumerate(tokens):
            if len(document):
                scores[q, i] = (document @ query.T).max(axis=0).sum()
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def recall(ids, expected):
    return np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(ids.tolist(), expected.tolist(), strict=True)])


@pytest.fixture(scope="module")
def collection():
    """Documents about topics, queries made of a document's own tokens with some noise."""
    rng = np.random.default_rng(0)
    words, topics = rng.standard_normal((300, 48)), rng.standard_normal((50, 48))
    lengths = rng.integers(0, 40, 900)
    lengths[:3] = 0, 1, 39

    def spoken(word, topic):
        return unit(words[word] + 0.7 * topics[topic] + 0.5 * rng.standard_normal((len(word), 48)))

    chosen = [(rng.integers(0, 300, n), rng.integers(0, 50)) for n in lengths]
    tokens = TokenVectors.of([spoken(*pair) if len(pair[0]) else np.empty((0, 48), np.float32) for pair in chosen])
    asked = [chosen[i] for i in np.flatnonzero(lengths > 15)[:40]]
    return tokens, TokenVectors.of([spoken(word[:12], topic) for word, topic in asked])


@pytest.fixture(scope="module")
def index(collection):
    return ResidualIndex(collection[0], threads=1)


def same(a, b):
    np.testing.assert_array_equal(a.ids, b.ids)
    np.testing.assert_array_equal(a.scores, b.scores)


def test_finds_what_exact_maxsim_finds(collection, index):
    tokens, queries = collection
    expected = exact(tokens, queries, 10)
    assert recall(index.search(queries, 10).ids, expected) >= 0.9
    assert recall(index.search(queries, 10, candidates=60).ids, expected) >= 0.8
    assert recall(index.search(queries, 10, nprobe=4).ids, expected) >= 0.8
    same(index.search(queries, 10, nprobe=10**6, candidates=900), index.search(queries, 10, candidates=900))


def test_all_candidates_give_maxsim_of_decoded_tokens(collection, index):
    tokens, queries = collection
    decoded = TokenVectors.of([index.decode(i) for i in range(len(tokens))], dim=48)
    hits = index.search(queries, 10, candidates=len(tokens))
    np.testing.assert_array_equal(hits.ids, exact(decoded, queries, 10))


def test_more_bits_find_more(collection):
    tokens, queries = collection
    expected = exact(tokens, queries, 10)
    found = [recall(ResidualIndex(tokens, nbits=n).search(queries, 10).ids, expected) for n in (1, 2, 4)]
    assert found[0] < found[1] < found[2]


def test_the_same_for_any_number_of_threads(collection, index):
    tokens, queries = collection
    other = ResidualIndex(tokens, threads=3)
    for some in (queries, queries.take([0])):
        for arguments in ({}, {"nprobe": 2}, {"candidates": 20}):
            same(index.search(some, 10, **arguments), other.search(some, 10, **arguments))


def test_plain_kernels_find_the_same(collection, index, monkeypatch):
    queries = collection[1].take(range(10))
    fast = index.search(queries, 10)
    monkeypatch.setenv("LABKIT_SIMD", "0")
    plain = index.search(queries, 10)
    np.testing.assert_array_equal(plain.ids, fast.ids)
    np.testing.assert_allclose(plain.scores, fast.scores, atol=1e-5)


def test_documents_and_queries_of_extreme_lengths():
    rng = np.random.default_rng(1)
    sizes = (0, 1, 512, 3)
    tokens = TokenVectors.of([unit(rng.standard_normal((n, 16))) if n else np.empty((0, 16)) for n in sizes])
    index = ResidualIndex(tokens)
    for n in (1, 33, 512):
        hits = index.search(TokenVectors.of([tokens[2][:n]]), k=4)
        assert hits.ids[0, 0] == 2
        assert hits.ids[0, 3] == -1  # the document without tokens is no hit
        assert hits.scores[0, 3] == -np.inf
        assert hits.scores[0, 0] == pytest.approx(n, rel=0.1)


def test_identical_tokens_tie_by_the_smaller_id():
    tokens = TokenVectors.of([[[0.6, 0.8]] * 4] * 5)
    hits = ResidualIndex(tokens).search(TokenVectors.of([[[0.6, 0.8]]]), k=3, candidates=3)
    assert hits.ids.tolist() == [[0, 1, 2]]
    np.testing.assert_allclose(hits.scores, 1, atol=1e-3)


def test_winners(collection, index):
    tokens, _ = collection
    query = tokens[2][[7, 3, 20]]
    won = index.winners(query, 2)
    positions, similar = won.positions, won.similarities
    products = index.decode(2) @ query.T
    assert positions.tolist() == products.argmax(axis=0).tolist() == [7, 3, 20]
    np.testing.assert_allclose(similar, products.max(axis=0), atol=1e-5)


def test_added_documents_are_found(collection, index):
    tokens, queries = collection
    half = ResidualIndex(tokens.take(range(450)), quantizer=index.quantizer)
    assert half.add(tokens.take(range(450, 900))).tolist() == list(range(450, 900))
    same(half.search(queries, 10), index.search(queries, 10))
    same(half.search(queries, 10, nprobe=2), index.search(queries, 10, nprobe=2))


def test_deleted_documents_are_gone_and_others_keep_their_ids(collection):
    tokens, queries = collection
    index = ResidualIndex(tokens)
    before = index.search(queries, 20, candidates=900)
    gone = np.unique(before.ids[:, :2])
    index.delete([*gone, len(tokens) - 1])
    assert len(index) == len(tokens)
    assert index.tokens == len(tokens.vectors) - tokens.lengths[[*gone]].sum() - tokens.lengths[-1]
    after = index.search(queries, 5, candidates=900)
    for was, now in zip(before.ids, after.ids, strict=True):
        assert now.tolist() == [i for i in was if i not in gone and i != len(tokens) - 1][:5]
    index.delete(range(len(tokens)))
    for arguments in ({}, {"nprobe": 2}, {"candidates": 10}):
        assert (index.search(queries, 10, **arguments).ids == -1).all()
    assert index.add(tokens.take([5])).tolist() == [900]
    assert index.search(queries, 2).ids[0].tolist() == [900, -1]


def test_wrong_deletions_change_nothing(index):
    before = index.tokens
    for ids, error in (([0, 900], IndexError), ([-1], IndexError), ([0.5], TypeError)):
        with pytest.raises(error):
            index.delete(ids)
    assert index.tokens == before


def test_profile(collection, index):
    hits, stages = index.profile(collection[1], 10, candidates=50)
    same(hits, index.search(collection[1], 10, candidates=50))
    assert [stage.name for stage in stages] == ["centroid scores", "candidates", "decode + MaxSim"]
    assert [stage.documents for stage in stages[1:]] == [900, 50]
    assert all(stage.milliseconds > 0 and stage.nbytes > 0 for stage in stages)


def test_sizes(index, tmp_path):
    index.save(tmp_path)
    written = sum(path.stat().st_size for path in tmp_path.glob("*.npy"))
    assert abs(written - index.nbytes) < 7 * 200  # headers and the few levels
    assert index.bytes_per_token == pytest.approx(3 + 48 / 4 + index.quantizer.centroids.size * 2 / index.tokens)
    assert index.bytes_per_item == index.nbytes / 900


@pytest.mark.parametrize("mmap", [False, True])
def test_saved_and_loaded(collection, index, tmp_path, mmap):
    index.save(tmp_path)
    loaded = ResidualIndex.load(tmp_path, mmap=mmap)
    same(loaded.search(collection[1], 10), index.search(collection[1], 10))
    loaded.delete([2])
    loaded.save(tmp_path)
    same(ResidualIndex.load(tmp_path).search(collection[1], 10), loaded.search(collection[1], 10))


@pytest.mark.parametrize("mmap", [False, True])
def test_a_folder_cut_off_anywhere_is_refused(index, tmp_path, mmap):
    index.save(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        for size in sorted({0, 1, 64, 128, 129, len(whole) // 2, len(whole) - 1} & set(range(len(whole)))):
            path.write_bytes(whole[:size])
            with pytest.raises(ValueError, match="damaged"):
                ResidualIndex.load(tmp_path, mmap=mmap)
        path.unlink()
        with pytest.raises(FileNotFoundError):
            ResidualIndex.load(tmp_path, mmap=mmap)
        path.write_bytes(whole)
    ResidualIndex.load(tmp_path, mmap=mmap)


def test_bad_input_is_refused(collection, index):
    tokens, queries = collection
    with pytest.raises(TypeError, match="TokenVectors"):
        ResidualIndex(tokens.vectors)
    with pytest.raises(ValueError, match="at least one token"):
        ResidualIndex(TokenVectors.of([np.empty((0, 4), np.float32)]))
    with pytest.raises(TypeError, match="queries should be TokenVectors"):
        index.search(queries.vectors, 10)
    with pytest.raises(ValueError, match="should have 48 dimensions"):
        index.search(TokenVectors.of([[[1.0, 0.0]]]), 10)
    with pytest.raises(ValueError, match="query 1 has no tokens"):
        index.search(TokenVectors.of([tokens[2], tokens[0]]), 10)
    for arguments in ({"k": 0}, {"k": 1, "nprobe": 0}, {"k": 5, "candidates": 4}):
        with pytest.raises(ValueError, match="at least"):
            index.search(queries, **arguments)
    with pytest.raises(IndexError, match="no document 900"):
        index.decode(900)
    with pytest.raises(ValueError, match="no tokens"):
        index.winners(tokens[2], 0)


def test_no_queries(index):
    assert index.search(TokenVectors.of([], dim=48), 3).ids.shape == (0, 3)


def test_a_fitted_quantizer_is_used(collection):
    quantizer = ResidualQuantizer.fit(collection[0].vectors, nbits=1, centroids=16)
    assert ResidualIndex(collection[0], quantizer=quantizer).quantizer is quantizer


def test_tokens_of_another_length_than_the_quantizer_keeps_are_refused():
    first = TokenVectors.of([unit(np.random.default_rng(0).normal(size=(20, 8))).astype(np.float32)])
    index = ResidualIndex(first, progress=False)
    with pytest.raises(ValueError, match="length 1, but row 3 has length 20"):
        index.add(TokenVectors.of([np.vstack([first[0][:3], 20 * first[0][3:]])]))
    assert len(index) == 1
    index.add(TokenVectors.of([np.vstack([first[0][:3], np.zeros((1, 8), np.float32)])]))
    assert len(index) == 2


def test_numbers_that_no_score_holds_are_refused(collection, index):
    _, queries = collection
    with pytest.raises(ValueError, match="NaN or infinite"):
        index.search(TokenVectors(queries.vectors * np.float32(3e38), queries.offsets), 3)
    with pytest.raises(ValueError, match="float16, up to 65,504"):
        ResidualIndex(TokenVectors(queries.vectors * np.float32(1e20), queries.offsets), progress=False)
