import pytest

from labkit import Collection
from labkit.data import pydocs


@pytest.fixture(scope="module")
def collection():
    return Collection.load("pydocs")


def test_it_is_large_and_every_query_has_one_answer(collection):
    assert len(collection) >= 5_000 and len(collection.queries) == 1_000
    assert all(len(answers) == 1 for answers in collection.relevance())


def test_texts_and_queries_are_unique(collection):
    assert len(set(collection.texts)) == len(collection) and len(set(collection.queries)) == len(collection.queries)


def test_no_answer_holds_its_query_or_its_own_name(collection):
    for query, answer in zip(collection.queries, collection.relevance(), strict=True):
        position = next(iter(answer))
        assert query not in collection.texts[position]
        assert collection.doc_ids[position].rsplit(".", 1)[-1] not in collection.texts[position].split()


def test_building_twice_gives_the_same(collection, tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    again = Collection.load("pydocs")
    assert again.documents == collection.documents and again.qrels == collection.qrels


def test_a_damaged_cache_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(pydocs, "SEARCHED", ("sklearn",))
    first = pydocs.load()
    (corpus,) = tmp_path.rglob("corpus.jsonl")
    corpus.write_text(corpus.read_text()[:5000])
    assert pydocs.load().documents == first.documents


def test_trained_on_and_searched_have_nothing_in_common(collection, monkeypatch):
    monkeypatch.setattr(pydocs, "TRAINED_ON", ("networkx",))
    queries, documents = pydocs.training_pairs()
    assert pydocs.training_pairs(limit=5) == (queries[:5], documents[:5])
    assert len(queries) == len(documents) > 300
    assert not set(documents) & set(collection.texts) and not set(queries) & set(collection.queries)
    assert not set(pydocs.TRAINED_ON) & set(pydocs.SEARCHED)


@pytest.mark.parametrize(
    "docstring",
    ["Only a summary without any details.", "Too short\n\n" + "word " * 30, "A long enough summary line.\n\nfew words"],
)
def test_docstrings_too_short_to_be_a_question_are_skipped(docstring):
    assert pydocs.split("a.b", "a", docstring) is None


def test_examples_underlines_and_the_name_are_removed():
    details = "Parameters\n----------\nx : the thing that total adds up when asked to do so nicely\n\n>>> total(1)\n1\n\nNotes follow here."
    pair = pydocs.split("shop.total", "shop", f"Return the sum of things.\n\n{details}")
    assert pair.details == "Parameters x : the thing that adds up when asked to do so nicely Notes follow here."
