import numpy as np
import pytest
import ranx
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.search.bm25 import BM25Index
from labkit.search.fusion import METHODS, Fusion, fuse
from labkit.search.hits import Hits

WORDS = Hits.from_lists([[(4, 9.0), (2, 7.0), (1, 5.0)]], k=4)
MEANING = Hits.from_lists([[(2, 0.8), (7, 0.6)]], k=3)


def as_dict(hits, row=0):
    return {i: s for i, s in zip(hits.ids[row].tolist(), hits.scores[row].tolist(), strict=True) if i >= 0}


def test_reciprocal_ranks_by_hand():
    fused = fuse([WORDS, MEANING], k=5)
    assert fused.ids.tolist() == [[2, 4, 7, 1, -1]]
    assert as_dict(fused) == pytest.approx({2: 1 / 62 + 1 / 61, 4: 1 / 61, 7: 1 / 62, 1: 1 / 63}, rel=1e-6)


def test_rank_constant_and_weights_by_hand():
    fused = fuse([WORDS, MEANING], k=4, rank_constant=0, weights=[2, 1])
    assert as_dict(fused) == pytest.approx({2: 2 / 2 + 1, 4: 2 / 1, 7: 1 / 2, 1: 2 / 3}, rel=1e-6)
    assert fused.ids[0, :2].tolist() == [2, 4]  # both 2.0: the smaller id first


def test_min_max_by_hand():
    fused = fuse([WORDS, MEANING], k=4, method="min-max", weights=[1, 3])
    assert as_dict(fused) == pytest.approx({2: 0.5 + 3, 4: 1.0, 1: 0.0, 7: 0.0})
    assert fused.ids.tolist() == [[2, 4, 1, 7]]


def test_z_score_by_hand():
    # Words: mean 7, std sqrt(8 / 3). Meaning: mean .7, std .1, so that z is 1 and -1, and -1 for what is missing.
    z = 2 / np.sqrt(8 / 3)
    fused = fuse([WORDS, MEANING], k=4, method="z-score")
    assert as_dict(fused) == pytest.approx({4: z - 1, 2: 0 + 1, 1: -z - 1, 7: -z - 1}, abs=1e-5)


def test_distribution_based_by_hand():
    std = np.sqrt(8 / 3)
    fused = fuse([WORDS, MEANING], k=4, method="dbsf")
    expected = {4: (2 + 3 * std) / (6 * std), 2: 1 / 2 + 4 / 6, 1: (-2 + 3 * std) / (6 * std), 7: 2 / 6}
    assert as_dict(fused) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("method", "score"), [("rrf", 1 / 61), ("min-max", 1.0), ("z-score", 0.0), ("dbsf", 0.5)])
def test_a_single_hit_is_not_lost(method, score):
    single = Hits.from_lists([[(3, 5.0)]], k=2)
    assert as_dict(fuse([single], k=2, method=method)) == pytest.approx({3: score}, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_empty_lists_leave_the_others_as_they_are(method):
    nothing = Hits.from_lists([[]], k=3)
    np.testing.assert_array_equal(fuse([WORDS, nothing], k=3, method=method).ids, fuse([WORDS], k=3, method=method).ids)
    assert (fuse([nothing, nothing], k=2, method=method).ids == -1).all()


@pytest.mark.parametrize("method", METHODS)
def test_one_list_keeps_its_order(method):
    assert fuse([WORDS], k=3, method=method).ids.tolist() == [[4, 2, 1]]


# -- ranx as oracle -----------------------------------------------------------------------------------------------


def random_lists(seed, nq=5, n=60, n_lists=2, same=False):
    rng = np.random.default_rng(seed)
    lists = [[] for _ in range(n_lists)]
    for _ in range(nq):
        pool = rng.permutation(n)[:20]
        for hits in lists:
            found = pool if same else rng.permutation(n)[: rng.integers(2, 25)]
            hits.append([(int(d), float(s)) for d, s in zip(found, rng.normal(0, 10, len(found)), strict=True)])
    return [Hits.from_lists(hits, 25) for hits in lists]


def as_run(hits):
    return ranx.Run({f"q{q}": {str(i): float(s) for i, s in row} for q, row in enumerate(hits)})


@pytest.mark.slow  # numba compiles ranx for half a minute the first time
@pytest.mark.parametrize(("method", "norm"), [("rrf", None), ("min-max", "min-max"), ("z-score", "zmuv")])
@pytest.mark.parametrize("n_lists", [2, 3])
def test_equals_ranx(method, norm, n_lists):
    # ranx gives a missing document the mean of a list in z-scores; we give it the lowest. So all lists hold the same.
    lists = random_lists(n_lists, n_lists=n_lists, same=method == "z-score")
    weights = [0.7, 1.3, 0.4][:n_lists]
    runs = [as_run(hits) for hits in lists]
    if method == "rrf":
        peer, ours = ranx.fuse(runs, norm=None, method="rrf", params={"k": 60}), fuse(lists, 80)
    else:
        peer = ranx.fuse(runs, norm=norm, method="wsum", params={"weights": weights})
        ours = fuse(lists, 80, method=method, weights=weights)
    for q in range(len(ours)):
        expected = dict(peer.run[f"q{q}"])
        found = {str(i): s for i, s in as_dict(ours, q).items()}
        assert set(found) == set(expected)
        for document, score in found.items():
            assert score == pytest.approx(expected[document], rel=1e-5, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.integers(1, 60))
def test_properties(seed, method, k):
    lists = random_lists(seed, nq=3)
    fused = fuse(lists, k, method=method)
    for q in range(3):
        union = set(lists[0].ids[q].tolist()) | set(lists[1].ids[q].tolist()) - {-1}
        found = fused.ids[q][fused.ids[q] >= 0]
        assert len(found) == len(set(found.tolist())) == min(k, len(union - {-1}))
        scores = fused.scores[q][: len(found)]
        assert (np.diff(scores) <= 0).all()
        ties = np.diff(scores) == 0
        assert (np.diff(found)[ties] > 0).all()
    swapped = fuse(lists[::-1], k, method=method)
    np.testing.assert_array_equal(swapped.ids, fused.ids)
    # Multiplying all weights leaves the order as it is.
    np.testing.assert_array_equal(fuse(lists, k, method=method, weights=[4.0, 4.0]).ids, fused.ids)


# -- as a searcher -------------------------------------------------------------------------------------------------


class Fixed:
    def __init__(self, hits, nbytes=None):
        self.hits, self.asked = hits, []
        if nbytes is not None:
            self.nbytes = nbytes

    def search(self, queries, k):
        self.asked.append(k)
        return Hits(np.repeat(self.hits.ids, len(queries), 0), np.repeat(self.hits.scores, len(queries), 0))


def test_fusion_asks_for_more_than_it_returns():
    a, b = Fixed(WORDS), Fixed(MEANING)
    assert Fusion([a, b], depth=50).search(["x", "y"], k=2).ids.tolist() == [[2, 4]] * 2
    Fusion([a, b], depth=50).search(["x"], k=200)
    assert a.asked == b.asked == [50, 200]


def test_weights_can_depend_on_the_query():
    fusion = Fusion([Fixed(WORDS), Fixed(MEANING)], weights=lambda query: [1, 0] if "E-" in query else [0, 1])
    assert fusion.search(["E-1042", "why"], k=1).ids.tolist() == [[4], [2]]
    assert fusion.search([], k=1).ids.shape == (0, 1)


def test_bytes_are_the_sum_or_unknown():
    assert Fusion([Fixed(WORDS, 100), Fixed(MEANING, 20)]).nbytes == 120
    assert getattr(Fusion([Fixed(WORDS, 100), Fixed(MEANING)]), "nbytes", None) is None


def test_a_fusion_of_real_searchers():
    texts = ["pump HV-203", "pump seal", "valve"]
    fusion = Fusion([BM25Index(texts), BM25Index(texts, stemmer=None)], method="min-max")
    assert fusion.search(["HV-203", "nothing known"], k=2).ids.tolist() == [[0, -1], [-1, -1]]


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "borda"}, "'borda'"),
        ({"weights": [1.0]}, r"shape \(2,\) or \(1, 2\)"),
        ({"weights": [1.0, -1.0]}, "at least 0"),
        ({"weights": [1.0, float("nan")]}, "finite"),
        ({"rank_constant": -1}, "rank_constant"),
        ({"k": 0}, "k should be at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fuse([WORDS, MEANING], **{"k": 3, **arguments})


def test_lists_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="no lists"):
        fuse([], k=1)
    with pytest.raises(ValueError, match=r"\[1, 2\]"):
        fuse([WORDS, Hits.from_lists([[], []], 2)], k=1)
    with pytest.raises(ValueError, match="twice for query 0"):
        fuse([Hits(np.array([[1, 1]]), np.zeros((1, 2), np.float32))], k=1)
    with pytest.raises(TypeError, match="Hits"):
        fuse([[1]], k=1)
    with pytest.raises(ValueError, match="finite"):
        fuse([Hits(np.array([[1]]), np.array([[np.nan]], np.float32))], k=1, method="min-max")
    with pytest.raises(ValueError, match="no searchers"):
        Fusion([])
    with pytest.raises(ValueError, match="'borda'"):
        Fusion([Fixed(WORDS)], method="borda")
    with pytest.raises(TypeError, match="list of texts"):
        Fusion([Fixed(WORDS)]).search("pump", k=1)
