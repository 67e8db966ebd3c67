import numpy as np
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


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"doc_ids": ["a", "a"]}, ValueError, "document ids should be unique, but 'a' occurs 2 times"),
        ({"doc_ids": "ab"}, TypeError, "doc_ids should be a list of texts"),
        ({"texts": ["t", None]}, TypeError, "texts should hold texts, but position 1 holds None"),
        ({"query_ids": ["q", "q"], "queries": ["x", "y"]}, ValueError, "query ids should be unique"),
        ({"qrels": {"q": {"z": 1}}}, ValueError, "judgement of 'z', but no document"),
        ({"qrels": {"p": {"a": 1}}}, ValueError, "judgements for the query 'p', but no query"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed, error, message):
    good = {"doc_ids": ["a", "b"], "titles": ["", ""], "texts": ["t", "u"], "query_ids": ["q"], "queries": ["x"]}
    with pytest.raises(error, match=message):
        Collection("x", **{**good, **changed})


def test_columns_may_be_arrays_or_tuples():
    collection = Collection("x", np.array(["a", "b"]), ("", ""), np.array(["t", "u"]), types=np.array(["v", "w"]))
    assert collection.documents == ["t", "u"] and collection.types == ["v", "w"]


def test_an_empty_collection_is_a_collection():
    empty = Collection("x", [], [], [])
    assert len(empty) == 0 and empty.documents == [] and empty.relevance() == []


def test_unusual_characters_survive_writing_and_reading(tmp_path):
    odd = ["d\u20281", "\u0085 é", "\U0001f600"]
    one = Collection(
        "x",
        odd,
        odd,
        odd,
        query_ids=odd,
        queries=odd,
        qrels={odd[0]: {odd[2]: 1}, odd[1]: {odd[1]: 2}, odd[2]: {odd[0]: 1}},
    )
    again = Collection.from_beir(one.to_beir(tmp_path / "x"))
    assert (again.doc_ids, again.texts, again.queries, again.qrels) == (odd, odd, odd, one.qrels)


@pytest.mark.parametrize("bad", ["d\t1", "d\n1", ""])
def test_ids_that_the_table_of_judgements_cannot_hold_are_not_written(tmp_path, bad):
    with pytest.raises(ValueError, match="tab or an end of line"):
        Collection("x", [bad], [""], ["t"]).to_beir(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


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
