import json
import os
import sys

import pytest

from labkit import Collection
from labkit.data.folder import passages


def test_headings_and_paragraphs_become_titled_passages(tmp_path):
    (tmp_path / "guide.md").write_text(
        "Intro line.\n\n# Valves\n\nClose slowly.\n\nThen lock.\n\n## Pumps ##\n\nPrime.\n"
    )
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "note.txt").write_text("A note.")
    collection = Collection.from_folder(tmp_path)
    assert collection.doc_ids == ["guide.md#1", "guide.md#2", "guide.md#3", "sub/note.txt#1"]
    assert collection.titles == ["guide", "Valves", "Pumps", "note"]
    assert collection.texts == ["Intro line.", "Close slowly. Then lock.", "Prime.", "A note."]


def test_long_text_is_cut_and_no_word_is_lost():
    words = [f"w{i}" for i in range(95)]
    text = " ".join(words[:30]) + "\n\n" + " ".join(words[30:])
    cut = [passage.split() for _, passage in passages(text, max_words=20)]
    assert max(map(len, cut)) <= 20
    assert sum(cut, []) == words


def test_comments_inside_a_fence_are_no_headings():
    assert [title for title, _ in passages("# A\n\n```\n# comment\nx = 1\n```\n", max_words=50)] == ["A"]


def test_notebooks_are_read_and_their_outputs_are_not(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Some words."]},
        {"cell_type": "code", "source": "x = 1", "outputs": [{"text": "secret"}]},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    collection = Collection.from_folder(tmp_path)
    assert collection.documents == ["Title Some words. x = 1"]


def test_unreadable_files_are_named_and_left_out(tmp_path):
    (tmp_path / "good.txt").write_text("words")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00broken")
    (tmp_path / "bad.ipynb").write_text("{}")
    (tmp_path / "empty.txt").write_text("")
    with pytest.warns(UserWarning) as caught:
        collection = Collection.from_folder(tmp_path)
    assert collection.doc_ids == ["good.txt#1"]
    assert sorted("bad.txt" in str(w.message) for w in caught) == [False, True]


def test_hidden_files_and_checkpoints_are_skipped(tmp_path):
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "old.md").write_text("old")
    (tmp_path / "new.md").write_text("new")
    assert Collection.from_folder(tmp_path).texts == ["new"]


def test_missing_and_empty_folders_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        Collection.from_folder(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="no text found"):
        Collection.from_folder(tmp_path)


def test_comments_in_the_code_of_a_notebook_are_no_headings(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": "# Pumps"},
        {"cell_type": "code", "source": "# prime first\nx = 1\n\n# then run"},
    ]
    (tmp_path / "N.IPYNB").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    collection = Collection.from_folder(tmp_path)
    assert collection.titles == ["Pumps"]
    assert collection.texts == ["# prime first x = 1 # then run"]


def test_underlined_headings_are_headings_and_rules_are_not_text():
    text = "====\nPlant\n====\n\nOne.\n\nPumps\n-----\n\nTwo\nlines.\n\n---\n\nThree."
    assert list(passages(text, max_words=50)) == [("Plant", "One."), ("Pumps", "Two lines. Three.")]


def test_a_fence_ends_with_its_own_mark():
    text = "# A\n\n````\n```\n~~~\n# no heading\n````\n# B\nx"
    assert list(passages(text, max_words=50)) == [("A", "``` ~~~ # no heading"), ("B", "x")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bytes.txt", b"\x00\x01\x02"),
        ("utf16.txt", "hello".encode("utf-16")),
        ("deep.ipynb", b"[" * 100_000),
        ("old.ipynb", b'{"worksheets": []}'),
        ("none.ipynb", b'{"cells": [{"cell_type": "code", "source": null}]}'),
    ],
)
def test_files_that_are_no_text_are_named_and_left_out(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.txt").write_text("words", encoding="utf-8")
    with pytest.warns(UserWarning, match=name):
        assert Collection.from_folder(tmp_path).texts == ["words"]


def test_half_characters_are_replaced_so_that_everything_can_be_encoded_and_written(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    cells = [{"cell_type": "markdown", "source": "bad \ud800 half"}]
    (folder / "n.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    if sys.platform == "linux":  # elsewhere such a name cannot be given
        with open(os.fsencode(folder) + b"/caf\xe9.txt", "wb") as file:
            file.write(b"a name that is not UTF-8")
    collection = Collection.from_folder(folder)
    assert "bad ? half" in collection.texts
    assert len(Collection.from_beir(collection.to_beir(tmp_path / "out"))) == len(collection)


def test_max_words_is_a_whole_number(tmp_path):
    (tmp_path / "a.txt").write_text("word " * 50, encoding="utf-8")
    with pytest.raises(TypeError, match="max_words"):
        Collection.from_folder(tmp_path, max_words=20.5)
    with pytest.raises(ValueError, match="at least 20"):
        Collection.from_folder(tmp_path, max_words=0)


def test_a_fence_that_closes_in_its_line_opens_no_block():
    text = "# Install\n\nRun ```pip install labkit```\n\n```pip install labkit```\n\n# Pumps\n\nPrime them.\n"
    assert [title for title, _ in passages(text, max_words=50)][-1] == "Pumps"
    assert any("```pip install labkit``` " in f"{passage} " for _, passage in passages(text, max_words=50))
