"""start.py: idempotent, safe to interrupt, and honest about what failed. No environment is really made here."""

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py, at work in an empty checkout where making an environment and running pip are only noted down."""
    spec = importlib.util.spec_from_file_location("start_under_test", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(module, "LOCK", tmp_path / ".venv.lock")
    monkeypatch.setattr(module, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(module, "venv_works", lambda: (module.VENV / "works").exists())
    module.log = []

    def fake_run(command, **_):
        assert command[1:3] == ["-m", "venv"]
        module.log.append("venv")
        module.VENV.mkdir()
        (module.VENV / "works").touch()
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(module, "subprocess", SimpleNamespace(run=fake_run))
    monkeypatch.setattr(module, "pip_install", lambda python, *words: module.log.append(words[-1]))
    return module


def test_a_second_run_does_nothing(start):
    start.install(set(), None)
    assert start.log == ["venv", "."]
    start.install(set(), None)
    assert start.log == ["venv", "."]


def test_extras_are_added_and_kept(start):
    start.install(set(), None)
    start.install({"dev"}, None)
    start.install(set(), None)
    assert start.log == ["venv", ".", ".[dev]"]
    (start.HERE / "constraints.txt").write_text("renewed")
    start.install(set(), None)
    start.install({"dev"}, None)
    assert start.log[3:] == [".[dev]"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_file_installs_again_into_the_same_environment(start, name):
    start.install(set(), None)
    (start.HERE / name).write_text("changed")
    start.install(set(), None)
    assert start.log == ["venv", ".", "."]


def test_an_interrupted_installation_is_made_again(start, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(start, "pip_install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            start.install(set(), None)
    (start.VENV / "half a package").touch()
    start.install(set(), None)
    assert start.log == ["venv", "venv", "."]
    assert not (start.VENV / "half a package").exists()


def test_a_failing_pip_keeps_the_environment_and_leaves_no_stamp(start, monkeypatch):
    def fails(*_):
        sys.exit("no network")

    with monkeypatch.context() as patch:
        patch.setattr(start, "pip_install", fails)
        with pytest.raises(SystemExit, match="no network"):
            start.install(set(), None)
    assert not start.STAMP.exists()
    start.install(set(), None)
    assert start.log == ["venv", "."]


def test_a_broken_environment_is_made_again(start):
    start.install(set(), None)
    (start.VENV / "works").unlink()
    start.install(set(), None)
    assert start.log == ["venv", ".", "venv", "."]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"fingerprint": "of something else", "extras": []})])
def test_a_damaged_stamp_counts_as_none(start, text):
    start.install(set(), None)
    start.STAMP.write_text(text)
    start.install(set(), None)
    assert start.log == ["venv", ".", "."]


def test_two_at_once_the_second_is_told_to_wait(start):
    with start.installing(), pytest.raises(SystemExit, match="Another start.py"):
        start.install(set(), None)
    start.install(set(), None)
    assert start.log == ["venv", "."]


def test_torch_comes_from_the_index_that_was_named(start, monkeypatch):
    calls = []
    monkeypatch.setattr(start, "pip_install", lambda python, *words: calls.append(words))
    start.install(set(), "https://example.org/cpu")
    assert calls[0][-4:] == ("--index-url", "https://example.org/cpu", "torch", "torchvision")
    assert "--constraint" in calls[0] and "--index-url" not in calls[1]


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0)])
def test_another_python_is_refused_with_what_to_do(start, monkeypatch, version):
    monkeypatch.setattr(start, "sys", SimpleNamespace(version_info=version, version="3.x (main)", exit=sys.exit))
    monkeypatch.setattr(start, "shutil", SimpleNamespace(which=lambda name: name if name == "python3.12" else None))
    with pytest.raises(SystemExit, match=r"needs 3\.11, 3\.12 or 3\.13\. Run: python3\.12 start\.py"):
        start.check_python()


def test_older_pythons_can_read_the_refusal():
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_what_test_does_not_know_goes_to_pytest(start):
    options = start.read_arguments(["test", "--quick", "tests/search", "-k", "flat"])
    assert options.quick and options.pytest_options == ["tests/search", "-k", "flat"]
    with pytest.raises(SystemExit):
        start.read_arguments(["install", "--fast"])


def test_quick_leaves_out_notebooks_and_browser(start):
    (start.HERE / "notebooks").mkdir()
    (start.HERE / "notebooks" / "00.ipynb").touch()
    everything = start.checks("python", False, [])
    slow = {"notebooks", "solve the notebooks", "solved notebooks", "browser"}
    assert set(everything) - set(start.checks("python", True, [])) == slow
    assert everything["notebooks"][-1] == "notebooks/00.ipynb"


def test_the_longest_run_first(start):
    for folder, name in (("notebooks", "00_start.ipynb"), ("notebooks", "04_late_interaction.ipynb"),
                         ("tests/browser", "test_book.py"), ("tests/browser", "test_matryoshka.py"),
                         ("tests/browser", "test_late_interaction.py")):  # fmt: skip
        (start.HERE / folder).mkdir(parents=True, exist_ok=True)
        (start.HERE / folder / name).touch()
    commands = start.checks("python", False, [])
    assert commands["notebooks"][-2:] == ["notebooks/04_late_interaction.ipynb", "notebooks/00_start.ipynb"]
    assert [name.rpartition("_")[2] for name in commands["browser"][-3:]] == [
        "interaction.py",
        "matryoshka.py",
        "book.py",
    ]


def test_every_long_job_is_there(start):
    """A renamed notebook would quietly lose its place."""
    for word in start.LONGEST:
        assert list(ROOT.glob(f"notebooks/*{word}*.ipynb")) and list(ROOT.glob(f"tests/browser/test_*{word}*.py"))


def test_the_notebooks_run_unsolved_and_then_solved_and_strict(start, monkeypatch):
    (start.HERE / "notebooks").mkdir()
    (start.HERE / "notebooks" / "00.ipynb").touch()
    seen = {}

    def run(command, **options):
        seen[command[-1]] = options["env"].get("LABKIT_STRICT")
        return SimpleNamespace(returncode=0)

    monkeypatch.setenv("LABKIT_STRICT", "1")
    monkeypatch.setattr(start, "subprocess", SimpleNamespace(run=run))
    start.run_checks(start.checks("python", False, []))
    shown = [word for word in seen if word.endswith(("ipynb", "instructor"))]
    assert shown[-3:] == ["notebooks/00.ipynb", "build/instructor", "build/instructor/00.ipynb"]
    assert seen["notebooks/00.ipynb"] is None and seen["build/instructor/00.ipynb"] == "1"


def test_every_check_runs_and_one_failure_is_enough(start, monkeypatch, capsys):
    seen = []

    def run(command, **options):
        seen.append(command)
        assert options["env"]["HF_HUB_OFFLINE"] == "1"
        assert "LABKIT_MODELS" not in options["env"]
        return SimpleNamespace(returncode=3 if command == ["x", "bad"] else 0)

    monkeypatch.setenv("LABKIT_MODELS", "hub")
    monkeypatch.setattr(start, "subprocess", SimpleNamespace(run=run))
    assert start.run_checks({"one": ["x", "bad"], "two": ["x", "good"]}) == 1
    assert len(seen) == 2
    assert capsys.readouterr().out.splitlines()[-1] == "checks: 1 passed, 1 failed"
    assert start.run_checks({"two": ["x", "good"]}) == 0


def test_the_lab_opens_without_the_question_about_news(start, monkeypatch):
    from jupyterlab_server.config import get_static_page_config

    seen = {}
    run = lambda command, env, **_: seen.update(env) or SimpleNamespace(returncode=0)  # noqa: E731
    monkeypatch.setattr(start, "subprocess", SimpleNamespace(run=run))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/of/the/user")
    assert start.open_lab(sys.executable, browser=False, port=None) == 0
    assert seen["JUPYTER_CONFIG_PATH"].endswith("/of/the/user"), "the user's own settings still count"
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", seen["JUPYTER_CONFIG_PATH"])
    disabled = get_static_page_config(level="all")["disabledExtensions"]
    assert disabled["@jupyterlab/apputils-extension:announcements"] is True


def test_pins_fit_every_machine(start):
    freeze = "torch==2.14.1+cpu\nlabkit==0.1.0\nB==2\na==1.0.post1\nnvidia-nccl-cu13==2\ntriton==3\nc @ file:///tmp/c\n"
    assert start.pins_from(freeze) == ["a==1.0.post1", "B==2", "torch==2.14.1"]


@pytest.mark.parametrize(("told", "expected"), [("bfloat16\n", 180), ("float32\n", 720), ("int16\n", 540), ("", 180)])
def test_only_a_cpu_without_bfloat16_gets_longer_for_a_cell(start, monkeypatch, told, expected):
    (start.HERE / "notebooks").mkdir()
    (start.HERE / "notebooks" / "00.ipynb").touch()
    monkeypatch.setattr(start.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=told))
    cell = start.seconds_a_cell("python")
    assert cell == expected
    assert f"--nbmake-timeout={expected}" in start.checks("python", False, [], cell)["notebooks"]


@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_what_lies_in_the_place_of_the_environment_is_replaced_and_its_target_left(start, tmp_path, kind):
    elsewhere = tmp_path / "elsewhere"
    if kind == "link":
        elsewhere.mkdir()
    if kind == "file":
        start.VENV.write_text("no folder")
    else:
        try:
            start.VENV.symlink_to(elsewhere, target_is_directory=True)
        except OSError:
            pytest.skip("this account may not make links")
    start.install(set(), None)
    assert start.log == ["venv", "."] and start.VENV.is_dir() and not start.VENV.is_symlink()
    assert elsewhere.exists() == (kind == "link")
