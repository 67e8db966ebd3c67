import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.measure.metrics import evaluate, parse_metric, scorable
from labkit.search.hits import Hits

RELEVANCE = [{2: 2, 9: 1}]
HITS = Hits(np.array([[7, 2, 5]]), np.array([[0.9, 0.8, 0.7]], np.float32))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nDCG@3", (2 / math.log2(3)) / (2 / math.log2(2) + 1 / math.log2(3))),
        ("nDCG@1", 0.0),
        ("recall@3", 1 / 2),
        ("precision@3", 1 / 3),
        ("success@1", 0.0),
        ("success@2", 1.0),
        ("MRR@3", 1 / 2),
        ("MAP@3", (1 / 2) / 2),
        ("MAP", (1 / 2) / 2),
    ],
)
def test_values_worked_by_hand(metric, expected):
    assert evaluate(HITS, RELEVANCE, metric) == pytest.approx([expected], abs=1e-12)


def test_a_perfect_list_scores_one_and_a_list_without_relevant_documents_zero():
    relevance = [{4: 3, 1: 1}, {4: 3, 1: 1}]
    hits = Hits(np.array([[4, 1], [0, 3]]), np.array([[2.0, 1.0], [2.0, 1.0]], np.float32))
    for metric in ("nDCG@2", "recall@2", "precision@2", "success@2", "MRR@2", "MAP@2", "nDCG", "MRR", "MAP"):
        assert evaluate(hits, relevance, metric).tolist() == [1.0, 0.0], metric


@st.composite
def runs(draw):
    nq, n, k = draw(st.integers(1, 6)), draw(st.integers(1, 40)), draw(st.integers(1, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    hits = []
    relevance = []
    for _ in range(nq):
        found = rng.permutation(n)[: rng.integers(0, k + 1)]
        # Few distinct scores: many ties, in an order of ids that trec_eval would not choose.
        scores = np.sort(rng.integers(0, 4, len(found)).astype(np.float32))[::-1]
        hits.append((found, scores))
        # Some judged documents are not in the run and most of the run is unjudged.
        judged = rng.permutation(n)[: rng.integers(1, n + 1)]
        grades = {int(d): int(rng.integers(0, 4)) for d in judged}
        grades[int(judged[0])] = int(rng.integers(1, 4))
        relevance.append(grades)
    ids, scores = np.full((nq, k), -1), np.full((nq, k), -np.inf, np.float32)
    for row, (found, values) in enumerate(hits):
        ids[row, : len(found)], scores[row, : len(found)] = found, values
    return Hits(ids, scores), relevance


NAMES = {
    "nDCG@{}": ir_measures.nDCG,
    "recall@{}": ir_measures.R,
    "precision@{}": ir_measures.P,
    "success@{}": ir_measures.Success,
    "MRR@{}": ir_measures.RR,
    "MAP@{}": ir_measures.AP,
}


@settings(max_examples=60, deadline=None)
@given(runs())
def test_equals_ir_measures(run):
    hits, relevance = run
    cutoffs = sorted({1, hits.ids.shape[1], max(1, hits.ids.shape[1] // 2)})
    oracle = {name.format(k): measure @ k for name, measure in NAMES.items() for k in cutoffs}
    oracle |= {"nDCG": ir_measures.nDCG, "MRR": ir_measures.RR, "MAP": ir_measures.AP}
    qrels = [ir_measures.Qrel(str(q), str(d), g) for q, grades in enumerate(relevance) for d, g in grades.items()]
    # trec_eval breaks ties by document id; our order is what counts, so the oracle gets strictly falling scores.
    scored = [
        ir_measures.ScoredDoc(str(q), str(d), float(-rank))
        for q, row in enumerate(hits.ids.tolist())
        for rank, d in enumerate(row)
        if d >= 0
    ]
    expected = {name: np.zeros(len(hits)) for name in oracle}
    names = {measure: name for name, measure in oracle.items()}
    for value in ir_measures.iter_calc(list(oracle.values()), qrels, scored):
        expected[names[value.measure]][int(value.query_id)] = value.value
    for name in oracle:
        np.testing.assert_allclose(evaluate(hits, relevance, name), expected[name], atol=1e-9, rtol=0, err_msg=name)


@pytest.mark.parametrize(("a", "b"), [("R@5", "recall@5"), ("p@5", "precision@5"), ("RR", "mrr"), ("ap@7", "MAP@7")])
def test_both_notations_mean_the_same(a, b):
    assert parse_metric(a) == parse_metric(b)


@pytest.mark.parametrize("name", ["", "nDGC@10", "recall", "recall@", "nDCG@0", "nDCG@-1", "nDCG@1.5", "P@ten", "@10"])
def test_unknown_metrics_are_refused_with_their_name(name):
    with pytest.raises(ValueError, match="metric") as error:
        parse_metric(name)
    assert repr(name) in str(error.value)


def test_negative_and_zero_grades_count_as_not_relevant():
    hits = Hits(np.array([[0, 1]]), np.array([[2.0, 1.0]], np.float32))
    assert evaluate(hits, [{0: -2, 1: 1}], "nDCG@2") == pytest.approx([1 / math.log2(3)])
    assert scorable([{0: -2}, {0: 0}, {}, {5: 1}]).tolist() == [3]


def test_a_query_without_relevant_documents_is_an_error():
    two = Hits(np.array([[0], [1]]), np.ones((2, 1), np.float32))
    with pytest.raises(ValueError, match="1 of 2 queries have no relevant document .* number 1"):
        evaluate(two, [{0: 1}, {0: 0}], "nDCG@1")


def test_hits_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="1 queries.*2"):
        evaluate(HITS, RELEVANCE * 2, "nDCG@3")
    with pytest.raises(ValueError, match="needs 10 hits.*returned 3"):
        evaluate(HITS, RELEVANCE, "nDCG@10")
    with pytest.raises(ValueError, match="no queries"):
        evaluate(Hits(np.zeros((0, 3), np.int64), np.zeros((0, 3), np.float32)), [], "nDCG@3")
    with pytest.raises(ValueError, match="twice"):
        evaluate(Hits(np.array([[1, 1]]), np.zeros((1, 2), np.float32)), RELEVANCE, "nDCG@2")
    with pytest.raises(TypeError, match="Hits"):
        evaluate([[1, 2]], RELEVANCE, "nDCG@2")
