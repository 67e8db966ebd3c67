"""What stays with whoever makes a book: the pages are handed to others."""

import re
from html import escape
from pathlib import Path
from typing import Any


def hide_home(notebook: Any) -> None:  # noqa: ANN401
    """Write `~` for the home folder in all outputs of an executed notebook, in place."""
    found = _pattern(Path.home())
    for cell in notebook.cells:
        if found is not None and cell.cell_type == "code":
            cell.outputs = [_hidden(output, found) for output in cell.outputs]


def _pattern(home: Path) -> re.Pattern[str] | None:
    """What finds the folder however it is written, or None where home is the root, as some containers have it."""
    if home == home.parent:
        return None
    written = {text for path in (home, home.resolve()) for text in (str(path), path.as_posix())}
    written |= {text.replace("\\", r"\\") for text in written}
    written |= {escape(text) for text in written}
    longest_first = sorted(written, key=len, reverse=True)
    return re.compile(rf"(?<![\w.~-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-]|\.\w)")


def _hidden(value: Any, found: re.Pattern[str]) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return found.sub("~", value)
    if isinstance(value, dict):
        return type(value)({key: _hidden(each, found) for key, each in value.items()})
    return [_hidden(each, found) for each in value] if isinstance(value, list) else value
