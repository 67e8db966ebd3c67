import numpy as np
import pytest

from labkit.kernels.bm25 import search_plain
from labkit.kernels.select import kth_largest
from labkit.search.bm25 import BM25Index


def collection(n, n_terms, exponent, seed, length=12):
    rng = np.random.default_rng(seed)
    shares = 1 / np.arange(1, n_terms + 1) ** exponent
    return [
        rng.choice(n_terms, rng.integers(1, 2 * length), p=shares / shares.sum()).astype(str).tolist() for _ in range(n)
    ]


def same_bits(index, queries, k):
    hits = index.search(queries, k)
    p, i = index.postings, index.impacts
    for row, query in enumerate(queries):
        terms, weights, _ = index._state.asked([query])
        scores, ids = search_plain(p.starts, p.documents, i.impacts, len(index), terms, weights, k)
        found = hits.ids[row] >= 0
        assert found.sum() == len(ids)
        np.testing.assert_array_equal(hits.ids[row][found], ids)
        np.testing.assert_array_equal(hits.scores[row][found], scores)


@pytest.mark.parametrize("exponent", [0.3, 1.0, 1.6])
@pytest.mark.parametrize("k", [1, 10, 37, 100, 1500, 5000])
def test_maxscore_gives_the_bits_of_the_plain_sum(exponent, k):
    documents = collection(3000, 400, exponent, seed=k)
    index = BM25Index(documents)
    rng = np.random.default_rng(1)
    queries = [rng.choice(documents[d], 6).tolist() for d in rng.integers(0, len(documents), 40)]
    queries += [[], ["0"], ["399", "0", "1"], [str(t) for t in range(400)], ["0"] * 50 + ["7"]]
    same_bits(index, queries, k)


def test_many_equal_scores():
    # All documents are as long as each other and hold each term once: scores tie in large groups.
    rng = np.random.default_rng(3)
    documents = [rng.permutation(30)[:5].astype(str).tolist() for _ in range(2000)]
    same_bits(BM25Index(documents), [[str(t) for t in rng.permutation(30)[:4]] for _ in range(40)], 10)


def test_the_best_documents_come_last():
    # Short documents, which score highest, have the largest ids: the threshold rises as late as it can.
    documents = [["a", "b"] + ["filler"] * (2000 - i) for i in range(2000)]
    same_bits(BM25Index(documents), [["a"], ["a", "b"], ["a", "b", "filler"]], 10)


def test_threads_and_batches_change_nothing(monkeypatch):
    documents = collection(2000, 300, 1.0, seed=5)
    index = BM25Index(documents)
    queries = [document[:5] for document in documents[:64]]
    monkeypatch.setenv("LABKIT_THREADS", "1")
    one = index.search(queries, 20)
    monkeypatch.setenv("LABKIT_THREADS", "4")
    four = index.search(queries, 20)
    np.testing.assert_array_equal(one.ids, four.ids)
    for row in (0, 13):
        np.testing.assert_array_equal(index.search([queries[row]], 20).scores[0], one.scores[row])


def test_kth_largest():
    rng = np.random.default_rng(6)
    for values in (rng.random(50), np.zeros(20), np.arange(30), np.arange(30)[::-1], rng.integers(0, 3, 40), [5.0]):
        values = np.asarray(values, np.float32)
        for k in range(1, len(values) + 1):
            assert kth_largest(values.copy(), k) == np.sort(values)[::-1][k - 1]
