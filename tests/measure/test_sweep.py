import numpy as np
import pytest

from labkit import Collection
from labkit.measure.crowd import crowd
from labkit.measure.neighbours import nearest_neighbour_accuracy
from labkit.measure.sts import GradedPairs, graded_pairs, sts_score
from labkit.measure.sweep import truncation_curve

EYE = np.eye(4, dtype=np.float32)
OWN = [{i: 1} for i in range(4)]


def test_a_curve_holds_each_query_at_each_dimension():
    curve = truncation_curve("eye", EYE, EYE, OWN, dims=(1, 2, 4, 8), metrics=("MRR@1", "recall@2"))
    assert curve.dims == (1, 2, 4)  # 8 is more than the vectors have
    assert curve.per_query["MRR@1"].tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]
    assert curve.at("MRR@1", 2).tolist() == [1, 1, 0, 0]
    assert curve.retention("MRR@1").tolist() == [0.25, 0.5, 1.0]
    quality = curve.quality("MRR@1")[1]
    assert quality.mean == 0.5 and quality.low < 0.5 < quality.high
    with pytest.raises(KeyError, match="not measured"):
        curve.at("MRR@1", 3)


@pytest.mark.parametrize("dims", [(), (4, 2), (2, 2)])
def test_dims_should_rise(dims):
    with pytest.raises(ValueError, match="dims should rise"):
        truncation_curve("eye", EYE, EYE, OWN, dims=dims)


def test_a_collection_smaller_than_the_cut_off_can_be_measured():
    curve = truncation_curve("eye", EYE, EYE, OWN, dims=np.array([2, 4]), metrics=("nDCG@10", "recall@100"))
    assert curve.per_query["nDCG@10"][1].tolist() == [1, 1, 1, 1]


def test_requests_that_cannot_be_measured_are_refused():
    for changed, message in (
        ({"dims": (16, 32)}, "fewer than each of dims"),
        ({"dims": (2, 4), "metrics": "nDCG@2"}, "metrics should be a list"),
        ({"dims": (2, 4), "metrics": []}, "metrics should be a list"),
    ):
        with pytest.raises(ValueError, match=message):
            truncation_curve("eye", EYE, EYE, OWN, **changed)
    with pytest.raises(ValueError, match="no documents"):
        truncation_curve("eye", EYE[:0], EYE, OWN, dims=(2, 4))
    lost = truncation_curve("lost", EYE, EYE, [{9: 1}] * 4, dims=(2, 4), metrics=("MRR@1",))
    with pytest.raises(ValueError, match="no share"):
        lost.retention("MRR@1")


@pytest.mark.parametrize("grades", [[], [1], [1, 1]])
def test_a_correlation_that_does_not_exist_is_refused(grades):
    rows = np.arange(len(grades))
    with pytest.raises(ValueError, match="no rank correlation"):
        sts_score(EYE, EYE, GradedPairs(rows, rows[::-1].copy(), np.array(grades, np.int64)))


def test_pairs_need_an_unjudged_document_of_another_type():
    small = Collection(
        "s",
        ["a", "b", "c"],
        [""] * 3,
        ["x", "y", "z"],
        types=["m", "n", "m"],
        query_ids=["q"],
        queries=["?"],
        qrels={"q": {"a": 1, "b": 1}},
    )
    with pytest.raises(ValueError, match="unjudged"):
        graded_pairs(small)


def test_queries_of_another_width_are_refused():
    with pytest.raises(ValueError, match="queries should have 4 dimensions"):
        truncation_curve("eye", EYE, EYE[:, :3], OWN)


def test_another_cut_is_used():
    curve = truncation_curve(
        "last", EYE, EYE, OWN, dims=(2,), metrics=("MRR@1",), cut=lambda x, dim: x[:, -dim:].copy()
    )
    # Query 0 is zero in its last two numbers: all documents tie, and the smallest id comes first.
    assert curve.at("MRR@1", 2).tolist() == [1, 0, 1, 1]


def shop(n=40):
    types = ["a" if i % 2 else "b" for i in range(n)]
    ids = [str(i) for i in range(n)]
    return Collection(
        "shop", ids, [""] * n, [f"text {i}" for i in range(n)], types,
        query_ids=["q0", "q1"], queries=["x", "y"], qrels={"q0": {"0": 1}, "q1": {"1": 2, "3": 1}},
    )  # fmt: skip


def test_graded_pairs_are_what_they_say_and_repeatable():
    collection = shop()
    pairs = graded_pairs(collection, seed=3)
    relevance, types = collection.relevance(), collection.types
    for query, document, grade in zip(*pairs, strict=True):
        answer = {0: 0, 1: 1}[int(query)]
        assert (document in relevance[query]) == (grade == 2)
        assert (types[document] == types[answer]) == (grade >= 1)
    assert np.array_equal(pairs.documents, graded_pairs(collection, seed=3).documents)
    assert sorted(pairs.grades.tolist()) == [0, 0, 1, 1, 2, 2]


def test_graded_pairs_need_types_and_answers():
    one_type = Collection("x", ["a"], [""], ["t"], query_ids=["q"], queries=["t"], qrels={"q": {"a": 1}})
    with pytest.raises(ValueError, match="two types"):
        graded_pairs(one_type)
    with pytest.raises(ValueError, match="relevant document"):
        graded_pairs(shop().with_queries([]))


def test_sts_score_is_spearmans_rank_correlation():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    documents, queries = rng.standard_normal((40, 6)), rng.standard_normal((2, 6))
    pairs = graded_pairs(shop())
    wanted = spearmanr(
        [queries[q] @ documents[d] for q, d in zip(pairs.queries, pairs.documents, strict=True)], pairs.grades
    )
    assert sts_score(documents, queries, pairs) == pytest.approx(wanted.statistic, abs=1e-6)


def test_crowd_has_unit_rows_near_real_ones_and_is_repeatable():
    real = np.random.default_rng(1).standard_normal((50, 16)).astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    made = crowd(real, 500, noise=0.2, seed=5)
    assert made.shape == (500, 16) and made.dtype == np.float32
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert (made @ real.T).max(axis=1).min() > 0.9
    assert np.array_equal(made, crowd(real, 500, noise=0.2, seed=5))
    assert not np.array_equal(made, crowd(real, 500, noise=0.2, seed=6))
    with pytest.raises(ValueError, match="n >= 1"):
        crowd(real, 0)
    for noise in (np.nan, np.inf, -1):
        with pytest.raises(ValueError, match="noise"):
            crowd(real, 5, noise=noise)
    with pytest.raises(TypeError, match="whole number"):
        crowd(real, 2.5)


def test_nearest_neighbour_accuracy_leaves_the_vector_itself_out():
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    assert nearest_neighbour_accuracy(vectors, ["a", "a", "b", "b"]) == 1
    assert nearest_neighbour_accuracy(vectors, ["a", "b", "a", "b"]) == 0
    with pytest.raises(ValueError, match="one label each"):
        nearest_neighbour_accuracy(vectors, ["a"])
