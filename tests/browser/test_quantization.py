"""Notebook 03 as a reader uses it: run it, move every slider by keyboard, commit a guess."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_sliders_and_guess_answer(open_notebook):
    notebook = open_notebook("03_quantization.ipynb")
    notebook.run_all(seconds=500)
    assert notebook.errors() == []
    outputs, panel = notebook.outputs(), notebook.panel
    # Sliders: bits, range, the prediction's, oversample, scored by, dimensions, queries.

    levels = panel.locator(".gtitle", has_text="a typical error of")
    expect(levels).to_contain_text("int4, range covering 100.00%")
    coarse = levels.text_content()
    notebook.press(0, "ArrowRight")
    expect(levels).to_contain_text("int8, range covering 100.00%", timeout=10_000)
    assert error(levels.text_content()) < error(coarse)
    notebook.press(1, "ArrowLeft")
    expect(levels).to_contain_text("int8, range covering 99.99%", timeout=10_000)

    notebook.commit_guess()
    expect(outputs.get_by_text(re.compile(r"Your guess: \d+ %"))).to_be_visible()

    shortlist = panel.locator(".gtitle", has_text="of float32's nDCG@10")
    shortlist.scroll_into_view_if_needed()
    expect(shortlist).to_contain_text("the best 40 scored by float32")
    notebook.press(3, "ArrowRight")
    expect(shortlist).to_contain_text("the best 80 scored by float32", timeout=10_000)
    notebook.press(4, "ArrowLeft")
    expect(shortlist).to_contain_text("the best 80 scored by int8", timeout=10_000)

    speed = panel.locator(".gtitle", has_text="times as fast as float32")
    speed.scroll_into_view_if_needed()
    expect(speed).to_contain_text("384 dimensions, one query at a time")
    notebook.press(5, "ArrowLeft")
    expect(speed).to_contain_text("256 dimensions, one query at a time", timeout=30_000)
    notebook.press(6, "ArrowRight")
    expect(speed).to_contain_text("256 dimensions, 64 queries together", timeout=30_000)


def error(title):
    return float(re.search(r"typical error of ([\d.]+)%", title).group(1))
