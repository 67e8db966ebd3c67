"""Formulas: found where they are, left alone where a dollar is a dollar, and all of the course's can be drawn."""

import json
from pathlib import Path

import pytest

from labkit.lab.book import maths
from labkit.lab.book.maths import formula, markdown_to_html

NOTEBOOKS = sorted((Path(__file__).resolve().parents[3] / "notebooks").glob("*.ipynb"))


def test_inline_and_block():
    html = markdown_to_html("a **bold** $x_1 * y_1 * z$ and\n\n$$\\sum_i x_i$$\n")
    assert html.count("<math") == 2 and 'display="block"' in html
    assert "<strong>bold</strong>" in html and "<em>" not in html and "FORMULA" not in html


@pytest.mark.parametrize(
    "text", ["`$HOME` and `$x$`", "```\n$x$ $y$\n```", "it costs $5 and $6", "from $5 to $6 each, $7 at most"]
)
def test_a_dollar_that_is_no_formula_stays(text):
    assert "<math" not in markdown_to_html(text) and "$" in markdown_to_html(text)


def test_without_the_converter_the_source_is_shown(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "latex2mathml.converter", None)
    assert formula("a < b") == "<code>a &lt; b</code>"


@pytest.mark.parametrize("tex", ["a^", r"\left( a", r"\begin{matrix} a", "{"])
def test_a_formula_that_the_converter_refuses_is_shown_as_source(tex):
    assert formula(tex) == f"<code>{tex}</code>"


def test_another_error_is_not_hidden(monkeypatch):
    def broken(tex, *, display):
        raise MemoryError

    monkeypatch.setattr("latex2mathml.converter.convert", broken)
    with pytest.raises(MemoryError):
        formula("a")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_formula_of_the_course_is_drawn(path, monkeypatch):
    drawn = []

    def noted(tex, *, block=False):
        drawn.append((tex, formula(tex, block=block)))
        return drawn[-1][1]

    monkeypatch.setattr(maths, "formula", noted)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            html = markdown_to_html("".join(cell["source"]))
            assert "FORMULA" not in html and "$$" not in html, html
    assert [tex for tex, html in drawn if not html.startswith("<math")] == []
