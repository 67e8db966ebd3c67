"""Progress survives a killed kernel and two notebooks at once."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from labkit.lab.exercises import store

WRITER = """
import sys
from labkit.lab.exercises import store
store.write(sys.argv[1], started=True)
print("ready", flush=True)
number = 0
while True:
    number += 1
    store.write(sys.argv[1], tries=number, filler="x" * 20000)
"""


def refuse(*_):
    raise OSError("disk full")


def write_many(cache, id, times):
    os.environ["LABKIT_CACHE"] = cache
    for number in range(1, times + 1):
        store.write(id, tries=number)


def test_what_is_written_is_read():
    store.write("start.recall", tries=1, state="wrong")
    assert store.write("start.recall", state="passed") == {"tries": 1, "state": "passed"}
    assert store.read("start.recall") == {"tries": 1, "state": "passed"}
    assert store.read("start.dcg") == {}


@pytest.mark.parametrize("damaged", ["", "{", '"text"', "[1]", "\x00"])
def test_a_damaged_file_counts_as_nothing_known(damaged):
    (store.folder() / "start.recall.json").write_text(damaged, encoding="utf-8")
    assert store.read("start.recall") == {}
    assert store.write("start.recall", tries=1) == {"tries": 1}


def test_a_failed_write_leaves_the_old_state_and_no_litter(monkeypatch):
    store.write("start.recall", tries=1)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        store.write("start.recall", tries=2)
    (path,) = store.folder().iterdir()
    assert path.name == "start.recall.json" and json.loads(path.read_text(encoding="utf-8")) == {"tries": 1}


def test_what_could_not_be_written_is_remembered_and_written_with_the_next_change(monkeypatch):
    store.write("start.recall", tries=1, hints=1)
    with monkeypatch.context() as patch:
        patch.setattr(store, "write_whole", refuse)
        for tries in (2, 3):
            with pytest.raises(OSError, match="disk full"):
                store.write("start.recall", tries=tries)
        assert store.read("start.recall") == {"tries": 3, "hints": 1}
    store.write("start.recall", hints=2)
    assert json.loads((store.folder() / "start.recall.json").read_text(encoding="utf-8")) == {"tries": 3, "hints": 2}


def test_a_book_starts_with_nothing_and_writes_nothing(monkeypatch):
    store.write("start.recall", tries=1)
    monkeypatch.setenv("LABKIT_BOOK", "1")
    assert store.read("start.recall") == {}
    store.write("start.recall", tries=7)
    assert store.read("start.recall") == {"tries": 7}
    assert json.loads((store.folder() / "start.recall.json").read_text(encoding="utf-8")) == {"tries": 1}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_killed_kernel_leaves_a_whole_file(tmp_path):
    environment = {**os.environ, "LABKIT_CACHE": str(tmp_path / "cache")}
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, "start.recall"], stdout=subprocess.PIPE, env=environment, text=True
        )
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.15)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        text = (tmp_path / "cache" / "progress" / "start.recall.json").read_text(encoding="utf-8")
        assert text.startswith("{") and text.endswith("}") and '"filler"' in text


def test_two_notebooks_do_not_overwrite_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    ids = ["start.recall", "matryoshka.truncate"]
    notebooks = [context.Process(target=write_many, args=(str(tmp_path), id, 40)) for id in ids]
    for notebook in notebooks:
        notebook.start()
    for notebook in notebooks:
        notebook.join()
        assert notebook.exitcode == 0
    for id in ids:
        assert '"tries": 40' in (tmp_path / "progress" / f"{id}.json").read_text(encoding="utf-8")
