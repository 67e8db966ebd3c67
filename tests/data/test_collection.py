import pytest

from labkit import Collection


@pytest.fixture
def shop():
    return Collection(
        "shop",
        doc_ids=["a", "b", "c"],
        titles=["Shoe", "", "Scarf"],
        texts=["red and warm", "blue hat", ""],
        types=["foot", "head", "neck"],
        query_ids=["q1", "q2"],
        queries=["hat", "warm things"],
        kinds=["needle", "vague"],
        qrels={"q1": {"b": 2, "a": 0}, "q2": {"a": 1, "c": 1}},
    )


def test_documents_join_title_and_text(shop):
    assert shop.documents == ["Shoe red and warm", "blue hat", "Scarf"]


def test_relevance_holds_positive_grades_by_position(shop):
    assert shop.relevance() == [{1: 2}, {0: 1, 2: 1}]


def test_with_queries_keeps_documents_and_order(shop):
    turned = shop.with_queries([1, 0])
    assert turned.query_ids == ["q2", "q1"] and turned.relevance() == shop.relevance()[::-1]
    assert turned.doc_ids == shop.doc_ids
    assert shop.with_queries([0]).qrels == {"q1": {"b": 2, "a": 0}}


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="titles"):
        Collection("x", ["a", "b"], ["only one"], ["t", "t"])
    with pytest.raises(ValueError, match="kind a query"):
        Collection("x", ["a"], [""], ["t"], query_ids=["q"], queries=[])


def test_unknown_collection_says_what_there_is():
    with pytest.raises(ValueError, match=r"'plant' or 'pydocs'.*from_folder"):
        Collection.load("wikipedia")


def test_writing_and_reading_gives_the_same(shop, tmp_path):
    again = Collection.from_beir(shop.to_beir(tmp_path / "shop"))
    for name in ("doc_ids", "titles", "texts", "types", "query_ids", "queries", "kinds", "qrels"):
        assert getattr(again, name) == getattr(shop, name)
    assert again.name == "shop"


def test_nothing_is_overwritten(shop, tmp_path):
    (tmp_path / "shop").mkdir()
    with pytest.raises(FileExistsError, match="shop"):
        shop.to_beir(tmp_path / "shop")


def test_a_failed_write_leaves_nothing_behind(shop, tmp_path):
    broken = Collection("x", ["a"], [""], ["\ud800 cannot be UTF-8"])
    with pytest.raises(UnicodeEncodeError):
        broken.to_beir(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_queries_without_a_relevant_document_are_left_out(shop, tmp_path):
    shop.qrels["q1"] = {"a": 0}
    assert Collection.from_beir(shop.to_beir(tmp_path / "s")).query_ids == ["q2"]
