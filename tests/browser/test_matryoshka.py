"""Notebook 02 as a reader uses it: run it, commit a guess, move the funnel's sliders by keyboard, switch the metric."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_sliders_buttons_and_guesses_answer(open_notebook):
    notebook = open_notebook("02_matryoshka.ipynb")
    notebook.run_all(seconds=400)
    assert notebook.errors() == []
    outputs = notebook.outputs()

    funnel = notebook.panel.locator(".gtitle", has_text="dimensions first")
    expect(funnel).to_contain_text("64 dimensions first, then the best 100")
    notebook.press(1, "ArrowRight")  # the first slider is the prediction's
    expect(funnel).to_contain_text("128 dimensions first", timeout=10_000)
    notebook.press(2, "ArrowLeft")
    expect(funnel).to_contain_text("then the best 50", timeout=10_000)

    notebook.commit_guess()
    expect(outputs.get_by_text(re.compile(r"Your guess: 50 %"))).to_be_visible()

    curves = notebook.panel.locator(".js-plotly-plot").first
    curves.scroll_into_view_if_needed()
    expect(curves.locator(".ytitle")).to_have_text("nDCG@10")
    curves.locator(".updatemenu-button", has_text="recall@100").click()
    expect(curves.locator(".ytitle")).to_have_text("recall@100")

    query = outputs.get_by_role("combobox").first
    query.scroll_into_view_if_needed()
    asked = query.locator("option").nth(2).inner_text()
    query.select_option(index=2)
    expect(notebook.panel.locator(".gtitle", has_text=asked[:20].strip())).to_be_visible(timeout=10_000)
