import os

import pytest

from labkit.files import write_whole


@pytest.mark.parametrize("content", [b"\x00\xff", "Übung\r\n1\n"])
def test_what_is_written_is_there_and_nothing_else(tmp_path, content):
    for _ in range(2):
        write_whole(tmp_path / "a.txt", content)
    assert (tmp_path / "a.txt").read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    write_whole(tmp_path / "a.txt", "old")

    def refuse(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_whole(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_reader_that_holds_the_file_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    replace, refused = os.replace, []

    def busy(old, new):
        if len(refused) < 2:
            refused.append(new)
            raise PermissionError("in use")
        replace(old, new)

    monkeypatch.setattr(os, "replace", busy)
    write_whole(tmp_path / "a.txt", "new")
    assert len(refused) == 2 and (tmp_path / "a.txt").read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_new_file_may_be_read_by_whoever_may_read_others(tmp_path):
    (tmp_path / "plain").write_text("")
    write_whole(tmp_path / "a.txt", "")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain").stat().st_mode
