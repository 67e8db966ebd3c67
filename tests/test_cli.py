"""The command line's verbs; `doctor` is tested with the checkup."""

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
