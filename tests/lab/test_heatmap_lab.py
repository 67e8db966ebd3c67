import json
import re

import numpy as np
import pytest

from labkit.lab.heatmap_lab import HeatLab, first_word
from labkit.models.token_vectors import TokenVectors
from labkit.search.bm25 import BM25Index
from labkit.search.hits import Hits


class Letters:
    """A token encoder whose tokens are words and whose vectors count letters."""

    def _vector(self, word):
        counts = np.array([word.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"], np.float32)
        counts[0] += 0.01
        return counts / np.linalg.norm(counts)

    def query_tokens(self, text):
        return ["[CLS]", *text.lower().split()]

    def document_tokens(self, text):
        return text.lower().split()

    def encode_queries(self, texts):
        return TokenVectors.of([[self._vector(word) for word in self.query_tokens(text)] for text in texts])

    def encode_documents(self, texts):
        return TokenVectors.of([[self._vector(word) for word in self.document_tokens(text)] for text in texts])


class Always:
    def __init__(self, *ids):
        self.ids = ids

    def search(self, queries, k):
        return Hits.from_lists([[(i, -float(rank)) for rank, i in enumerate(self.ids)] for _ in queries], k)


@pytest.fixture
def encoder():
    return Letters()


@pytest.fixture
def lab(shop, encoder):
    documents = encoder.encode_documents(shop.documents)
    return HeatLab(encoder, shop, documents, {"left": Always(1, 4), "right": Always(1, 3)}, k=2)


def test_the_best_of_either_searcher_and_never_the_same_twice(lab):
    assert lab.first_two("hat") == [1, 3]
    assert lab.found("hat") == {1: "left 1, right 1", 4: "left 2", 3: "right 2"}


def test_the_view_is_json_with_a_cell_for_each_pair_of_tokens(lab, shop):
    view = json.loads(json.dumps(lab.view("blue hat")))
    assert view["query"] == ["[CLS]", "blue", "hat"] and view["start"] == 1 and view["shown"] == [1, 3]
    side = view["sides"][0]
    assert side["tokens"] == ["blue", "hat"] and side["found"] == "left 1, right 1"
    assert side["winners"][1:] == [0, 1] and side["best"][1:] == [1.0, 1.0]
    assert [len(row) for row in side["cells"]] == [2, 2, 2] and side["cells"][1][0] == 100
    assert side["score"] == pytest.approx(sum(side["best"]), abs=0.02)
    assert [option["id"] for option in view["options"]] == [1, 4, 3]
    assert view["options"][1]["label"] == "left 2: e" or "Cap" in view["options"][1]["label"]


def test_other_documents_can_be_chosen_also_ones_nobody_found(lab):
    view = lab.view("hat", [4, 0])
    assert view["shown"] == [4, 0]
    assert [side["found"] for side in view["sides"]] == ["left 2", "not among the hits"]


def test_what_cannot_be_drawn_is_said(lab, shop, encoder):
    assert lab.view("  ") == {"message": "Type a query and press Enter."}
    assert "IndexError" in lab.view("hat", [99])["message"]
    none = HeatLab(encoder, shop, lab.documents, {"BM25": BM25Index(shop.documents)})
    assert none.view("zzzz") == {"message": "Nothing was found. Try other words."}


def test_it_refuses_what_does_not_belong_together(shop, encoder):
    with pytest.raises(ValueError, match="no searcher"):
        HeatLab(encoder, shop, encoder.encode_documents(shop.documents), {})
    with pytest.raises(ValueError, match="5 documents came with the token vectors of 1"):
        HeatLab(encoder, shop, encoder.encode_documents(["a"]), {"a": Always(0)})


def test_first_word_skips_the_frame():
    assert first_word(["[CLS]", "[Q]", "a", "[SEP]"]) == 2 and first_word(["[CLS]"]) == 0


def test_the_widget_follows_query_and_choice_and_carries_a_plain_table(lab):
    from labkit.lab.heatmap_widget import heatmap_explorer

    widget = heatmap_explorer(lab, "hat")
    assert widget.documents == [1, 3] and widget.view["query"] == ["[CLS]", "hat"]
    widget.query = "blue hat"
    assert widget.view["query"] == ["[CLS]", "blue", "hat"]
    widget.documents = [1, 4]
    assert widget.view["shown"] == [1, 4]
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "<table" in data["text/html"] and "blue hat" in data["text/html"] and "MaxSim" in data["text/plain"]
    widget.query = " "
    assert widget.view == {"message": "Type a query and press Enter.", "answer": 3}
    assert "Type a query" in widget._repr_mimebundle_()[0]["text/html"]


def test_every_query_is_answered_also_with_the_same_view(lab):
    from labkit.lab.heatmap_widget import heatmap_explorer

    widget, views = heatmap_explorer(lab, "hat"), []
    widget.observe(lambda change: views.append(change["new"]), names="view")
    for query in ("Hat", " ", "  "):
        widget.query = query
    assert [view["answer"] for view in views] == [1, 2, 3]
    assert views[0]["query"] == ["[CLS]", "hat"] and views[1]["message"] == views[2]["message"]


def declared(selector):
    """What the style sheet says for a selector: property -> value."""
    from labkit.lab.heatmap_widget import HeatMap

    block = re.search(re.escape(selector) + r" \{\n(.*?)\}", re.sub(r"/\*.*?\*/", "", HeatMap._css), re.DOTALL)[1]
    return dict(line.strip().rstrip(";").split(": ", 1) for line in block.strip().splitlines() if line.strip())


@pytest.mark.parametrize("cell", [".lk-heat-strip i", ".lk-heat-text span"])
def test_a_winner_has_a_frame_and_the_colour_of_its_similarity(cell):
    won = declared(f"{cell}.lk-won")
    assert not {"background", "opacity"} & set(won) and {"box-shadow", "outline"} & set(won)
    assert "calc(var(--heat, 0) *" in declared(cell)["background"] and "opacity" not in declared(cell)


# Page, brand colour and ink of JupyterLab's themes, and of a page without one.
THEMES = {
    "light": ((255, 255, 255), (25, 118, 210), (0, 0, 0), 0.87),
    "dark": ((33, 33, 33), (33, 150, 243), (255, 255, 255), 0.87),
    "dark, high contrast": ((17, 17, 17), (49, 155, 242), (255, 255, 255), 1),
    "none": ((255, 255, 255), (15, 127, 191), (0, 0, 0), 1),
}


@pytest.mark.parametrize(("page", "hot", "ink", "opaque"), THEMES.values(), ids=THEMES)
def test_the_text_can_be_read_on_the_strongest_colour(page, hot, ink, opaque):
    def over(colour, share, below):
        return [share * a + (1 - share) * b for a, b in zip(colour, below, strict=True)]

    def luminance(colour):
        linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    share = int(re.search(r"\* (\d+)%", declared(".lk-heat-text span")["background"])[1]) / 100
    ground = over(hot, share, page)
    dark, light = sorted(map(luminance, (ground, over(ink, opaque, ground))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_key_leaves_the_heat_map():
    """JupyterLab would run its commands; tests/browser/test_late_interaction.py presses one."""
    from labkit.lab.heatmap_widget import HeatMap

    assert 'root.addEventListener("keydown", (event) => event.stopPropagation());' in HeatMap._esm


def test_script_and_style_ask_for_nothing_from_outside():
    from labkit.lab.heatmap_widget import HeatMap

    assert "http" not in HeatMap._esm and "http" not in HeatMap._css and "import " not in HeatMap._esm
    assert "--jp-" in HeatMap._css
