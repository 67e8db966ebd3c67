"""Pages of a small notebook; tests/browser/test_book.py looks at them with the network cut."""

import re
from html import unescape

import nbformat
import pytest

from labkit.lab.book import build
from labkit.lab.book.build import book
from labkit.lab.exercises import store


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


def test_one_page_made_again_leaves_the_others_in_the_index(tmp_path):
    for name in ("00_first", "01_next", "02_last"):
        write(tmp_path, name, nbformat.v4.new_markdown_cell(f"# {name}\n\n**Here.**"))
    out = tmp_path / "out"
    list(book(["02_last", "00_first"], folder=tmp_path, out=out))
    *_, index = book(["01_next"], folder=tmp_path, out=out)
    linked = re.findall(r'<li><a href="([^"]*)"', index.read_text(encoding="utf-8"))
    assert linked == ["00_first.html", "01_next.html", "02_last.html"]
    page = (out / "01_next.html").read_text(encoding="utf-8")
    assert '<a href="00_first.html">' in page and '<a href="02_last.html">' in page
    list(book(["00_first"], folder=tmp_path, out=tmp_path / "other"))
    assert "02_last" not in (tmp_path / "other" / "index.html").read_text(encoding="utf-8")


MINE = """import os, sys, labkit as lk
from pathlib import Path
lk.interview("start.metrics")
print("at", Path.home() / "course", "and", [str(Path.home())])
print("warning in", Path.home(), file=sys.stderr)
lk.check("start.recall", lambda ids, relevant, k: 1.0)
lk.progress()"""


def test_a_book_holds_nothing_of_its_maker(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "reader"))
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "reader" / "cache"))
    store.write("start.metrics", answer="My private answer.", ticked=[0])
    store.write("start.recall", state="passed", tries=98765)
    kept = {path.name: path.read_bytes() for path in store.folder().iterdir()}
    write(tmp_path, "00_mine", *map(nbformat.v4.new_code_cell, MINE.splitlines()))
    page, index = (path.read_text(encoding="utf-8") for path in book(folder=tmp_path, out=tmp_path / "out"))
    assert "Interview question" in page and "Wrong because" in page and "0 of 4" in page
    assert "at ~/course and ['~']" in unescape(page) and "warning in ~" in page and "Kept on this machine only<" in page
    for private in ("My private answer", "98765", str(tmp_path / "reader")):
        assert private not in page + index
    assert {path.name: path.read_bytes() for path in store.folder().iterdir()} == kept


def test_a_cell_over_the_time_limit_names_its_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "SECONDS_A_CELL", 1)
    write(tmp_path, "00_slow", nbformat.v4.new_code_cell("import time\ntime.sleep(60)"))
    with pytest.raises(RuntimeError, match=r"00_slow\.ipynb did not run(?s:.*)after 1 seconds(?s:.*)sleep\(60\)"):
        list(book(folder=tmp_path, out=tmp_path / "out"))


def test_a_cell_that_raises_names_its_notebook(tmp_path):
    write(tmp_path, "00_bad", nbformat.v4.new_code_cell("1 / 0"))
    with pytest.raises(RuntimeError, match=r"00_bad\.ipynb did not run"):
        list(book(folder=tmp_path, out=tmp_path / "out"))


def test_an_unknown_name_is_refused_with_those_there_are(tmp_path):
    write(tmp_path, "00_first")
    with pytest.raises(FileNotFoundError, match="no notebook 99 in .*; there are 00_first"):
        list(book(["99"], folder=tmp_path, out=tmp_path / "out"))
