import numpy as np
import pytest

from labkit import BinaryIndex, FlatIndex, FloatRescorer, FunnelIndex, Int8Index, RescoredIndex


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


@pytest.mark.parametrize("simd", ["1", "0"])
def test_a_broken_candidate_is_seen_even_where_it_scores_worst(monkeypatch, simd):
    monkeypatch.setenv("LABKIT_SIMD", simd)
    held = np.array([[1, 0], [np.nan, 0], [np.inf, 0], [3e38, 3e38]], np.float32)
    for query, candidates in (([[-1, 0]], [[0, 2]]), ([[0, 1]], [[0, 2]]), ([[1, 0]], [[0, 1]]), ([[-2, 0]], [[0, 3]])):
        with pytest.raises(ValueError, match="NaN or infinite"):
            FloatRescorer(held).rescore(query, np.array(candidates), 1)


@pytest.mark.parametrize("kind", [FloatRescorer, Int8Index])
def test_a_candidate_that_comes_twice_is_refused(vectors, kind):
    with pytest.raises(ValueError, match="query 1 name a document more than once"):
        kind(vectors).rescore(vectors[:2], np.array([[4, 1, -1, -1], [1, 5, 1, 2]]), 4)


def chains(vectors):
    binary, int8 = BinaryIndex(vectors), Int8Index(vectors)
    inner = RescoredIndex(binary, int8, oversample=3)
    return {
        "float": RescoredIndex(binary, vectors, oversample=6),
        "shared": RescoredIndex(binary, binary, oversample=4),
        "three stages": RescoredIndex(inner, vectors, oversample=2.5),
        "shared deep inside": RescoredIndex(RescoredIndex(inner, vectors), int8),
        "shared at the bottom": RescoredIndex(inner, binary),
        "prefixes first": RescoredIndex(FunnelIndex(vectors, [(16, 400)]), vectors),
    }


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize(
    "name", ["float", "shared", "three stages", "shared deep inside", "shared at the bottom", "prefixes first"]
)
def test_saved_and_loaded(vectors, tmp_path, name, mmap):
    index = chains(vectors)[name]
    index.save(tmp_path / "index")
    loaded = RescoredIndex.load(tmp_path / "index", mmap=mmap)
    assert (loaded.oversample, loaded.nbytes, len(loaded)) == (index.oversample, index.nbytes, 2000)
    expected, found = index.search(vectors[:20], 7), loaded.search(vectors[:20], 7)
    assert (expected.ids == found.ids).all()
    assert (expected.scores == found.scores).all()


def mapped(array):
    """Whether an array is a view of a memory-mapped file."""
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


def test_a_float_stage_is_read_where_it_lies(vectors, tmp_path):
    chains(vectors)["three stages"].save(tmp_path)
    loaded = RescoredIndex.load(tmp_path, mmap=True)
    assert mapped(loaded.by.vectors) and mapped(loaded.first.first.codes)
    assert not mapped(RescoredIndex.load(tmp_path).by.vectors)


@pytest.mark.parametrize("mmap", [False, True])
def test_every_file_cut_short_is_refused(vectors, tmp_path, mmap):
    chains(vectors)["three stages"].save(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (
        len(files) == 5 + 6
    )  # headers of two chains and three stages; codes, thresholds, codes, offset, step, vectors
    for path in files:
        content = path.read_bytes()
        for size in (0, len(content) // 2, len(content) - 1):
            path.write_bytes(content[:size])
            with pytest.raises(ValueError, match="damaged"):
                RescoredIndex.load(tmp_path, mmap=mmap)
        path.unlink()
        with pytest.raises(FileNotFoundError):
            RescoredIndex.load(tmp_path, mmap=mmap)
        path.write_bytes(content)
    assert len(RescoredIndex.load(tmp_path, mmap=mmap)) == 2000


def test_an_older_index_is_replaced_in_one_step(vectors, tmp_path, monkeypatch):
    old, new = chains(vectors)["float"], chains(vectors[::-1].copy())["three stages"]
    old.save(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(FloatRescorer, "save", lambda *arguments: 1 / 0)  # the last stage fails
        with pytest.raises(ZeroDivisionError):
            new.save(tmp_path)
    assert (RescoredIndex.load(tmp_path).search(vectors[:5], 3).ids == old.search(vectors[:5], 3).ids).all()
    new.save(tmp_path)
    assert (RescoredIndex.load(tmp_path).search(vectors[:5], 3).ids == new.search(vectors[:5], 3).ids).all()
    assert len(list(tmp_path.iterdir())) == 3  # the header, the first stage, the second


def test_an_index_that_is_replaced_while_it_is_mapped_answers_on(vectors, tmp_path):
    index = chains(vectors)["float"]
    index.save(tmp_path)
    loaded = RescoredIndex.load(tmp_path, mmap=True)
    chains(vectors[::-1].copy())["float"].save(tmp_path)
    assert (loaded.search(vectors[:5], 3).ids == index.search(vectors[:5], 3).ids).all()


def test_stages_that_no_one_could_load_are_not_saved(vectors, tmp_path):
    class Own(BinaryIndex):
        pass

    with pytest.raises(TypeError, match="Own.*BinaryIndex, FlatIndex"):
        RescoredIndex(Own(vectors), vectors).save(tmp_path)
    BinaryIndex(vectors).save(tmp_path)
    with pytest.raises(ValueError, match="holds a BinaryIndex, not a RescoredIndex"):
        RescoredIndex.load(tmp_path)
