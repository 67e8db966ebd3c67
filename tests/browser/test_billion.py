"""Notebook 08 as a reader uses it, on fewer vectors: move the bill's sliders, commit a guess, search fewer documents."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHOLE, FEWER = "n=1_000_000)", "n=50_000, folder=__import__('pathlib').Path('simulated'))"


@pytest.fixture
def smaller(lab):
    """The notebook's name, once its copy simulates 50,000 vectors; nbmake runs it with all of them."""
    file = lab.folder / "08_billion_vectors.ipynb"
    text = file.read_text(encoding="utf-8")
    assert text.count(WHOLE) == 1
    file.write_text(text.replace(WHOLE, FEWER), encoding="utf-8")
    return file.name


def test_bill_guess_and_first_passes_answer(open_notebook, smaller):
    notebook = open_notebook(smaller)
    notebook.run_all(seconds=300)
    assert notebook.errors() == []
    outputs, panel = notebook.outputs(), notebook.panel
    # Sliders: six of the bill, the prediction's, documents of the first pass.

    bill = panel.locator(".gtitle", has_text="in memory as float32")
    expect(bill).to_contain_text("6.3 TB in memory as float32,24 GB as first 128 as bits, rescored: 99.6% less")
    notebook.press(2, "ArrowLeft")  # a prefix of 64 numbers: 8 bytes and an id
    expect(bill).to_contain_text("16 GB as first 64 as bits, rescored: 99.7% less", timeout=10_000)
    notebook.press(0, "ArrowRight")  # ten times as many documents
    expect(bill).to_contain_text("63 TB in memory as float32,160 GB as first 64 as bits", timeout=10_000)

    notebook.commit_guess()
    expect(outputs.get_by_text(re.compile(r"Your guess: \d+ %"))).to_be_visible()

    passes = panel.locator(".gtitle", has_text="documents, 1,000 candidates")
    passes.scroll_into_view_if_needed()
    expect(passes).to_contain_text("50,000 documents, 1,000 candidates: 128 bits find")
    among_all = found(passes.text_content())
    notebook.press(7, "ArrowLeft")
    expect(passes).to_contain_text("25,000 documents, 1,000 candidates: 128 bits find", timeout=30_000)
    assert found(passes.text_content()) > among_all  # a smaller crowd hides fewer of the ten


def found(title):
    return int(re.search(r"128 bits find (\d+)%", title).group(1))
