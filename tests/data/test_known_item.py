import pytest

from labkit import Collection
from labkit.data.known_item import known_items


@pytest.fixture
def notes():
    return Collection(
        "notes",
        doc_ids=["a", "b", "c"],
        titles=["A", "B", ""],
        texts=[
            "One two three four five six. Short one. Seven eight nine ten eleven twelve!",
            "A single sentence of more than six words stands here alone.",
            "See 3.5 of the manual, and note no. 4 there\nThe second line is a sentence too, is it not?",
        ],
        query_ids=["q"],
        queries=["own"],
        qrels={"q": {"a": 1}},
    )


def test_a_query_is_a_sentence_that_its_document_no_longer_holds(notes):
    made = known_items(notes)
    assert len(made.queries) == 2 and made.doc_ids == notes.doc_ids and made.titles == notes.titles
    for query_id, query in zip(made.query_ids, made.queries, strict=True):
        ((doc_id, grade),) = made.qrels[query_id].items()
        row = notes.positions[doc_id]
        assert grade == 1 and len(query.split()) >= 6
        assert query in notes.texts[row] and query not in made.texts[row]
        assert sorted((made.texts[row] + " " + query).split()) == sorted(notes.texts[row].split())
    assert made.texts[1] == notes.texts[1]
    assert notes.queries == ["own"]


def test_numbers_do_not_end_a_sentence_and_lines_do(notes):
    parts = {query for seed in range(20) for query in known_items(notes, seed=seed).queries}
    assert "See 3.5 of the manual, and note no. 4 there" in parts
    assert "The second line is a sentence too, is it not?" in parts


def test_it_is_reproducible_and_as_long_as_asked():
    plant = Collection.load("plant")
    made = known_items(plant, 50, seed=3)
    assert len(made.queries) == 50 == len(set(made.query_ids))
    assert made.queries == known_items(plant, 50, seed=3).queries != known_items(plant, 50, seed=4).queries


@pytest.mark.parametrize(
    ("options", "message"),
    [({"n": 0}, "at least 1"), ({"min_words": 0}, "at least 1"), ({"min_words": 99}, "no document of")],
)
def test_what_gives_no_query_is_said(notes, options, message):
    with pytest.raises(ValueError, match=message):
        known_items(notes, **options)
