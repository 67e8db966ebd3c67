"""A page of `labkit book` in a browser whose network is cut: figures, their own sliders, formulas and questions show."""

import nbformat
import pytest
from playwright.sync_api import expect

from labkit.lab.book.build import book

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOURCES = (
    "import labkit as lk\nimport plotly.graph_objects as go\nfrom labkit.lab.exhibit import Exhibit, live, slider\n"
    "from labkit.lab.style import new_figure",
    "figure = new_figure('Two steps')\nfor y in ([1, 2], [2, 1]):\n    figure.add_scatter(y=y, visible=y[0] == 1)\n"
    "steps = [dict(label=n, method='restyle', args=[{'visible': [n == 'first', n == 'second']}]) "
    "for n in ('first', 'second')]\n"
    "figure.update_layout(sliders=[dict(steps=steps)])\nExhibit(figure, 'A line that turns.')",
    "live(lambda k: Exhibit(new_figure(f'Drawn for {k}'), 'Live.'), {'k': slider('Depth', [1, 10], 10, 'tip')})",
    "lk.interview('start.metrics')",
    "lk.check('start.recall', ...)",
)


def test_a_page_shows_everything_without_a_network(page, tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# 00 · A page\n\nA sum: $$\\sum_i x_i$$")]
    cells += [nbformat.v4.new_code_cell(source) for source in SOURCES]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "00_page.ipynb")
    *_, index = book(folder=tmp_path, out=tmp_path / "out")

    asked, said = [], []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(index.as_uri())
    page.get_by_role("link", name="00 · A page").click()

    expect(page.locator(".gtitle", has_text="Two steps")).to_be_visible(timeout=30_000)  # Plotly has to be read first
    expect(page.locator(".gtitle", has_text="Drawn for 10")).to_be_visible()
    expect(page.get_by_text("Controls of the live notebook: Depth 10")).to_be_visible()
    expect(page.get_by_role("group", name="A line that turns.")).to_be_visible()
    expect(page.locator("math[display=block]")).to_be_visible()
    first = page.locator(".plotly-graph-div").first
    lines = first.locator(".scatterlayer .trace")
    before = lines.locator("path.js-line").get_attribute("d")
    rail = first.locator(".slider-rail-touch-rect")
    rail.click(position={"x": rail.bounding_box()["width"] - 5, "y": 5})
    expect(lines.locator("path.js-line")).not_to_have_attribute("d", before)
    answer = page.get_by_text("After you have answered")
    answer.click()
    expect(page.get_by_text("Takes the system with the higher recall")).to_be_visible()
    expect(page.get_by_text("Not yet: start.recall")).to_be_visible()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
