"""Pages of a small notebook; tests/browser/test_book.py looks at them with the network cut."""

import re

import nbformat
import pytest

from labkit.lab.book.build import book


def write(folder, name, *cells):
    made = nbformat.v4.new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / f"{name}.ipynb")


def test_pages_and_index(tmp_path):
    text = "# 00 · First\n\n**Here** you see $x$.\n\n[next](01_next.ipynb)"
    write(tmp_path, "00_first", nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("print(6 * 7)"))
    write(tmp_path, "01_next", nbformat.v4.new_markdown_cell("# 01 · Second"))
    written = list(book(folder=tmp_path, out=tmp_path / "out"))
    assert [path.name for path in written] == ["00_first.html", "01_next.html", "index.html"]
    first, _, index = (path.read_text(encoding="utf-8") for path in written)
    assert "<pre>42\n</pre>" in first and 'href="01_next.html"' in first and "<math" in first
    assert '<a href="00_first.html">00 · First</a>' in index and "<strong>Here</strong>" in index
    assert (tmp_path / "out" / "plotly.min.js").stat().st_size > 1_000_000
    for page in (first, index):
        addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
        assert not [address for address in addresses if "//" in address]


def test_a_cell_that_raises_names_its_notebook(tmp_path):
    write(tmp_path, "00_bad", nbformat.v4.new_code_cell("1 / 0"))
    with pytest.raises(RuntimeError, match=r"00_bad\.ipynb did not run"):
        list(book(folder=tmp_path, out=tmp_path / "out"))


def test_an_unknown_name_is_refused_with_those_there_are(tmp_path):
    write(tmp_path, "00_first")
    with pytest.raises(FileNotFoundError, match="no notebook 99 in .*; there are 00_first"):
        list(book(["99"], folder=tmp_path, out=tmp_path / "out"))
