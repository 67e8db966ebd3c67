"""Notebook 06 as a reader uses it: run it, ask for a query's words, choose a fusion, move its weight and the depth."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_query_fusion_and_depth_answer(open_notebook):
    notebook = open_notebook("06_hybrid_search.ipynb")
    notebook.run_all(seconds=500)
    assert notebook.errors() == []
    outputs, page, panel = notebook.outputs(), notebook.page, notebook.panel

    field = outputs.get_by_placeholder("or type a query and press Enter")
    field.scroll_into_view_if_needed()
    field.fill("E-1042")
    field.press("Enter")
    expect(panel.locator(".gtitle", has_text="“E-1042”")).to_be_visible(timeout=10_000)
    field.fill("zzzz")
    field.press("Enter")
    expect(outputs.get_by_text("No document holds any word of “zzzz”")).to_be_visible(timeout=10_000)

    fusion = panel.locator(".gtitle", has_text="weight of MiniLM")
    method = outputs.get_by_role("combobox", name="Method")
    method.scroll_into_view_if_needed()
    expect(fusion).to_contain_text("rrf, k = 60, weight of MiniLM 0.5")
    method.select_option("z-score")
    expect(fusion).to_contain_text("z-score, weight of MiniLM 0.5", timeout=10_000)
    handles = outputs.get_by_role("slider")
    handles.nth(1).focus()  # the first slider is the prediction's
    page.keyboard.press("ArrowRight")
    expect(fusion).to_contain_text("weight of MiniLM 0.6", timeout=10_000)

    depth = panel.locator(".gtitle", has_text=re.compile(r"Re-ranking \d+ costs"))
    depth.scroll_into_view_if_needed()
    expect(depth).to_contain_text("Re-ranking 8 costs")
    handles.nth(4).focus()  # weight, constant of RRF, second prediction, depth
    page.keyboard.press("ArrowLeft")
    expect(depth).to_contain_text("Re-ranking 6 costs", timeout=10_000)
