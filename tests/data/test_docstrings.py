import ast

import pytest

from labkit.data.docstrings import parsed, split


@pytest.mark.filterwarnings("error")
def test_odd_escapes_in_a_source_file_neither_warn_nor_hide_it(tmp_path):
    (tmp_path / "odd.py").write_text('"""A pattern \\d with an escape that is none."""\n', encoding="utf-8")
    assert "escape" in ast.get_docstring(parsed(tmp_path / "odd.py"))
    (tmp_path / "broken.py").write_text("def (", encoding="utf-8")
    assert parsed(tmp_path / "broken.py") is None


def test_half_characters_are_no_fair_question():
    good = "Return the text of a file.\n\n" + "word " * 30
    assert split("a.b", "a", good) and split("a.b", "a", good + "\ud800") is None


@pytest.mark.parametrize(
    "docstring",
    ["Only a summary without any details.", "Too short\n\n" + "word " * 30, "A long enough summary line.\n\nfew words"],
)
def test_docstrings_too_short_to_be_a_question_are_skipped(docstring):
    assert split("a.b", "a", docstring) is None


def test_examples_underlines_and_the_name_are_removed():
    details = "Parameters\n----------\nx : the thing that total adds up when asked to do so nicely\n\n>>> total(1)\n1\n\nNotes follow here."
    pair = split("shop.total", "shop", f"Return the sum of things.\n\n{details}")
    assert pair.details == "Parameters x : the thing that adds up when asked to do so nicely Notes follow here."
