"""The home folder, however a page writes it."""

from pathlib import PurePosixPath, PureWindowsPath

import nbformat
import pytest

from labkit.lab.book import private


class Home(PurePosixPath):
    def resolve(self):
        return PurePosixPath("/data/ann")


class WindowsHome(PureWindowsPath):
    def resolve(self):
        return self


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("in /home/ann/cache/x.json", "in ~/cache/x.json"),
        ("file:///home/ann and /data/ann.", "file://~ and ~."),
        ("/home/ann/a:/home/ann/b", "~/a:~/b"),
        ("/home/anna, /home/ann-2, /home/ann.old, my/home/ann", "/home/anna, /home/ann-2, /home/ann.old, my/home/ann"),
    ],
)
def test_the_folder_goes_and_its_neighbours_stay(text, shown):
    assert private._pattern(Home("/home/ann")).sub("~", text) == shown


def test_windows_paths_go_in_each_spelling():
    found = private._pattern(WindowsHome(r"C:\Users\O'Ann"))
    for text in (r"C:\Users\O'Ann\x", r"C:\\Users\\O'Ann\x", "C:/Users/O'Ann\\x", r"C:\Users\O&#x27;Ann\x"):
        assert found.sub("~", text) == r"~\x"


def test_a_root_that_is_the_home_is_nobody_s():
    assert private._pattern(PurePosixPath("/")) is None


def test_texts_are_found_wherever_an_output_holds_them(monkeypatch):
    monkeypatch.setattr(private.Path, "home", lambda: Home("/home/ann"))
    data = {"application/json": {"paths": ["/home/ann/a", 1]}, "text/plain": "/home/ann"}
    outputs = [nbformat.v4.new_output("display_data", data), nbformat.v4.new_output("stream", text="/home/ann/b")]
    cells = [nbformat.v4.new_code_cell("x", outputs=outputs), nbformat.v4.new_markdown_cell("/home/ann")]
    book = nbformat.v4.new_notebook(cells=cells)
    private.hide_home(book)
    assert book.cells[0].outputs[0].data == {"application/json": {"paths": ["~/a", 1]}, "text/plain": "~"}
    assert book.cells[0].outputs[1].text == "~/b" and book.cells[1].source == "/home/ann"
