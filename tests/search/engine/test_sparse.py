import numpy as np
import pytest

from labkit.search.bm25 import BM25Index
from labkit.search.engine.sparse import SparseVectors, bm25_documents, bm25_queries

TEXTS = ["pump seal leak", "pump pump motor", "valve", "", "seal of the valve and pump"]


@pytest.mark.parametrize("variant", ["lucene", "robertson", "bm25+"])
def test_the_products_are_the_bm25_scores(variant):
    bm25 = BM25Index(TEXTS, variant=variant)
    documents, asked = bm25_documents(bm25), ["pump leak pump", "valve", "unheard", "seal pumps"]
    queries = bm25_queries(bm25, asked)
    for q, hits in enumerate(bm25.search(asked, len(TEXTS))):
        said = dict(zip(*queries[q], strict=True))
        scores = [sum(said.get(t, 0) * w for t, w in zip(*documents[d], strict=True)) for d in range(len(TEXTS))]
        assert scores == pytest.approx([dict(hits).get(d, 0) for d in range(len(TEXTS))], rel=1e-6)


def test_a_text_without_terms_owns_none():
    assert bm25_documents(BM25Index(TEXTS))[3] == ([], [])
    assert len(bm25_documents(BM25Index(TEXTS))) == 5
    assert len(SparseVectors.of([])) == 0


@pytest.mark.parametrize(
    ("terms", "weights", "offsets", "says"),
    [
        ([1], [1.0, 2.0], [0, 1], "one shape"),
        ([1], [1.0], [0, 2], "rise from 0"),
        ([1, 1], [1.0, 2.0], [0, 2], "twice"),
        ([1], [np.nan], [0, 1], "finite"),
        ([-1], [1.0], [0, 1], "lie in"),
        ([1 << 32], [1.0], [0, 1], "lie in"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(terms, weights, offsets, says):
    with pytest.raises(ValueError, match=says):
        SparseVectors(np.array(terms), np.array(weights, np.float32), np.array(offsets))


def test_one_text_is_no_list_of_texts():
    with pytest.raises(TypeError):
        bm25_queries(BM25Index(TEXTS), "pump")
