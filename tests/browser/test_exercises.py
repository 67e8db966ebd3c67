"""Exercises and interview questions in a browser: what a check shows, and the form by keyboard alone."""

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_check_explains_and_a_question_is_answered_by_keyboard(open_notebook, lab, tmp_path):
    sources = (
        f"import os\nos.environ['LABKIT_CACHE'] = {str(tmp_path)!r}\nimport labkit as lk",
        "lk.check('start.recall', lambda ids, relevant, k: len(set(ids[:k]) & relevant) / k)",
        "lk.interview('start.metrics')",
        "lk.progress()",
    )
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(book, lab.folder / "exercises.ipynb")
    notebook = open_notebook("exercises.ipynb")
    notebook.run_all()
    assert notebook.errors() == []
    outputs, page = notebook.outputs(), notebook.page

    expect(outputs.get_by_text("Wrong because: you divide by k")).to_be_visible()
    expect(outputs.get_by_text("Hint 1 of 3")).to_be_visible()
    expect(outputs.get_by_role("rowheader", name="00_start_here")).to_be_visible()

    field = outputs.get_by_role("textbox", name="Answer")
    field.scroll_into_view_if_needed()
    model = outputs.get_by_text("A model answer.")
    expect(model).not_to_be_visible()
    field.focus()
    page.keyboard.type("The one with the higher recall.")
    page.keyboard.press("Tab")
    expect(outputs.get_by_role("button", name="Keep and compare")).to_be_focused()
    page.keyboard.press("Enter")
    expect(model).to_be_visible(timeout=10_000)
    point = outputs.get_by_role("checkbox", name="Takes the system with the higher recall")
    point.focus()
    page.keyboard.press("Space")
    expect(outputs.get_by_text("1 of 5 points")).to_be_visible(timeout=10_000)
