import pytest

from labkit import Collection
from labkit.data.fewer import fewer_documents


def test_every_answer_stays_and_the_rest_is_drawn():
    plant = Collection.load("plant")
    answers = {document for grades in plant.relevance() for document in grades}
    small = fewer_documents(plant.with_queries(range(20)), 300)
    assert len(small) == 300 and len(set(small.doc_ids)) == 300
    assert small.doc_ids == sorted(small.doc_ids, key=plant.positions.get)
    kept = {plant.positions[doc_id] for doc_id in small.doc_ids}
    assert {d for grades in plant.with_queries(range(20)).relevance() for d in grades} <= kept
    for doc_id, text, title in zip(small.doc_ids, small.texts, small.titles, strict=True):
        assert (text, title) == (plant.texts[plant.positions[doc_id]], plant.titles[plant.positions[doc_id]])
    assert [len(a) for a in small.relevance()] == [len(a) for a in plant.with_queries(range(20)).relevance()]
    assert len(fewer_documents(plant, 1)) == len(answers)
    assert len(fewer_documents(plant, 10_000)) == len(plant)


def test_the_draw_is_reproducible():
    plant = Collection.load("plant").with_queries(range(5))
    assert fewer_documents(plant, 200).doc_ids == fewer_documents(plant, 200).doc_ids
    assert fewer_documents(plant, 200).doc_ids != fewer_documents(plant, 200, seed=1).doc_ids
    with pytest.raises(ValueError, match="at least 1, but is 0"):
        fewer_documents(plant, 0)
