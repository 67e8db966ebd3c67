"""Notebooks as they are committed: no outputs, small, in short cells. `start.py test` runs them through nbmake."""

import json
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 20
MOST_BYTES = 200_000


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_is_a_valid_notebook(path):
    nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))


def test_carries_no_outputs(path):
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], f"cell {number} has outputs; run: nbstripout --keep-id {path.name}"
            assert cell["execution_count"] is None, f"cell {number} has a number; run: nbstripout --keep-id {path.name}"


def test_is_small(path):
    assert path.stat().st_size < MOST_BYTES


def test_cells_are_short(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            length = len(cell.source.splitlines())
            assert length <= MOST_LINES, f"{length} lines: move part of this cell into labkit/lab\n{cell.source}"


def test_starts_without_a_question_on_any_machine(path):
    """Without a kernel's name JupyterLab asks for one; another name than python3 is found on its author's machine only."""
    assert nbformat.read(path, as_version=4).metadata.get("kernelspec", {}).get("name") == "python3"


def test_the_readme_lists_every_notebook_and_no_other():
    listed = re.findall(r"\(notebooks/([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in NOTEBOOKS]
    assert listed
