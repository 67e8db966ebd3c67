"""The exhibits of notebook 06: contributions, overlap, fusion, depth, the waterfall."""

import numpy as np
import pytest

from labkit.lab.contributions import contribution_explorer, plot_contributions
from labkit.lab.depth import DepthLab, depth_explorer, plot_depth
from labkit.lab.fusion_lab import WEIGHTS, FusionLab, fusion_explorer, halves, plot_sensitivity
from labkit.lab.overlap import found_by, plot_overlap
from labkit.lab.waterfall import Stage, plot_waterfall
from labkit.search.bm25 import BM25Index
from labkit.search.hits import Hits


class Fixed:
    """Finds the same list for every query."""

    def __init__(self, found):
        self.found = found

    def search(self, queries, k):
        return Hits.from_lists([self.found for _ in queries], k)


@pytest.fixture
def bm25(shop):
    return BM25Index(shop.documents)


def figure_of(box):
    return str(box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"])


def test_the_pieces_of_each_bar_sum_to_the_score(shop, bm25):
    exhibit = plot_contributions(bm25, shop, "small blue hat", k=5)
    total = np.sum([trace.x for trace in exhibit.figure.data], axis=0)
    scores = [score for _, score in next(iter(bm25.search(["small blue hat"], 5)))]
    assert total == pytest.approx(scores, rel=1e-5)
    assert f"The best hit scores {scores[0]:.2f}" in exhibit.summary


def test_contributions_mark_grades_and_escape_texts(shop, bm25):
    exhibit = plot_contributions(bm25, shop, "hat")
    assert "[grade 2]" in exhibit.figure.data[0].y[0] and "hat makes 100%" in exhibit.figure.layout.title.text
    shown = str(plot_contributions(bm25, shop, "<red> warm").figure)
    assert "&lt;red&gt;" in shown and "<warm>" not in shown


def test_a_query_without_a_known_word_gets_a_sentence(shop, bm25):
    assert "No document holds any word" in plot_contributions(bm25, shop, "zzz")


def test_the_contribution_explorer_answers_the_list_and_the_field(shop, bm25):
    box = contribution_explorer(bm25, shop, ["hat", "boot"])
    chosen, own = box.children[0].children
    chosen.value = "boot"
    assert "boot makes 100%" in figure_of(box)
    own.value = "scarf"
    assert "scarf makes 100%" in figure_of(box)
    own.value = "zzz"
    assert "No document" in box.children[1].outputs[0]["data"]["text/plain"] and chosen.value == ""
    chosen.value = "boot"
    assert "boot makes 100%" in figure_of(box) and own.value == ""


def test_found_by_counts_each_relevant_document_once(shop):
    a = Hits.from_lists([[(1, 2.0), (3, 1.0)], [(2, 1.0)]], 5)
    b = Hits.from_lists([[(1, 2.0), (4, 1.0)], [(3, 1.0)]], 5)
    counts = found_by(a, b, shop.relevance())
    assert counts.tolist() == [[1, 0, 1, 0], [0, 0, 0, 1]]
    assert found_by(a, b, shop.relevance(), k=1).tolist() == [[1, 0, 0, 1], [0, 0, 0, 1]]
    exhibit = plot_overlap(counts, ("A", "B"), shop.kinds, "A finding")
    assert [list(trace.x) for trace in exhibit.figure.data] == [[0.5, 0], [0, 0], [0.5, 0], [0, 1]]
    assert "both 33%, only A 0%, only B 33%, neither 33%" in exhibit.summary
    with pytest.raises(ValueError, match="2, 2 and 1"):
        found_by(a, b, [{}])


@pytest.fixture
def lab(shop):
    first, second = Fixed([(0, 3.0), (1, 1.0), (2, 0.5)]), Fixed([(1, 0.9), (2, 0.1), (0, 0.05)])
    return FusionLab(first, second, ("first", "second"), shop)


@pytest.mark.parametrize("method", ["rrf", "min-max", "z-score", "dbsf"])
def test_the_ends_of_the_weight_are_the_searches_alone(lab, method):
    assert lab.measure(method, 0.0) == pytest.approx(lab.alone["first"])
    assert lab.measure(method, 1.0) == pytest.approx(lab.alone["second"])


def test_fused_scores_are_those_of_the_formula(lab):
    hits = lab.fused("rrf", 0.5, 10, k=3)
    assert hits.ids[0].tolist() == [1, 0, 2]
    assert hits.scores[0] == pytest.approx([0.5 / 12 + 0.5 / 11, 0.5 / 11 + 0.5 / 13, 0.5 / 13 + 0.5 / 12])


def test_the_fusion_explorer_redraws(lab):
    box = fusion_explorer(lab)
    method, weight, constant = box.children[0].children
    assert "rrf, k = 60, weight of second 0.5" in figure_of(box)
    constant.value = 5
    assert "rrf, k = 5," in figure_of(box)
    method.value, weight.value = "z-score", 0.8
    assert "z-score, weight of second 0.8" in figure_of(box)


def test_halves_split_every_kind_and_share_nothing():
    kinds = ["a"] * 10 + ["b"] * 5
    choose, report = halves(kinds)
    assert sorted([*choose.tolist(), *report.tolist()]) == list(range(15))
    assert sum(kinds[i] == "a" for i in choose) == 5 and sum(kinds[i] == "b" for i in choose) == 2
    assert halves(kinds, seed=1)[0].tolist() != choose.tolist()
    assert halves(kinds)[0].tolist() == choose.tolist()


def test_sensitivity_names_the_best_weight():
    means = [0.1 + 0.01 * i for i in range(len(WEIGHTS))]
    exhibit = plot_sensitivity({"rrf": means}, "A finding", second="dense", floor=0.15)
    assert "rrf is best at 1.0 with 0.200" in exhibit.summary and "0.150" in exhibit.summary
    assert list(exhibit.figure.data[0].y) == means


class ByLength:
    """Prefers short documents, and counts what it was asked."""

    def __init__(self):
        self.asked = 0

    def score_pairs(self, pairs):
        self.asked += len(pairs)
        return np.array([-len(document) for _, document in pairs], np.float32)


def test_depth_lab_reranks_and_never_asks_the_first_search_again(shop):
    first = Hits.from_lists([[(0, 3.0), (2, 2.0), (1, 1.0)]] * 2, 10)
    judge, clock = ByLength(), ByLength()
    lab = DepthLab(first, shop, judge, timed=clock)
    assert lab.pair_ms >= 0 and clock.asked > 0 and judge.asked == 0
    assert lab.hits(0) is first
    lengths = [len(text) for text in shop.documents]
    assert lab.hits(2).ids[0, :3].tolist() == [*sorted([0, 2], key=lambda i: lengths[i]), 1]
    assert lab.hits(3).ids[0, :3].tolist() == sorted([0, 1, 2], key=lambda i: lengths[i])
    assert lab.measure(3)[0] > lab.measure(0)[0]  # the answer to "hat" is the shortest
    exhibit = plot_depth(lab, (2, 3), "A finding")
    gains = [(lab.measure(depth) - lab.measure(0)).mean() for depth in (2, 3)]
    assert list(exhibit.figure.data[1].y) == pytest.approx(gains)
    assert f"depth 3 {gains[1]:+.3f}" in exhibit.summary
    box = depth_explorer(lab, depths=(2, 3))
    box.children[0].children[0].value = 2
    assert "Re-ranking 2 costs" in figure_of(box)


def test_waterfall_adds_up_and_gives_intervals():
    stages = [
        Stage("BM25", np.array([0.2, 0.4]), 0.5),
        Stage("fused", np.array([0.4, 0.4]), 10.0),
        Stage("judge", np.array([0.3, 0.4]), 400.0),
    ]
    exhibit, table = plot_waterfall(stages, "A finding")
    bars = exhibit.figure.data[0]
    assert list(bars.y) == pytest.approx([0.3, 0.1, -0.05, 0])
    assert list(bars.measure) == ["absolute", "relative", "relative", "total"]
    assert "from 0.300 to 0.350 in 410 ms" in exhibit.summary
    assert [row[1] for row in table.rows] == ["0.300", "0.400", "0.350"]
    assert table.rows[1][2].startswith("+0.100 (") and table.rows[2][2].startswith("-0.050 (")
    with pytest.raises(ValueError, match="at least two"):
        plot_waterfall(stages[:1], "A finding")
