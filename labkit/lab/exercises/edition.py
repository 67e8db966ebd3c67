"""Notebooks and exercises: the cells that a notebook holds, and the teacher's edition with every solution in place."""

import json
import re
from pathlib import Path
from typing import Any

from labkit.files import write_whole
from labkit.lab.exercises import catalogue
from labkit.lab.exercises.exercise import KINDS, LEVELS
from labkit.settings import repo_data_dir

TAG = "exercise"
_CHECK = re.compile(r"""\b(?:lk\.)?check\(\s*["']([\w.\-]+)["']""")
_INTRO = """## Exercises

Change the cell below a task, run it, then run the check below it. A check never stops the notebook; it says what it tried,
what came back and what it wanted. Stuck? `lk.hint("{id}")` in a new cell shows one hint, and one more each time;
`lk.solution("{id}")` shows the way and then the code. Your progress stays on this machine."""


def instructor(folder: str | Path | None = None, out: str | Path = "build/instructor") -> list[Path]:
    """Write the notebooks with every solution in place of its stub and return their paths.

    Args:
        folder: the learner notebooks; by default the checkout's.
        out: where the solved ones go.

    Raises:
        FileNotFoundError: if there is no notebook.
        ValueError: if a cell tagged "exercise" is not followed by its check.
    """
    source = Path(folder) if folder else repo_data_dir().parent / "notebooks"
    notebooks = sorted(source.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"no notebook in {source}; name the folder that holds them")
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for path in notebooks:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        try:
            solve(notebook)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        _without_outputs(notebook)
        write_whole(target / path.name, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
        written.append(target / path.name)
    return written


def solve(notebook: dict[str, Any]) -> list[str]:
    """Put the solutions in place of the stubs of a notebook, given as its JSON; returns the ids of its exercises.

    Raises:
        ValueError: if a cell tagged "exercise" is not followed by its check.
    """
    found = []
    cells = notebook["cells"]
    for number, cell in enumerate(cells):
        if TAG not in cell.get("metadata", {}).get("tags", []):
            continue
        following = "".join(cells[number + 1]["source"]) if number + 1 < len(cells) else ""
        called = _CHECK.search(following)
        if called is None:
            raise ValueError(f'the exercise in cell {number} is not followed by a cell with check("<id>", …)')
        exercise = catalogue.find_exercise(called[1])
        cell["source"] = exercise.solution.strip("\n").splitlines(keepends=True)
        found.append(exercise.id)
    return found


def _without_outputs(notebook: dict[str, Any]) -> None:
    # What the stubs gave would stand below the solutions.
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"].pop("widgets", None)


def cells(notebook: str) -> str:
    """The exercise and interview cells of a notebook, by its module's name, in py:percent form, to be put into its source."""
    exercises = catalogue.exercises_of(notebook)
    parts = [_markdown(_INTRO.format(id=exercises[0].id))]
    for number, exercise in enumerate(exercises, 1):
        effort = f"*{LEVELS[exercise.difficulty].capitalize()}, about {exercise.minutes} minutes.*"
        parts.append(_markdown(f"### {number} · {KINDS[exercise.kind]}: {exercise.title}\n\n{effort} {exercise.task}"))
        parts.append(f'# %% tags=["{TAG}"]\n{exercise.stub.strip()}')
        parts.append(f'# %%\nlk.check("{exercise.id}", {exercise.defines})')
    parts.append(
        _markdown(
            "## Interview questions\n\nWrite your answer first, as you would say it. Then compare it with the model answer "
            "and tick the points that it makes."
        )
    )
    parts += [f'# %%\nlk.interview("{question.id}")' for question in catalogue.questions_of(notebook)]
    parts += [_markdown("How far you have come, in all notebooks:"), "# %%\nlk.progress()"]
    return "\n\n".join(parts) + "\n"


def _markdown(text: str) -> str:
    # One line a paragraph, as in the notebooks' sources.
    paragraphs = [" ".join(paragraph.split("\n")) for paragraph in text.split("\n\n")]
    return "# %% [markdown]\n" + "\n#\n".join(f"# {paragraph}" for paragraph in paragraphs)
