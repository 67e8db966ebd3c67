"""Notebook 07 as a reader uses it: run it, look up a model's facts, draw other queries, and weigh the candidates."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_facts_flips_and_weights_answer(open_notebook):
    notebook = open_notebook("07_choosing_a_model.ipynb")
    notebook.run_all(seconds=500)
    assert notebook.errors() == []
    outputs, page, panel = notebook.outputs(), notebook.page, notebook.panel

    model = outputs.get_by_role("combobox", name="Model")
    model.scroll_into_view_if_needed()
    expect(outputs.get_by_text("text-embedding-3-small by OpenAI.")).to_be_visible()
    model.select_option("jina-embeddings-v4")
    expect(outputs.get_by_text("jina-embeddings-v4 by Jina AI.")).to_be_visible(timeout=10_000)

    fast = panel.get_by_text("milliseconds", exact=True).first
    fast.scroll_into_view_if_needed()
    fast.click()
    expect(panel.get_by_text("milliseconds a query (log scale)")).to_be_visible(timeout=10_000)

    handles = outputs.get_by_role("slider")
    flips = panel.locator(".gtitle", has_text="name another winner than")
    flips.scroll_into_view_if_needed()
    expect(flips).to_contain_text("20 queries name another winner")
    handles.nth(3).focus()  # three predictions come first
    page.keyboard.press("ArrowRight")
    expect(flips).to_contain_text("50 queries name another winner", timeout=10_000)

    decision = panel.locator(".gtitle", has_text=re.compile("With these weights: "))
    decision.scroll_into_view_if_needed()
    handles.nth(7).focus()  # after the slider of the flips: quality, few bytes, fast queries, most bytes
    page.keyboard.press("End")
    for place in (5, 6):  # nothing counts but quality, nothing may be larger than 20 bytes
        handles.nth(place).focus()
        page.keyboard.press("Home")
    expect(decision).to_contain_text("adapted (128 d, binary, then int8)", timeout=10_000)
