import pytest

from labkit.data import pydocs
from labkit.data.docstrings import normalised
from labkit.train import matryoshka_texts
from labkit.train.matryoshka_texts import PACKAGES, sentence_pair, training_texts


def test_nothing_that_is_searched_is_trained_on():
    assert not set(PACKAGES) & set(pydocs.SEARCHED)
    assert len(set(PACKAGES)) == len(PACKAGES)


def test_texts_are_pairs_that_the_collection_does_not_hold(monkeypatch):
    monkeypatch.setattr(matryoshka_texts, "PACKAGES", ("tqdm", "click"))
    queries, documents = training_texts()
    assert len(queries) == len(documents) > 50
    collection = pydocs.load()
    assert not {normalised(text) for text in collection.texts} & {normalised(text) for text in documents}
    assert not {normalised(text) for text in collection.queries} & {normalised(text) for text in queries}
    # sentence pairs come after the summaries: query and document together are an earlier document
    assert f"{queries[-1]} {documents[-1]}" in documents


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(matryoshka_texts, "PACKAGES", ("tqdm", "no_such_package"))
    with pytest.raises(ValueError, match="no_such_package"):
        training_texts()


REST = "It stops when the tank is full, and it starts again when the level falls."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"The pump starts by itself. {REST}", ("The pump starts by itself.", REST)),
        (f"Does the pump start alone? {REST} More.", ("Does the pump start alone?", f"{REST} More.")),
        (f"Too short here. {REST}", None),
        ("The pump starts by itself. It stops.", None),
        ("The pump starts by itself, e.g. at night, and there is no second sentence in this text at all", None),
        (f"{'word ' * 31}end. {REST}", None),
        ("", None),
    ],
)
def test_sentence_pairs_by_hand(text, wanted):
    assert sentence_pair(text) == wanted
