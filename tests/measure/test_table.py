import pytest

from labkit.measure.table import Table


def test_columns_line_up_to_the_right_and_the_first_to_the_left():
    text = str(Table(("searcher", "n"), (("a", "1"), ("longest name", "1,000"))))
    assert text.splitlines() == ["searcher          n", "a                 1", "longest name  1,000"]


def test_columns_of_words_are_left_aligned():
    table = Table(("rank", "document", "score"), (("1", "a valve", "+0.5"), ("2", "pump", "")))
    assert str(table).splitlines()[1:] == ["1     a valve    +0.5", "2     pump"]
    html = table._repr_html_()
    assert '<td style="text-align: left">a valve' in html and '<td style="text-align: right">+0.5' in html


def test_html_has_header_cells_with_scope_and_the_caption():
    html = Table(("searcher", "n"), (("a & b", "1"),), "two < three")._repr_html_()
    assert '<th scope="col"' in html and '<th scope="row"' in html
    assert "a &amp; b" in html and "two &lt; three" in html
    assert "<caption" not in Table(("n",), ())._repr_html_()


def test_ragged_rows_are_refused():
    with pytest.raises(ValueError, match="2 cells, but the header has 1"):
        Table(("n",), (("1", "2"),))
