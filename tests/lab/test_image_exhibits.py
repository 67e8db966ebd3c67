import dataclasses
import math

import numpy as np
import pytest

from labkit.data.schematics import generate
from labkit.lab.contrast import contrastive_loss, contrastive_matrix, plot_losses
from labkit.lab.gallery import found_gallery, found_html, gallery, image_search_box
from labkit.lab.overlay import place_explorer, plot_place
from labkit.search.hits import Hits
from labkit.search.places import Place


@pytest.fixture(scope="module")
def drawn():
    sheets = generate(3, seed=8)
    first = sheets.ids[0]
    return dataclasses.replace(
        sheets, query_ids=["q1"], queries=["a <pump>"], kinds=["kind"], asks=[{"kind": "x"}], qrels={"q1": {first: 2}}
    )


class Reversed:
    def search(self, queries, k):
        return Hits(np.array([[2, 1, 0]])[:, :k], np.array([[3, 2, 1]], np.float32)[:, :k])


class Corner:
    stride = 8

    def encode_patches(self, images):
        patches = np.zeros((len(images), 32, 32, 1), np.float32)
        patches[:, 0, 0] = 5
        return patches

    def encode_queries(self, texts):
        return np.ones((len(texts), 1), np.float32)


def test_a_gallery_shows_pictures_with_their_words_and_boxes(drawn):
    shown = gallery(drawn.images[:2], ["<one>", "two"], boxes=[[(1, 2, 11, 22)], []])
    assert shown.html.count("<svg") == 2 and shown.html.count("<rect") == 1
    assert 'width="10" height="20"' in shown.html
    assert "<one>" not in shown.html and 'aria-label="&lt;one&gt;"' in shown.html
    assert str(shown) == "<one>; two"
    with pytest.raises(ValueError, match="3 images came with 1 captions"):
        gallery(drawn.images, ["one"])
    assert "Nothing found" in gallery(drawn.images[:0], []).html


def test_found_drawings_carry_their_judgement_where_there_is_one(drawn):
    hits = Reversed().search(["a <pump>"], 3)
    assert [line.split(":")[0] for line in str(found_gallery(hits, drawn, "a <pump>")).split("; ")] == [
        "1, no", "2, no", "3, yes",
    ]  # fmt: skip
    assert str(found_gallery(hits, drawn, "unjudged")).startswith("1: ")
    with pytest.raises(ValueError, match="one query"):
        found_gallery(Hits(np.zeros((2, 1), np.int64), np.zeros((2, 1), np.float32)), drawn, "x")


def test_the_search_box_answers_examples_and_reports_errors(drawn):
    class Broken:
        def search(self, queries, k):
            raise RuntimeError("no <index>")

    box = image_search_box({"good": Reversed(), "broken": Broken()}, drawn, query="valve", k=2)
    field, examples, choice, area = box.children
    assert area.value.count("<svg") == 2
    examples.value = "a <pump>"
    assert field.value == "a <pump>" and "1, no" in area.value
    field.value = "gate"
    assert examples.value == "" and "1, no" not in area.value
    examples.value = "a <pump>"
    assert field.value == "a <pump>" and "1, no" in area.value
    choice.value = "broken"
    assert "role='alert'" in area.value and "no &lt;index&gt;" in area.value
    assert "role" in found_html(Reversed(), drawn, "  ", 2)


def test_the_overlay_says_whether_the_box_is_right(drawn):
    place = Place(np.eye(32, dtype=np.float32), (8, 16, 24, 32), 2.5)
    right = plot_place(drawn.images[0], place, "Where?", true=[(10, 18, 22, 30)])
    assert "inside the true box" in right.summary and "(16, 24), score 2.5" in right.summary
    assert len(right.figure.layout.shapes) == 2 and len(right.figure.layout.images) == 1
    wrong = plot_place(drawn.images[0], place, "Where?", true=[(100, 100, 120, 120)])
    assert "outside every true box" in wrong.summary
    assert "true box" not in plot_place(drawn.images[0], place, "Where?").summary


def test_the_explorer_redraws_for_a_thing_that_is_not_there(drawn):
    box = place_explorer(Corner(), drawn, [0, 1, 2])
    drawing, kind = box.children[0].children
    absent = next(k for _, k in kind.options if not drawn.boxes(0, k))
    kind.value = absent
    title = box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"]["layout"]["title"]["text"]
    assert absent in title and "none on this sheet" in title
    assert drawing.value == 0


def test_contrastive_loss_by_hand_and_its_matrix():
    eye = np.eye(3, dtype=np.float32)
    shares, loss = contrastive_loss(eye, eye, 0.5)
    assert math.isclose(loss, math.log(1 + 2 * math.exp(-2)), rel_tol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    box = contrastive_matrix(eye, eye[[0, 2, 1]], ["a", "b", "c" * 60], ["1", "2", "3"])
    assert "1 of 3 texts" in box.children[1].outputs[1]["data"]["text/plain"]
    with pytest.raises(ValueError, match="temperature"):
        contrastive_loss(eye, eye, 0.0)
    with pytest.raises(ValueError, match="belongs to picture"):
        contrastive_loss(eye, eye[:2], 1.0)


def test_losses_are_told_in_words():
    shown = plot_losses([{"step": 10, "a": 2.0}, {"step": 20, "a": 0.5}], "It falls")
    assert shown.summary == "Over 20 steps: a from 2.00 to 0.50."
