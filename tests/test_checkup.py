"""The doctor: each failure is a line with a remedy, and never a crash."""

from functools import partial
from types import SimpleNamespace

import pytest

from labkit import checkup, cli
from labkit.models import weights


def lines(report, name):
    return [check for check in report.checks if check.name == name]


def test_a_whole_environment_gives_one_line_per_check_and_finds_every_model():
    report = checkup.doctor()
    assert [check.name for check in report.checks][:7] == [
        "Python",
        "packages",
        "torch",
        "numba",
        "processor",
        "threads",
        "encoding",
    ]
    assert [check.remedy for check in report.checks if check.name not in ("disk", "memory")] == [""] * (
        len(report.checks) - 2
    )
    assert lines(report, "model")[0].seen.startswith("all-MiniLM-L6-v2: found, ")


def test_a_missing_and_an_outdated_package_are_named_with_the_command(monkeypatch):
    versions = {"torch": None, "plotly": "1.0"}
    real = checkup._version
    monkeypatch.setattr(checkup, "_version", lambda name: versions[name] if name in versions else real(name))
    check = checkup._run("packages", checkup._packages)
    assert check.remedy == "python3 start.py"
    assert "torch>=2.13 (here: none)" in check.seen
    assert "plotly>=6 (here: 1.0)" in check.seen
    assert "numpy" not in check.seen


def test_a_version_that_differs_from_the_class_is_shown_but_is_no_failure(monkeypatch):
    real = checkup._version
    monkeypatch.setattr(checkup, "_version", lambda name: "7.99" if name == "plotly" else real(name))
    check = checkup._run("packages", checkup._packages)
    assert check.remedy == "" and "plotly 7.99 (class: " in check.seen


@pytest.mark.parametrize("error", [FileNotFoundError, ValueError])
def test_a_model_that_is_missing_or_altered_gives_the_catalogue_s_remedy(monkeypatch, error):
    def refuse(card):
        raise error(f"{card.name}: not the file\n  it should be.\nMend it with: pip install it")

    monkeypatch.setattr(weights, "verify", refuse)
    models = lines(checkup.doctor(), "model")
    assert models and all(check.remedy == "pip install it" for check in models)
    assert models[0].seen == "all-MiniLM-L6-v2: not the file it should be."


def test_little_memory_and_a_full_disk_fail_with_a_remedy(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1.5e9))
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda _: SimpleNamespace(free=0.4e9))
    memory, disk = checkup._run("memory", checkup._memory), checkup._run("disk", checkup._disk)
    assert memory.seen == "1.5 GB free" and "close other programs" in memory.remedy
    assert disk.seen.startswith("0.4 GB free") and "LABKIT_CACHE" in disk.remedy


def test_a_wrong_setting_is_reported_not_raised(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "many")
    check = checkup._run("threads", checkup._threads)
    assert check.remedy and "LABKIT_THREADS is 'many'" in check.seen


@pytest.mark.parametrize(
    ("name", "value", "test", "remedy"),
    [
        ("LABKIT_THREADS", "many", checkup._threads, "set it to a whole number of at least 1, or unset it"),
        ("LABKIT_DTYPE", "half", checkup._encoding, "set it to 'float32', 'bfloat16' or 'int16', or unset it"),
        ("LABKIT_MODELS", "yes", checkup._hub, "set it to 'hub' or unset it"),
        ("LABKIT_CACHE", __file__, checkup._disk, "set LABKIT_CACHE to a folder that you may write to"),
    ],
)
def test_a_wrong_setting_is_mended_by_setting_it(monkeypatch, name, value, test, remedy):
    monkeypatch.setenv(name, value)
    check = checkup._run("setting", test)
    assert check.remedy == remedy and value in check.seen


def test_the_doctor_looks_at_settings_and_data(monkeypatch):
    monkeypatch.setenv("LABKIT_MODELS", "yes")
    report = checkup.doctor()
    assert not report.ok and lines(report, "hub")[0].remedy
    assert "plant: 659 documents" in lines(report, "data")[0].seen
    assert [check.seen.split(":")[0] for check in lines(report, "trained")] == [
        "minilm-matryoshka",
        "minilm-colbert",
        "drawing-clip",
    ]


def test_a_checkout_without_its_data_is_not_well(monkeypatch, tmp_path):
    def missing():
        raise FileNotFoundError("no folder data")

    monkeypatch.setattr(checkup.settings, "repo_data_dir", missing)
    for test in (checkup._data, partial(checkup._trained, "drawing-clip")):
        check = checkup._run("data", test)
        assert "no folder data" in check.seen and check.remedy == "git checkout -- data"
    monkeypatch.setattr(checkup.settings, "repo_data_dir", lambda: tmp_path)
    assert checkup._run("data", checkup._data).remedy == "git checkout -- data"


def test_trained_weights_are_the_measured_ones(monkeypatch, tmp_path):
    folder = tmp_path / "models" / "drawing-clip"
    folder.mkdir(parents=True)
    monkeypatch.setattr(checkup.settings, "repo_data_dir", lambda: tmp_path)
    test = partial(checkup._trained, "drawing-clip")
    assert "labkit train drawing-clip" in checkup._run("trained", test).seen
    (folder / "model.safetensors").write_bytes(b"other")
    (folder / "results.json").write_text('{"sha256": "0123"}', encoding="utf-8")
    check = checkup._run("trained", test)
    assert check.seen.startswith("drawing-clip: ") and "measured with 0123" in check.seen
    assert check.remedy == "git checkout -- data"


def test_too_little_disk_for_notebook_08_is_said_unless_its_file_is_there(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda _: SimpleNamespace(free=2.4e9))
    check = checkup._run("disk", checkup._disk)
    assert "notebook 08" in check.seen and "before notebook 08" in check.remedy and "LABKIT_CACHE" in check.remedy
    (tmp_path / "simulated").mkdir()
    with (tmp_path / "simulated" / "a.npy").open("wb") as file:
        file.truncate(1_536_000_128)  # sparse: it takes no room
    assert checkup._run("disk", checkup._disk).remedy == ""
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda _: SimpleNamespace(free=0.9e9))
    assert checkup._run("disk", checkup._disk).remedy.startswith("free some space, or")


def test_the_report_reads_as_text_and_as_a_table():
    report = checkup.Report((checkup.Check("Python", "3.11"), checkup.Check("disk", "<full>", "rm & co")))
    assert str(report).splitlines() == [
        "ok   Python       3.11",
        "MEND disk         <full>",
        "                  -> rm & co",
        "1 of 2 checks need mending.",
    ]
    table = report._repr_html_()
    assert "&lt;full&gt;" in table and "<code>rm &amp; co</code>" in table
    assert not report.ok


@pytest.mark.parametrize(("remedy", "status"), [("", 0), ("do something", 1)])
def test_the_verb_s_exit_status_tells_a_script(monkeypatch, capsys, remedy, status):
    monkeypatch.setattr(checkup, "doctor", lambda: checkup.Report((checkup.Check("disk", "seen", remedy),)))
    assert cli.main(["doctor"]) == status
    assert "seen" in capsys.readouterr().out


def test_an_unknown_verb_is_refused(capsys):
    with pytest.raises(SystemExit) as refusal:
        cli.main(["heal"])
    assert refusal.value.code == 2 and "doctor" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fast", "wanted", "seen"),
    [
        ("bfloat16", "", "in bfloat16"),
        ("float32", "", "takes minutes longer"),
        ("int16", "", "a minute or two longer"),
        ("float32", "bfloat16", "in bfloat16, because LABKIT_DTYPE says so; this CPU is faster in float32"),
    ],
)
def test_what_encoders_compute_in_is_told(monkeypatch, fast, wanted, seen):
    monkeypatch.setattr("labkit.models.dense.fast_dtype", lambda: fast)
    monkeypatch.setenv("LABKIT_DTYPE", wanted)
    assert seen in checkup._run("encoding", checkup._encoding).seen
    monkeypatch.setenv("LABKIT_DTYPE", "half")
    assert "LABKIT_DTYPE is 'half'" in checkup._run("encoding", checkup._encoding).seen
