"""The shape of labkit: each folder imports only from folders to its left, and only `lab` knows about notebooks."""

import ast
from pathlib import Path

import pytest

LABKIT = Path(__file__).resolve().parent.parent / "labkit"
FLOW = ["data", "models", "compress", "search", "measure", "lab"]
NOTEBOOK_ONLY = {"IPython", "ipywidgets", "plotly", "anywidget"}
STEPS = [path for path in sorted(LABKIT.rglob("*.py")) if path.relative_to(LABKIT).parts[0] in FLOW]


def imported(path):
    """The absolute names of all that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import out, `from labkit.…`"
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.relative_to(LABKIT).as_posix())
def test_a_step_knows_only_the_steps_before_it(path):
    step = path.relative_to(LABKIT).parts[0]
    for name in imported(path):
        package, _, rest = name.partition(".")
        if package == "labkit" and (other := rest.partition(".")[0]) in FLOW:
            assert FLOW.index(other) <= FLOW.index(step), f"{step} must not know {other}"
        if step != "lab":
            assert package not in NOTEBOOK_ONLY, f"only labkit/lab may import {package}"


@pytest.mark.parametrize("path", sorted(LABKIT.rglob("*.py")), ids=lambda path: path.relative_to(LABKIT).as_posix())
def test_heavy_libraries_are_imported_where_they_are_used(path):
    """At the top of a module they would cost every reader seconds; kernels cannot do without numba there."""
    allowed = {"numba", "llvmlite"} if path.relative_to(LABKIT).parts[0] == "kernels" else set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        heavy = {name.partition(".")[0] for name in names} & {"torch", "numba", "llvmlite", "transformers", "umap"}
        assert heavy <= allowed, f"move {heavy - allowed} into the function that needs it"
