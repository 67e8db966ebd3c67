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


@pytest.mark.slow
def test_building_twice_gives_the_same(collection, tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    again = Collection.load("pydocs")
    assert again.documents == collection.documents and again.qrels == collection.qrels


def test_a_damaged_cache_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(pydocs, "SEARCHED", ("sklearn",))
    first = pydocs.load()
    (corpus,) = tmp_path.rglob("corpus.jsonl")
    corpus.write_bytes(corpus.read_bytes()[:5000])
    assert pydocs.load().documents == first.documents


def test_what_is_built_is_what_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(pydocs, "SEARCHED", ("sklearn",))
    built, read = pydocs.load(), pydocs.load()
    for name in ("name", "doc_ids", "titles", "texts", "types", "query_ids", "queries", "kinds", "qrels"):
        assert getattr(built, name) == getattr(read, name)


def test_a_cache_that_cannot_be_written_to_is_a_warning(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(pydocs, "SEARCHED", ("sklearn",))
    monkeypatch.setattr(pydocs, "TRAINED_ON", ("tqdm",))
    (tmp_path / "collections").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.warns(UserWarning, match="LABKIT_CACHE"):
        assert len(pydocs.load()) > 100
    with pytest.warns(UserWarning, match="LABKIT_CACHE"):
        assert pydocs.training_pairs()


def test_a_package_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(pydocs, "SEARCHED", ("no_such_package",))
    with pytest.raises(ValueError, match="'no_such_package' is not installed"):
        pydocs.load()


def test_trained_on_and_searched_have_nothing_in_common(collection, monkeypatch):
    monkeypatch.setattr(pydocs, "TRAINED_ON", ("networkx",))
    queries, documents = pydocs.training_pairs()
    assert pydocs.training_pairs(limit=5) == (queries[:5], documents[:5])
    assert len(queries) == len(documents) > 300
    assert not set(documents) & set(collection.texts) and not set(queries) & set(collection.queries)
    assert not set(pydocs.TRAINED_ON) & set(pydocs.SEARCHED)
