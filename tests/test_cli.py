"""The command line's verbs; `doctor` is tested with the checkup."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit import cli


def test_data_builds_everything_and_says_what(capsys):
    assert cli.main(["data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "Collection 'plant'",
        "Collection 'pydocs'",
        "Schematics 'library'",
    ]


def test_train_passes_its_options_on(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(
        "labkit.train.matryoshka.train_matryoshka", lambda *args, **options: seen.append((args, options))
    )
    assert cli.main(["train", "matryoshka", "--folder", str(tmp_path), "--report-on", "a", "b"]) == 0
    ((args, options),) = seen
    assert args == (tmp_path,) and [path.name for path in options["report_on"]] == ["a", "b"]


def test_an_unknown_model_is_refused(capsys):
    with pytest.raises(SystemExit):
        cli.main(["train", "gpt"])
    assert "matryoshka" in capsys.readouterr().err


def test_progress_is_shown_or_written(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["progress"]) == 0
    assert "00_start_here" in capsys.readouterr().out
    assert cli.main(["progress", "--csv"]) == 0
    assert (tmp_path / "labkit-progress.csv").read_text(encoding="utf-8").startswith("notebook,id,kind")


def test_instructor_writes_every_notebook(tmp_path, capsys):
    assert cli.main(["instructor", "--folder", str(tmp_path)]) == 0
    written = capsys.readouterr().out.split()
    assert sorted(path.name for path in tmp_path.glob("*.ipynb")) == sorted(Path(path).name for path in written)
    assert "00_start_here.ipynb" in {path.name for path in tmp_path.iterdir()}


def test_book_says_what_it_cannot_find(tmp_path, capsys):
    assert cli.main(["book", "99_none", "--folder", str(tmp_path)]) == 1
    assert "no notebook 99_none" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["progress", "progress --csv", "data"])
def test_an_unusable_cache_folder_is_one_line(monkeypatch, tmp_path, capsys, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file"))
    assert cli.main(words.split()) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"labkit {words.split()[0]}: cannot make the cache folder") and "set LABKIT_CACHE" in line
    assert not (tmp_path / "labkit-progress.csv").exists()


@pytest.mark.parametrize("words", ["instructor", "book 00_start_here"])
def test_an_unusable_target_folder_is_one_line(tmp_path, capsys, words):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert cli.main([*words.split(), "--folder", str(tmp_path / "file")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"labkit {words.split()[0]}: cannot use {tmp_path / 'file'}: ")


def test_a_console_that_lacks_a_sign_gets_a_question_mark(tmp_path):
    settings = {**os.environ, "PYTHONIOENCODING": "cp1252", "LABKIT_CACHE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "labkit", "progress"], env=settings, capture_output=True)
    assert done.returncode == 0, done.stderr
