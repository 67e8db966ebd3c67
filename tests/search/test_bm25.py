import math
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bm25s
import numpy as np
import pytest
import rank_bm25
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.kernels.bm25_build import fill_impacts
from labkit.measure.metrics import evaluate
from labkit.search import storage
from labkit.search.bm25 import BM25Index

BEIR = Path(__file__).parents[3] / "shared" / "beir"
DOCUMENTS = ["Pump HV-203 leaks", "Replace the seal of the pump", "Calibrate the sensor E-1042"]


def test_a_score_worked_by_hand():
    # Three documents of 3, 1 and 2 terms (mean 2); "pump" occurs in two of them, twice in the first.
    index = BM25Index([["pump", "pump", "seal"], ["pump"], ["valve", "seal"]], k1=1.2, b=0.5)
    hits = index.search([["pump"]], k=3)
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    first = idf * 2 / (2 + 1.2 * (0.5 + 0.5 * 3 / 2))
    second = idf * 1 / (1 + 1.2 * (0.5 + 0.5 * 1 / 2))
    assert hits.ids.tolist() == [[0, 1, -1]]
    assert hits.scores[0, :2] == pytest.approx([first, second], rel=1e-6)
    assert hits.scores[0, 2] == -np.inf


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("robertson", math.log((4 - 1 + 0.5) / (1 + 0.5)) * 1 / (1 + 1.5)),
        ("bm25+", math.log(5 / 1) * (2.5 * 1 / (1 + 1.5) + 1.0)),
    ],
)
def test_the_other_variants_by_hand(variant, expected):
    index = BM25Index([["a"], ["b"], ["b"], ["b"]], variant=variant)  # all as long as the mean
    assert index.search([["a"]], k=1).scores[0, 0] == pytest.approx(expected, rel=1e-6)


def test_robertson_gives_nothing_for_a_term_in_most_documents():
    index = BM25Index([["a", "b"], ["a"], ["a"], ["c"], ["c"]], variant="robertson")
    assert index.search([["a"]], k=2).ids.tolist() == [[-1, -1]]
    assert index.search([["a", "b"]], k=2).ids.tolist() == [[0, -1]]


# -- against the plain definition ---------------------------------------------------------------------------------


def plain_search(documents, query, k, k1=1.5, b=0.75):
    """BM25 with dictionaries and float64."""
    n, mean = len(documents), np.mean([len(d) for d in documents]) or 1
    scores = {}
    for i, document in enumerate(documents):
        counts = Counter(document)
        shared = [t for t in query if counts[t]]
        if shared:
            norm = k1 * (1 - b + b * len(document) / mean)
            df = {t: sum(t in d for d in documents) for t in set(shared)}
            scores[i] = sum(
                math.log(1 + (n - df[t] + 0.5) / (df[t] + 0.5)) * counts[t] / (counts[t] + norm) for t in shared
            )
    return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:k]


words = st.sampled_from("abcdefgh")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(words, max_size=12), min_size=1, max_size=40).filter(any),
    st.lists(st.lists(words, max_size=6), min_size=1, max_size=4),
    st.integers(1, 50),
)
def test_equals_the_plain_definition(documents, queries, k):
    hits = BM25Index(documents).search(queries, k)
    assert hits.ids.shape == (len(queries), k)
    for query, found, scores in zip(queries, hits.ids, hits.scores, strict=True):
        expected = plain_search(documents, query, k)
        n = len(expected)
        assert (found[n:] == -1).all() and (scores[n:] == -np.inf).all()
        np.testing.assert_allclose(scores[:n], [s for _, s in expected], rtol=1e-5)
        assert (np.diff(scores[:n]) <= 0).all()
        # Ids may only differ where two scores are equal up to rounding.
        exact = dict(plain_search(documents, query, len(documents)))
        np.testing.assert_allclose([exact[i] for i in found[:n]], [s for _, s in expected], rtol=1e-6)


def test_documents_of_equal_score_come_by_position():
    hits = BM25Index([["a"], ["b"], ["a"], ["a"]]).search([["a"]], k=2)
    assert hits.ids.tolist() == [[0, 2]]


def test_a_term_written_twice_counts_twice():
    index = BM25Index([["a", "b"], ["a"], ["b", "c"]])
    once, twice = index.search([["a"], ["a", "a"]], k=2).scores
    np.testing.assert_allclose(twice, 2 * once)


# -- against the peers, on real collections ------------------------------------------------------------------------


def judged(name):
    """Documents, judged queries and their judgements; read here so that this test depends on nothing else."""
    import json

    folder = BEIR / name
    if not folder.is_dir():
        pytest.skip(f"LOUD: {folder} is absent, so BM25 was NOT compared with its peers on {name}")
    documents, queries = (
        [json.loads(line) for line in (folder / f"{part}.jsonl").read_text().splitlines()]
        for part in ("corpus", "queries")
    )
    position = {document["_id"]: i for i, document in enumerate(documents)}
    grades = {}
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            grades.setdefault(query, {})[position[document]] = int(grade)
    queries = [query for query in queries if query["_id"] in grades]
    texts = [f"{document['title']} {document['text']}".strip() for document in documents]
    return texts, [query["text"] for query in queries], [grades[query["_id"]] for query in queries]


def bm25s_terms(texts):
    return bm25s.tokenize(texts, stemmer=Stemmer.Stemmer("english"), return_ids=False, show_progress=False)


@pytest.mark.parametrize("variant", ["lucene", "robertson", "bm25+"])
@pytest.mark.parametrize("name", ["cranfield", "cacm", "vaswani"])
def test_scores_equal_bm25s(name, variant):
    texts, queries, _ = judged(name)
    documents, queries = bm25s_terms(texts), bm25s_terms(queries)[:40]
    peer = bm25s.BM25(method=variant, delta=1.0)
    peer.index(documents, show_progress=False)
    index = BM25Index(documents, variant=variant)
    hits = index.search(queries, k=100)
    for query, ids, scores in zip(queries, hits.ids, hits.scores, strict=True):
        known = [term for term in query if term in index.vocabulary]
        expected = np.array(peer.get_scores(known), np.float64)
        if variant == "bm25+":
            # bm25s adds idf * delta for terms that a document does not have, too: take that off again.
            for term in known:
                without = np.ones(len(documents), bool)
                number = index.vocabulary[term]
                without[index.postings.documents[index.postings.starts[number] : index.postings.starts[number + 1]]] = (
                    False
                )
                expected[without] -= index.idf[number]
        found = ids >= 0
        np.testing.assert_allclose(scores[found], expected[ids[found]], rtol=1e-5, atol=1e-5)
        best = np.sort(expected)[::-1][: found.sum()]
        np.testing.assert_allclose(scores[found], best, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["cranfield", "cacm"])
def test_scores_equal_rank_bm25(name):
    texts, queries, _ = judged(name)
    documents, queries = bm25s_terms(texts), bm25s_terms(queries)[:15]
    peer = rank_bm25.BM25Okapi(documents)
    index = BM25Index(documents, variant="robertson")
    compared = 0
    for query in queries:
        # Terms in more than half of the documents: rank_bm25 invents a small weight for them, Robertson gives none.
        rare = [term for term in query if term in index.vocabulary and index.idf[index.vocabulary[term]] > 0]
        hits = index.search([rare], k=50)
        expected = peer.get_scores(rare)
        np.testing.assert_allclose(2.5 * hits.scores[0], expected[hits.ids[0]], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(2.5 * hits.scores[0], np.sort(expected)[::-1][:50], rtol=1e-5, atol=1e-5)
        compared += len(rare)
    assert compared > 50


@pytest.mark.parametrize(("name", "ndcg"), [("cranfield", 0.524), ("vaswani", 0.428)])
def test_quality_is_that_of_the_reference_run(name, ndcg):
    texts, queries, grades = judged(name)
    reference = BM25Index(bm25s_terms(texts)).search(bm25s_terms(queries), k=10)
    assert evaluate(reference, grades, "nDCG@10").mean() == pytest.approx(ndcg, abs=0.003)
    # Our own tokenizer must not be worse than the reference one.
    assert evaluate(BM25Index(texts).search(queries, k=10), grades, "nDCG@10").mean() > ndcg - 0.003


# -- explain, add, save ---------------------------------------------------------------------------------------------


def test_contributions_add_up_to_the_score():
    index = BM25Index(DOCUMENTS)
    query = "why does the pump HV-203 leak, pump or seal?"
    for i, score in next(iter(index.search([query], k=3))):
        parts = index.explain(query, i)
        assert sum(part.score for part in parts) == pytest.approx(score, rel=1e-6)
        assert [part.score for part in parts] == sorted((part.score for part in parts), reverse=True)
    assert [part.term for part in index.explain(query, 1)] == ["seal", "pump"]
    assert index.explain(query, 1)[1].documents == 2
    assert index.explain(query, 2) == []
    with pytest.raises(ValueError, match="no document 3.*0 to 2"):
        index.explain(query, 3)


def test_adding_documents_gives_the_index_of_all_documents():
    rng = np.random.default_rng(0)
    documents = [[f"w{w}" for w in rng.zipf(1.3, rng.integers(0, 30)) if w < 500] for _ in range(300)]
    grown = BM25Index(documents[:120])
    grown.search([["w1"]], k=3)
    grown.add(documents[120:200])
    grown.add([])
    grown.add(documents[200:])
    whole = BM25Index(documents)
    queries = [[f"w{w}" for w in rng.integers(1, 40, 5)] for _ in range(30)]
    a, b = grown.search(queries, 20), whole.search(queries, 20)
    np.testing.assert_array_equal(a.ids, b.ids)
    np.testing.assert_array_equal(a.scores, b.scores)
    assert len(grown) == 300


def test_a_failed_add_leaves_the_index_as_it_was():
    index = BM25Index(DOCUMENTS)
    with pytest.raises(TypeError, match="document 1"):
        index.add(["valve", None])
    assert len(index) == 3 and "valv" not in index.vocabulary
    assert index.search(["pump"], 2).ids.tolist() == [[1, 0]]


@pytest.mark.parametrize("mmap", [False, True])
def test_a_saved_index_answers_the_same(tmp_path, mmap):
    index = BM25Index(DOCUMENTS, k1=1.2, variant="bm25+", stop_words=["the"], stemmer=None)
    index.save(tmp_path / "index")
    again = BM25Index.load(tmp_path / "index", mmap=mmap)
    queries = ["pump HV-203", "the sensor", "leaks"]
    np.testing.assert_array_equal(again.search(queries, 3).ids, index.search(queries, 3).ids)
    np.testing.assert_array_equal(again.search(queries, 3).scores, index.search(queries, 3).scores)
    assert again.nbytes == index.nbytes
    again.add(["a new pump"])
    assert again.search(["new"], 1).ids.tolist() == [[3]]


def test_an_index_of_older_rules_is_only_loaded_if_they_cut_its_texts_alike(tmp_path):
    for name, text in (("english", "pump"), ("hindi", "पानी का पंप")):
        BM25Index([text]).save(tmp_path / name)
        arrays, saved = storage.load(tmp_path / name, "BM25Index")
        del saved["rules"]  # as the first version of labkit wrote it
        storage.save(tmp_path / name, "BM25Index", arrays, saved)
    assert BM25Index.load(tmp_path / "english").search(["pump"], 1).ids.tolist() == [[0]]
    with pytest.raises(ValueError, match="older rules; build and save the index again"):
        BM25Index.load(tmp_path / "hindi")


def test_hindi_is_found_by_word_after_a_round_to_disk(tmp_path):
    BM25Index(["पानी का पंप", "पत्र", "पंखा"], stemmer="hindi").save(tmp_path)
    assert BM25Index.load(tmp_path).search(["पंप"], 3).ids.tolist() == [[0, -1, -1]]


def test_a_damaged_folder_is_refused(tmp_path):
    BM25Index(DOCUMENTS).save(tmp_path)
    file = next(tmp_path.glob("impacts-*.npy"))
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(ValueError, match="damaged"):
        BM25Index.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        BM25Index.load(tmp_path / "nothing")


# -- strange input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "   ", "the of and", "🔥🚰", "海水", "(?!x)[a-", "\x00", "quux " * 10])
def test_queries_without_known_words_find_nothing(query):
    assert BM25Index(DOCUMENTS).search([query], k=2).ids.tolist() == [[-1, -1]]


def test_a_query_of_ten_thousand_words():
    index = BM25Index(DOCUMENTS)
    long = " ".join(["pump", "seal", "sensor", "unknown"] * 2500)
    hits = index.search([long, "pump"], k=3)
    assert sorted(hits.ids[0].tolist()) == [0, 1, 2]
    assert hits.ids[1].tolist() == [1, 0, -1]


def test_regex_characters_and_emoji_do_not_disturb():
    index = BM25Index(DOCUMENTS)
    assert index.search(["🔥 (E-1042)* ??"], k=1).ids.tolist() == [[2]]
    assert index.search(["hv 203"], k=1).ids.tolist() == [[0]]


def test_chinese_is_found_by_character():
    index = BM25Index(["海水泵", "阀门", "pump"])
    assert index.search(["水泵"], k=2).ids.tolist() == [[0, -1]]


def test_documents_without_words_are_never_found():
    assert BM25Index(["", "pump", "the"]).search(["pump the"], k=3).ids.tolist() == [[1, -1, -1]]
    assert BM25Index(["", ""]).search(["pump"], k=1).ids.tolist() == [[-1]]


def test_no_queries_give_no_hits():
    assert BM25Index(DOCUMENTS).search([], k=3).ids.shape == (0, 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"variant": "bm42"}, "bm42"),
        ({"k1": -1}, "k1"),
        ({"b": 1.5}, "b should"),
        ({"k1": math.nan}, "k1"),
        ({"delta": -1}, "delta"),
        ({"k1": 1e300}, "k1 should be at least 0 and at most 1,000,000, but is 1e[+]300"),
        ({"k1": 1_000_001}, "k1"),
        ({"delta": 1e39}, "delta should be at least 0 and at most 1,000,000"),
        ({"delta": math.inf}, "delta"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        BM25Index(DOCUMENTS, **settings)


@pytest.mark.parametrize("variant", ["lucene", "robertson", "bm25+"])
@pytest.mark.parametrize("b", [0, 1])
def test_the_largest_settings_give_positive_finite_scores(variant, b):
    documents = [["a", "b"] + ["c"] * 5000, ["a"], ["a", "b"], ["d"], ["d"], ["d"], ["d"]] * 20
    index = BM25Index(documents, k1=1e6, b=b, delta=1e6, variant=variant)
    hits = index.search([["a", "b", "c", "d"]], k=140)
    found = hits.ids[0][hits.ids[0] >= 0]
    assert len(set(found.tolist())) == len(found) == sum(1 for d in documents if any(known(index, t) for t in d))
    assert np.isfinite(hits.scores[0][: len(found)]).all() and (hits.scores[0][: len(found)] > 0).all()


def known(index, term):
    return index.idf[index.vocabulary[term]] > 0


@pytest.mark.parametrize(("k1", "delta"), [(1e6, 0.0), (0.0, 1e6), (1e6, 1e6)])
def test_no_collection_brings_an_impact_out_of_range(k1, delta):
    """2**31 documents, one of which holds nearly all words; the most frequent and the rarest term."""
    n = 2.0**31
    for idf in (np.log1p(0.5 / (n + 0.5)), np.log(n + 1)):
        for tf, norm, scale in ((1, k1 * n, 1.0), (2**31 - 1, k1, k1 + 1)):
            impacts, largest = np.empty(1, np.float32), np.empty(1, np.float32)
            one = np.zeros(1, np.int32)
            fill_impacts(
                np.array([0, 1]), one, np.array([tf], np.int32), np.array([idf]), np.array([norm]), scale, delta,
                impacts, largest,
            )  # fmt: skip
            assert 1e-25 < impacts[0] < 1e8  # the search takes less than 1e-30 for nothing


@pytest.mark.parametrize("wrong", [b"abc", {"x": 1}, ["a", 1, None], [b"a"], [None], None])
def test_only_texts_and_terms_are_indexed_and_asked_for(wrong):
    with pytest.raises(TypeError, match="document 1 should be a text or a list of terms, but is "):
        BM25Index(["pump", wrong])
    index = BM25Index(DOCUMENTS)
    with pytest.raises(TypeError, match="document 0 should be"):
        index.add([wrong])
    with pytest.raises(TypeError, match="query 1 should be a text or a list of terms, but is "):
        index.search(["pump", wrong], k=1)
    with pytest.raises(TypeError, match="query should be"):
        index.explain(wrong, 0)


def test_bad_requests_are_refused():
    with pytest.raises(ValueError, match="no documents"):
        BM25Index([])
    with pytest.raises(TypeError, match="list of texts"):
        BM25Index("pump")
    with pytest.raises(TypeError, match="document 1"):
        BM25Index(["pump", 3])
    index = BM25Index(DOCUMENTS)
    for wrong in ({"a": "pump"}, b"pump"):
        with pytest.raises(TypeError, match="list of texts"):
            BM25Index(wrong)
        with pytest.raises(TypeError, match="list of texts"):
            index.search(wrong, k=1)
    with pytest.raises(TypeError, match="list of texts"):
        index.search("pump", k=1)
    with pytest.raises(ValueError, match="k should"):
        index.search(["pump"], k=0)
    with pytest.raises(TypeError, match="list of texts"):
        index.add("pump")


def test_sizes_are_told():
    index = BM25Index(DOCUMENTS)
    assert index.nbytes == index.bytes_per_item * len(index) > 0


def test_adding_while_another_thread_searches_harms_neither():
    first, more = ["pump seal", "valve"] * 50, ["pump", "motor seal pump"] * 4_000
    index, queries, stop = BM25Index(first), ["pump", "valve seal", "motor"] * 4, threading.Event()

    def ask():
        while not stop.is_set():
            index.search(queries, 10)

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        for _ in range(3):
            index.add(more)
        stop.set()
        for one in asking:
            one.result()
    np.testing.assert_array_equal(index.search(queries, 10).ids, BM25Index(first + 3 * more).search(queries, 10).ids)
