import numpy as np
import pytest

from labkit.lab.heatmap import heat_table, match_table, matches

QUERY = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
DOCUMENT = np.array([[0.6, 0.8], [1.0, 0.0], [-0.8, 0.6]], np.float32)


def test_each_query_token_has_its_best_document_token():
    found = matches(QUERY, DOCUMENT, ["a", "b", "c"], title="Doc")
    assert found.winners.tolist() == [1, 0]
    assert found.best.tolist() == pytest.approx([1.0, 0.8])
    assert found.score == pytest.approx(1.8)


def test_a_document_without_tokens_matches_nothing():
    found = matches(QUERY, np.empty((0, 2), np.float32), [])
    assert found.winners.tolist() == [-1, -1] and found.score == 0
    assert "(nothing)" in str(match_table(["x", "y"], [found]))


def test_tokens_and_vectors_must_belong_together():
    with pytest.raises(ValueError, match="each of the 3 document vectors, but got 2"):
        matches(QUERY, DOCUMENT, ["a", "b"])
    with pytest.raises(ValueError, match="1 query tokens, but a document matched with 2"):
        match_table(["x"], [matches(QUERY, DOCUMENT, ["a", "b", "c"])])


def test_the_table_says_what_the_picture_shows():
    sides = [matches(QUERY, DOCUMENT, ["a", "b", "c"], title="One"), matches(QUERY, DOCUMENT[:1], ["a"])]
    table = match_table(["x", "y"], sides)
    assert table.header == ("query token", "One", "similarity 1", "document 2", "similarity 2")
    assert table.rows == (
        ("x", "b", "1.00", "a", "0.60"),
        ("y", "a", "0.80", "a", "0.80"),
        ("MaxSim", "", "1.80", "", "1.40"),
    )


def test_heat_table_marks_winners_by_more_than_colour():
    table = heat_table(["x", "<y>"], ["a", "b", "c"], QUERY @ DOCUMENT.T)
    assert "1.00*" in str(table) and "0.80*" in str(table) and str(table).count("*") == 2
    page = table._repr_html_()
    assert page.count("font-weight: bold") == 2 and "&lt;y&gt;" in page and "<b>1.80</b>" in page


def test_heat_table_refuses_another_shape():
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        heat_table(["x", "y"], ["a", "b", "c"], QUERY)
