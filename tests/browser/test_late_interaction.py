"""Notebook 04 as a reader uses it: run it, walk over a query's tokens by keyboard, ask something else, move PLAID's sliders."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What a screen reader would not be able to name among the heat-map's controls.
NAMELESS = """root => [...root.querySelectorAll('button, input, select')].filter(
    one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).length"""

# How opaque the colour of each winner is, in the strips and in the texts.
STRENGTHS = """root => [...root.querySelectorAll('.lk-heat-strip .lk-won')].map(one => {
    const style = getComputedStyle(one), alpha = style.backgroundColor.match(/[/,]\\s*([\\d.]+)\\)$/);
    return Number(style.opacity) * (alpha ? Number(alpha[1]) : 1)})"""


def test_heat_map_and_sliders_answer(open_notebook):
    notebook = open_notebook("04_late_interaction.ipynb")
    notebook.run_all(seconds=500)
    assert notebook.errors() == []
    page, panel = notebook.page, notebook.panel

    heat = panel.locator(".lk-heat").first
    heat.scroll_into_view_if_needed()
    status, tokens = heat.get_by_role("status"), heat.get_by_role("group").get_by_role("button")
    expect(status).to_contain_text("“e” matches “e” on the left")
    assert heat.evaluate(NAMELESS) == 0

    # Keyboard: an arrow walks, Enter chooses, and the frame moves in both documents.
    pressed = heat.locator("[aria-pressed='true']")
    pressed.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(pressed).to_have_text("101")
    expect(status).to_contain_text("“101” matches")
    expect(heat.locator(".lk-heat-text .lk-won")).to_have_count(2)
    tokens.filter(has_text="what").focus()
    page.keyboard.press("Enter")
    expect(pressed).to_have_text("what")

    # Another query, then another document on the left.
    field = heat.get_by_label("Query", exact=True)
    field.fill("where does the sea water come in")
    field.press("Enter")
    expect(pressed).to_have_text("where", timeout=20_000)
    left = heat.get_by_role("combobox", name="Left document")
    before = heat.locator("section").first.get_attribute("aria-label")
    left.select_option(index=1)
    expect(heat.locator("section").first).not_to_have_attribute("aria-label", before, timeout=20_000)

    # Winners are framed, and only as strong in colour as they are similar.
    strengths = heat.evaluate(STRENGTHS)
    assert min(strengths) < 0.5 < max(strengths)

    # A query that gives the same view is answered too, and a letter in a list stays there: "m" would make Markdown of the cell.
    field.fill("where does the sea water come in ")
    field.press("Enter")
    expect(status).to_contain_text("“where” matches", timeout=20_000)
    code = panel.locator(".jp-CodeCell").count()
    left.focus()
    page.keyboard.press("m")
    page.wait_for_timeout(500)
    expect(heat).to_be_visible()
    assert panel.locator(".jp-CodeCell").count() == code

    recall = panel.locator(".gtitle", has_text=re.compile(r"candidates: \d"))
    recall.scroll_into_view_if_needed()
    expect(recall).to_contain_text("nprobe 1, 40 candidates")
    handle = notebook.outputs().filter(has=page.get_by_text("Candidates", exact=True)).get_by_role("slider").nth(1)
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(recall).to_contain_text("nprobe 1, 80 candidates", timeout=30_000)

    # A page without scripts shows the plain table instead: it lies behind the widget in the saved file.
    saved = json.dumps(notebook.cells())
    assert "The best document token of each query token; MaxSim adds them." in saved
