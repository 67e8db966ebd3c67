import numpy as np
import pytest

from labkit.lab.claims import ClaimCard
from labkit.lab.curves import plot_energy, plot_retention, plot_truncation
from labkit.lab.funnel import FunnelLab, funnel_explorer
from labkit.lab.maps import plot_map, umap_coordinates
from labkit.lab.predict import predict
from labkit.lab.ranks import plot_rank_changes, rank_explorer, worked_ndcg
from labkit.lab.search_box import hits_table, results_html, search_box, search_html
from labkit.measure.sweep import truncation_curve
from labkit.search.hits import Hits


@pytest.fixture
def curves(shop, vectors):
    documents, queries = vectors
    return [
        truncation_curve(name, documents, queries, shop.relevance(), dims=(2, 4, 8), metrics=("nDCG@3", "recall@3"))
        for name in ("one", "two")
    ]


def test_truncation_figure_shows_each_curve_once_per_metric(curves):
    exhibit = plot_truncation(curves, "A finding", quote=4)
    lines = [trace for trace in exhibit.figure.data if trace.name]
    assert [(line.name, line.visible) for line in lines] == [
        ("one", True),
        ("two", True),
        ("one", False),
        ("two", False),
    ]
    assert list(lines[0].y) == pytest.approx(curves[0].per_query["nDCG@3"].mean(axis=1))
    hidden = exhibit.figure.layout.updatemenus[0].buttons[1].args[0]["visible"]
    assert hidden == [False] * 4 + [True] * 4
    assert "at 4 dimensions" in exhibit.summary and f"{curves[0].at('nDCG@3', 4).mean():.3f}" in exhibit.summary


def test_truncation_figure_refuses_curves_of_different_metrics(curves, shop, vectors):
    other = truncation_curve("other", *vectors, shop.relevance(), dims=(8,), metrics=("MRR@3",))
    for wrong in ([], [curves[0], other]):
        with pytest.raises(ValueError, match="same metrics"):
            plot_truncation(wrong, "A finding")


def test_retention_and_energy_figures_quote_their_numbers():
    exhibit = plot_retention({"nDCG@10": ((16, 48, 384), np.array([0.3, 0.68, 1.0]))}, "A finding")
    assert exhibit.summary == "At 48 dimensions: nDCG@10 keeps 68%."
    exhibit = plot_energy({"plain": np.linspace(0.01, 1, 100)}, "A finding", quote=50)
    assert "plain 50%" in exhibit.summary


def test_rank_changes_follow_the_relevant_document(shop, vectors):
    documents, queries = vectors
    exhibit = plot_rank_changes(shop, documents, queries, 0, dims=(2, 8), follow=2)
    lines = {trace.text[-1]: list(trace.y) for trace in exhibit.figure.data}
    relevant = [y for text, y in lines.items() if text.startswith("relevant")]
    assert len(relevant) == 2 and any(y[-1] == 1 for y in relevant)  # the query is document b itself
    everything = plot_rank_changes(shop, documents, queries, 0, dims=(2, 8), follow=5)
    assert "&lt;warm&gt;" in str(everything.figure.data) and "<warm>" not in str(everything.figure.data)
    assert "rank 1 at 8" in exhibit.summary


def test_rank_explorer_offers_the_queries(shop, vectors):
    box = rank_explorer(shop, *vectors, [1, 0])
    choice = box.children[0].children[0]
    choice.value = 0
    assert "hat" in str(box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"])


def test_worked_ndcg_is_the_metric(shop):
    from labkit.measure.metrics import evaluate

    hits = Hits.from_lists([[(0, 3.0), (1, 2.0), (4, 1.0)], [(0, 1.0)]], k=10)
    table, sentence = worked_ndcg(hits, shop, 0)
    assert [row[2] for row in table.rows] == ["0", "2", "1"]
    assert f"**{evaluate(hits, shop.relevance(), 'nDCG@10')[0]:.3f}**" in sentence
    assert "among the first 10 hits: recall@10 = **1.00**" in sentence  # no more than 10 were searched
    wide = Hits.padded(hits.ids, hits.scores, 150)
    assert "among the first 100 hits: recall@100 = **1.00**" in worked_ndcg(wide, shop, 0)[1]
    with pytest.raises(ValueError, match="between 1 and the 10 hits"):
        worked_ndcg(hits, shop, 0, k=11)
    shop.qrels["q1"] = {"b": 0}
    with pytest.raises(ValueError, match="no relevant document"):
        worked_ndcg(hits, shop, 0)


def test_funnel_lab_measures_what_it_says(shop, vectors):
    documents, queries = vectors
    lab = FunnelLab(documents, queries, shop.relevance(), np.tile(documents, (20, 1)))
    everything = lab.measure(8, 10)
    assert everything["kept"] == pytest.approx(1) and everything["low"] == everything["high"] == 0
    small = lab.measure(2, 10)
    assert small["bytes"] == 100 * 2 * 4 + 10 * 8 * 4
    box = funnel_explorer(lab, dims=(2, 4, 8), shortlists=(10, 20))
    assert "nDCG@10" in box.children[1].outputs[1]["data"]["text/plain"]
    assert "2 dimensions first, then all 5 documents in full" in lab.draw(2, 10).figure.layout.title.text


@pytest.mark.slow
def test_map_shows_every_document_and_is_the_same_twice(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    vectors = np.random.default_rng(0).standard_normal((30, 4)).astype(np.float32)
    points = umap_coordinates(vectors)
    assert points.shape == (30, 2)
    (cached,) = tmp_path.rglob("*.npy")
    assert np.array_equal(umap_coordinates(vectors), points)
    whole = cached.read_bytes()
    for damaged in (b"", whole[:50]):  # a cut file is made again
        cached.write_bytes(damaged)
        assert np.array_equal(umap_coordinates(vectors), points)
        assert cached.read_bytes() == whole
    np.save(cached, points[:5])  # whole, but of another map
    assert np.array_equal(umap_coordinates(vectors), points)
    exhibit = plot_map(points[:5], shop, "A finding", queries={"hat": points[7]})
    assert sum(len(trace.x) for trace in exhibit.figure.data) == 6
    assert "&lt;warm&gt;" in str(exhibit.figure.data)
    with pytest.raises(ValueError, match="at least 4"):
        umap_coordinates(vectors[:3])


def test_prediction_sets_guess_beside_measurement():
    question = predict("How much?", 0, 100, " %")
    assert "No guess was committed" in question.reveal(70)
    bar, button = question.widget().children[1].children
    bar.value = 40
    button.click()
    assert question.guess == 40 and "Your guess: 40 %" in question.widget().children[2].value
    assert question.reveal(70) == "Measured: **70 %**. You said 40 %, 30 % too low."
    assert question.reveal(41) == "Measured: **41 %**. You said 40 %, as good as exact."
    with pytest.raises(ValueError, match="below"):
        predict("?", 1, 1)


def test_a_map_refuses_points_of_another_collection(shop):
    with pytest.raises(ValueError, match="4 points and 5 groups"):
        plot_map(np.zeros((4, 2)), shop, "A finding")
    with pytest.raises(ValueError, match="5 points and 1 groups"):
        plot_map(np.zeros((5, 2)), shop, "A finding", groups=["a"])
    marked = plot_map(np.zeros((5, 2)), shop, "A finding", queries={"p < q": np.zeros(2, np.float32)})
    assert "p &lt; q" in str(marked.figure.data)


def test_a_summary_quotes_dimensions_that_were_measured(curves):
    assert "at 8 dimensions: one " in plot_truncation(curves, "A finding", quote=64).summary
    assert "first 3 dimensions hold: few 100%" in plot_energy({"few": np.array([0.5, 0.9, 1.0])}, "A finding").summary
    for empty in (plot_retention, plot_energy):
        with pytest.raises(ValueError, match="at least one"):
            empty({}, "A finding")


def test_rank_changes_refuse_what_does_not_belong_together(shop, vectors):
    documents, queries = vectors
    with pytest.raises(ValueError, match="as many vectors"):
        plot_rank_changes(shop, documents[:4], queries, 0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        plot_rank_changes(shop, documents, queries, 2)
    with pytest.raises(ValueError, match="no choices"):
        rank_explorer(shop, documents, queries, [])


def test_funnel_lab_refuses_vectors_that_do_not_fit(shop, vectors):
    documents, queries = vectors
    with pytest.raises(ValueError, match="large should have 8 dimensions"):
        FunnelLab(documents, queries, shop.relevance(), documents[:, :4])
    with pytest.raises(ValueError, match="large is empty"):
        FunnelLab(documents, queries, shop.relevance(), documents[:0])
    lab = FunnelLab(documents.tolist(), queries.tolist(), shop.relevance(), documents)
    box = funnel_explorer(lab, dims=(4, 512), shortlists=(5, 10))
    assert [len(control.options) for control in box.children[0].children] == [1, 1]
    with pytest.raises(ValueError, match="dims up to 8"):
        funnel_explorer(lab, dims=(512,))


def test_claim_card_shows_all_its_parts_and_escapes_them():
    card = ClaimCard("a < b", "paper", "always", "0.5", "holds only if", "b is large")
    html, text = card._repr_html_(), str(card)
    assert "a &lt; b" in html and "<table" in html
    for part in ("paper", "always", "0.5", "holds only if b is large"):
        assert part in html and part in text
    with pytest.raises(ValueError, match="verdict"):
        ClaimCard("a", "b", "c", "d", "perhaps")


def test_a_reason_stands_apart_from_the_verdict_and_a_condition_goes_on_with_it():
    assert "✗ does not hold here: no such model" in str(
        ClaimCard("a", "b", "c", "d", "does not hold here", "no such model")
    )
    assert str(ClaimCard("a", "b", "c", "d", "holds here")).endswith("✓ holds here")


class Finder:
    """Finds a fixed list, or fails."""

    def __init__(self, found):
        self.found = found

    def search(self, queries, k):
        if self.found is None:
            raise RuntimeError("index <closed>")
        return Hits.from_lists([self.found for _ in queries], k)


def test_results_mark_words_and_judgements_and_escape_text(shop):
    shown = results_html(Hits.from_lists([[(1, 0.9), (0, 0.5)]], 5), shop, "hat")
    assert "blue <b>hat</b>" in shown and "judged relevant (2)" in shown and "&lt;warm&gt;" in shown
    assert shown.count("<li") == 2
    assert "Nothing found" in results_html(Hits.from_lists([[]], 5), shop, "hat")
    with pytest.raises(ValueError, match="one query"):
        results_html(Hits.from_lists([[], []], 5), shop, "hat")


def test_search_box_answers_examples_and_typed_questions(shop):
    box = search_box({"one": Finder([(1, 1.0)]), "two": Finder([(3, 1.0)])}, shop)
    field, examples, choice, area = box.children
    assert "Type a question" in area.value
    examples.value = "hat"
    assert field.value == "hat" and "<b>hat</b>" in area.value
    choice.value = "two"
    assert "Boot" in area.value
    field.value = "boot"
    assert examples.value == "" and "<b>hat</b>" not in area.value
    examples.value = "hat"
    assert field.value == "hat" and examples.value == "hat"


def test_a_search_box_needs_a_searcher_of_this_collection(shop):
    with pytest.raises(ValueError, match="no searcher"):
        search_box({}, shop)
    assert "another collection" in search_html(Finder([(99, 1.0)]), shop, "hat")


def test_a_failing_search_is_reported_in_the_box(shop):
    shown = search_html(Finder(None), shop, "hat")
    assert "role='alert'" in shown and "index &lt;closed&gt;" in shown


def test_hits_table_has_grades(shop):
    table = hits_table(Hits.from_lists([[(1, 0.9), (0, 0.5)], []], 3), shop, 0)
    assert [row[:3] for row in table.rows] == [("1", "0.900", "2"), ("2", "0.500", "")]
