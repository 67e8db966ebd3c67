"""The teacher's edition, and the cells of the learners' notebooks."""

import json
from pathlib import Path

import pytest

from labkit.lab.exercises import catalogue, edition

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"


def cell(source, *tags):
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(keepends=True)}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_the_solution_takes_the_place_of_the_stub():
    book = notebook(cell("a = 1"), cell("stub", "exercise"), cell('lk.check("start.recall", recall_at)'))
    assert edition.solve(book) == ["start.recall"]
    assert "".join(book["cells"][1]["source"]) == catalogue.find_exercise("start.recall").solution.strip()
    assert book["cells"][0]["source"] == ["a = 1"]


def test_a_stub_without_its_check_is_refused():
    with pytest.raises(ValueError, match="cell 0 is not followed"):
        edition.solve(notebook(cell("stub", "exercise"), cell("print(1)")))
    with pytest.raises(ValueError, match="cell 0 is not followed"):
        edition.solve(notebook(cell("stub", "exercise")))


def test_notebooks_are_written_to_a_folder_of_their_own(tmp_path):
    learner = tmp_path / "a.ipynb"
    text = json.dumps(notebook(cell("stub", "exercise"), cell("lk.check('start.dcg', dcg)")))
    learner.write_text(text, encoding="utf-8")
    (written,) = edition.instructor(tmp_path, tmp_path / "out")
    assert written == tmp_path / "out" / "a.ipynb" and learner.read_text(encoding="utf-8") == text
    assert "start=1" in written.read_text(encoding="utf-8")


def test_the_teacher_s_edition_holds_no_outputs_of_the_learner(tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": "not yet"}
    run = {**cell("a = 1"), "outputs": [output], "execution_count": 7}
    learner = notebook(run, {"cell_type": "markdown", "metadata": {}, "source": "# A"})
    learner["metadata"]["widgets"] = {"state": "a figure"}
    (tmp_path / "a.ipynb").write_text(json.dumps(learner), encoding="utf-8")
    (written,) = edition.instructor(tmp_path, tmp_path / "out")
    solved = json.loads(written.read_text(encoding="utf-8"))
    assert solved["cells"][0]["outputs"] == [] and solved["cells"][0]["execution_count"] is None
    assert set(solved["cells"][1]) == {"cell_type", "metadata", "source"} and solved["metadata"] == {}


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebook"):
        edition.instructor(tmp_path, tmp_path)


@pytest.mark.parametrize("module", catalogue.NOTEBOOKS)
def test_cells_of_a_notebook_run_unsolved(module, capsys):
    """Run the py:percent text as Run All would: markdown is a comment there, and no check raises."""
    import numpy as np

    import labkit

    text = edition.cells(module)
    for exercise in catalogue.exercises_of(module):
        assert f'lk.check("{exercise.id}", {exercise.defines})' in text
        assert f'# %% tags=["exercise"]\n{exercise.stub.strip()}' in text
    exec(compile(text, module, "exec"), {"np": np, "lk": labkit})


@pytest.mark.parametrize("module", catalogue.NOTEBOOKS)
def test_the_notebook_holds_these_exercises_as_they_are_defined(module):
    path = NOTEBOOKS / f"{catalogue.NOTEBOOKS[module]}.ipynb"
    learner = json.loads(path.read_text(encoding="utf-8"))
    stubs = ["".join(one["source"]) for one in learner["cells"] if edition.TAG in one["metadata"].get("tags", [])]
    exercises = catalogue.exercises_of(module)
    assert edition.solve(learner) == [exercise.id for exercise in exercises]
    assert stubs == [exercise.stub.strip() for exercise in exercises]
