"""The exhibits of notebook 01: words, cosines, kinds, negation, dilution."""

import re

import numpy as np
import pytest

from labkit.lab.cosines import Cosines, cosines_of, plot_cosines, random_pair_cosines, threshold_explorer
from labkit.lab.dilution import diluted, plot_dilution, short_answers
from labkit.lab.kinds import difference_by_kind, plot_by_kind
from labkit.lab.negation import negation_test, plot_negation, without_negation
from labkit.lab.tokens import nearest_words, pieces, word_explorer, word_pieces, words_of
from labkit.measure.intervals import paired_difference


class Letters:
    """An encoder that counts letters: enough to know which of two texts is nearer."""

    name, dim, max_tokens, fingerprint = "letters", 27, 100, "letters"

    def encode_documents(self, texts):
        rows = np.array([[text.lower().count(chr(97 + i)) for i in range(26)] + [0.1] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_queries = encode_documents


def test_pieces_say_what_the_encoder_reads():
    assert pieces("pump") == ["pump"]
    assert pieces("") == []
    assert [row[2:] for row in word_pieces(["pump", "E-1042", "😀"]).rows] == [("1", "yes"), ("4", "no"), ("1", "no")]


def test_words_of_keeps_frequent_words_and_all_codes(shop):
    assert words_of(shop, documents=5) == []
    assert {"cap", "hat", "warm"} <= set(words_of(shop, documents=1))


def test_the_nearest_word_is_the_nearest_and_not_the_word_itself():
    words = ["pump", "pumps", "salt"]
    table = nearest_words("Pump", words, Letters().encode_documents(words), Letters(), k=2)
    assert [row[0] for row in table.rows] == ["pumps", "salt"]
    assert float(table.rows[0][1]) > float(table.rows[1][1])


def test_the_word_explorer_answers_the_list_and_the_field():
    words = ["pump", "pumps", "salt", "malt"]
    box = word_explorer(Letters(), words, Letters().encode_documents(words), ["pump", "salt"])
    chosen, own = box.children[0].children

    def shown():
        return box.children[1].outputs[0]["data"]["text/plain"]

    assert "nearest to “pump”" in shown()
    chosen.value = "salt"
    assert re.search(r"nearest to “salt”.*\n *malt", shown())
    own.value = "pumpe"
    assert "nearest to “pumpe”" in shown() and chosen.value == ""
    chosen.value = "salt"
    assert "nearest to “salt”" in shown() and own.value == ""


def test_random_pairs_are_of_different_vectors():
    cosines = random_pair_cosines(np.eye(3, dtype=np.float32), pairs=500)
    assert cosines.shape == (500,) and (cosines == 0).all()
    with pytest.raises(ValueError, match="there are 1"):
        random_pair_cosines([[1.0, 0.0]])


def test_cosines_of_separates_answers_from_random_pairs(shop):
    sample = cosines_of(Letters(), shop)
    documents, queries = (Letters().encode_documents(t) for t in ([shop.documents[1], shop.documents[0]], shop.queries))
    expected = queries @ documents.T
    assert sample.answers == pytest.approx(np.diagonal(expected))
    assert sorted(sample.random) == pytest.approx(sorted([expected[0, 1], expected[1, 0]]))


def test_shares_and_their_figure():
    samples = [
        Cosines("low", np.array([0.0, 0.1], np.float32), np.array([0.3, 0.5], np.float32)),
        Cosines("high", np.array([0.6, 0.8], np.float32), np.array([0.9, 0.9], np.float32)),
    ]
    assert samples[0].shares(0.4) == (0.5, 0.0) and samples[1].shares(0.7) == (1.0, 0.5)
    exhibit = plot_cosines(samples, 0.7)
    assert "low keeps 0%" in exhibit.figure.layout.title.text
    assert "high keeps 100%" in exhibit.figure.layout.title.text and "50%" in exhibit.figure.layout.title.text
    box = threshold_explorer(samples)
    box.children[0].children[0].value = 0.3
    assert "low keeps 100%" in str(box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"])


def test_kinds_figure_and_table_hold_the_means():
    kinds = ["b", "a", "b", "a"]
    values = {"one": [1.0, 0.5, 0.0, 0.5], "two": [0.0, 0.5, 0.0, 0.5]}
    exhibit = plot_by_kind(values, kinds, "A finding")
    assert [list(trace.y) for trace in exhibit.figure.data] == [[0.5, 0.5], [0.5, 0.0]]
    assert list(exhibit.figure.layout.xaxis.ticktext) == ["a<br>(2)", "b<br>(2)"]
    assert "one: a 0.50, b 0.50" in exhibit.summary
    table = difference_by_kind(values["one"], values["two"], kinds)
    assert [row[:3] for row in table.rows] == [("all", "4", "+0.250"), ("a", "2", "+0.000"), ("b", "2", "+0.500")]
    d = paired_difference([1.0, 0.0], [0.0, 0.0])
    assert table.rows[2][3] == f"{d.low:+.3f} to {d.high:+.3f}"
    assert "Only 2 queries" in table.caption
    with pytest.raises(ValueError, match="4 queries"):
        difference_by_kind([1.0], [1.0], kinds)


def test_negation_test_counts_who_is_nearer():
    test = negation_test(Letters())
    assert test.fooled == int((test.opposites > test.paraphrases).sum())
    exhibit = plot_negation(test, "A finding")
    assert f"in {test.fooled} of {len(test.statements)}" in exhibit.summary
    assert list(exhibit.figure.data[1].x) == pytest.approx(test.opposites.tolist())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("what must not be done", "what must be done"),
        ("why can't I, and why cannot he?", "why can I, and why can he?"),
        ("Can't it? It won\u2019t, it shan't.", "Can it? It will, it shall."),
        ("Toronto isn't in Ca.", "Toronto is in Ca."),
        ("nothing notable, no note", "notable, note"),
        ("another knot", "another knot"),
        ("", ""),
    ],
)
def test_only_words_of_negation_go(text, left):
    assert without_negation(text) == left


def test_dilution_adds_so_many_words_and_only_fillers():
    longer = diluted(["a b", "c"], 3, ["x y"])
    assert longer == ["a b x y x", "c x y x"]
    assert diluted(["a b"], 0, ["x"]) == ["a b"]


def test_short_answers_hold_each_best_document_once(shop):
    queries, texts, fillers = short_answers(shop, words=2)
    assert queries == shop.queries and texts == ["blue hat", "Shoe red"]
    assert fillers == [shop.documents[2], shop.documents[3]]


def test_dilution_figure_quotes_its_ends():
    values = {"dense": {0: np.array([1.0, 1.0]), 50: np.array([0.0, 1.0])}}
    exhibit = plot_dilution(values, "A finding")
    assert "dense goes from 1.00 to 0.50" in exhibit.summary
    assert list(exhibit.figure.data[1].y) == [1.0, 0.5]


def test_dilution_needs_words_to_add():
    for words, fillers in ((3, []), (3, ["", " "]), (-1, ["x"])):
        with pytest.raises(ValueError, match="some filler hold a word"):
            diluted(["a"], words, fillers)


def test_queries_without_an_answer_are_left_out(shop):
    shop.qrels["q1"] = {"b": 0}
    assert short_answers(shop)[0] == ["warm things for the feet"]
    with pytest.raises(ValueError, match="two queries with different answers"):
        cosines_of(Letters(), shop)


def test_any_threshold_can_be_the_first(shop):
    with pytest.raises(ValueError, match="at least one encoder"):
        plot_cosines([], 0.5)
    control = threshold_explorer([cosines_of(Letters(), shop)], start=0.33).children[0].children[0]
    assert control.value == 0.33
