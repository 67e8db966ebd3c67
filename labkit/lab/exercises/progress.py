"""How far the reader has come: a table with a bar per notebook, or a CSV file for a teacher."""

import csv
import io
from pathlib import Path
from typing import Any

from labkit.files import write_whole
from labkit.lab.exercises import catalogue, store
from labkit.measure.table import Table

BAR = 12
COLUMNS = ("notebook", "id", "kind", "title", "state", "tries", "hints", "solution_shown", "passed_at")


def progress(export: str | None = None, *, folder: str | Path = ".") -> Table | Path:
    """A table of what is solved, with a bar per notebook; or, with `export="csv"`, the path of a file that says the same.

    Args:
        export: None or "csv".
        folder: where the file goes.

    Raises:
        ValueError: if `export` is something else.
        OSError: if the file cannot be written, or the folder of the progress cannot be made.
    """
    place = f", in {store.folder()}" if store.kept() else ""
    if export == "csv":
        path = Path(folder) / "labkit-progress.csv"
        write_whole(path, _csv())
        return path
    if export is not None:
        raise ValueError(f'export should be "csv" or left out, but is {export!r}')
    rows, solved, total = [], 0, 0
    for module, notebook in catalogue.NOTEBOOKS.items():
        exercises, questions = catalogue.exercises_of(module), catalogue.questions_of(module)
        states = [store.read(exercise.id) for exercise in exercises]
        done = sum(state.get("state") == "passed" for state in states)
        answered = sum(bool(store.read(question.id).get("answer")) for question in questions)
        tries = sum(int(state.get("tries", 0)) for state in states)
        bar = text_bar(done, len(exercises))
        rows.append((notebook, bar, f"{done} of {len(exercises)}", str(tries), f"{answered} of {len(questions)}"))
        solved, total = solved + done, total + len(exercises)
    caption = f"{solved} of {total} exercises solved. Kept on this machine only{place}"
    return Table(("notebook", "solved", "exercises", "tries", "questions answered"), tuple(rows), caption)


def text_bar(done: int, total: int) -> str:
    """A bar of text, which every front end and every screen can show.

    Example:
        >>> text_bar(1, 4)
        '███░░░░░░░░░'
    """
    full = BAR * done // total if total else 0
    return "█" * full + "░" * (BAR - full)


def _csv() -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for module, notebook in catalogue.NOTEBOOKS.items():
        for exercise in catalogue.exercises_of(module):
            state = store.read(exercise.id)
            told = (state.get("state", "not yet"), state.get("tries", 0), state.get("hints", 0))
            shown = "yes" if state.get("solution", 0) >= 2 else "no"
            head = (notebook, exercise.id, exercise.kind, exercise.title)
            writer.writerow((*head, *told, shown, state.get("passed_at", "")))
        for question in catalogue.questions_of(module):
            known: dict[str, Any] = store.read(question.id)
            told = ("answered" if known.get("answer") else "not yet", "", "")
            writer.writerow((notebook, question.id, "interview", question.question, *told, "", ""))
    return file.getvalue()
