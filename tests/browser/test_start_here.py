"""The first notebook, as a newcomer meets it: open, Run All, look."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_runs_from_top_to_bottom_and_shows_results(open_notebook):
    notebook = open_notebook("00_start_here.ipynb")
    notebook.run_all()
    assert notebook.errors() == []
    expect(notebook.outputs().first).to_be_visible()
    expect(notebook.panel.get_by_text("All is well: the course can start.")).to_be_visible()
