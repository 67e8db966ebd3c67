"""Notebook 05 as a reader uses it: search drawings, switch the searcher, ask where a thing is, change the temperature."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = "found => found.map(one => one.getAttribute('aria-label') || one.alt)"


def changed(pictures, before):
    """What the five pictures show, as soon as they are others than before."""
    for _ in range(100):
        names = pictures.evaluate_all(NAMES)
        if len(names) == 5 and names != before:
            return names
        pictures.page.wait_for_timeout(100)
    raise AssertionError(f"still the same pictures: {before}")


def test_gallery_overlay_and_temperature_answer(open_notebook):
    notebook = open_notebook("05_image_text.ipynb")
    notebook.run_all(seconds=400)
    assert notebook.errors() == []
    outputs, page = notebook.outputs(), notebook.page

    pictures = outputs.get_by_role("img", name=re.compile(r"^\d+(, \w+)*: "))
    expect(pictures).to_have_count(5)
    names = pictures.evaluate_all(NAMES)
    field = outputs.get_by_placeholder("Type what should be on the drawing and press Enter")
    field.scroll_into_view_if_needed()
    field.fill("a battery")
    field.press("Enter")
    names = changed(pictures, names)
    outputs.get_by_role("button", name="captions, BM25").click()
    changed(pictures, names)

    matrix = notebook.panel.locator(".gtitle", has_text="texts prefer their own picture")
    expect(matrix).to_contain_text("Temperature 0.2")
    temperature = outputs.get_by_role("slider").first
    temperature.scroll_into_view_if_needed()
    temperature.focus()
    page.keyboard.press("ArrowRight")
    expect(matrix).to_contain_text("Temperature 0.1", timeout=10_000)

    where = outputs.get_by_label("Where is the", exact=True)
    where.scroll_into_view_if_needed()
    where.select_option(index=1)
    asked = where.locator("option").nth(1).inner_text()
    expect(notebook.panel.locator(".gtitle", has_text=f"Where is the {asked}?")).to_be_visible(timeout=10_000)
