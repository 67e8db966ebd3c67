"""Where progress is kept: one small JSON file per exercise or question, in the cache folder.

A file of its own for each, written under another name first and then put in place, means that a killed kernel leaves the
old or the new state and never half of one, and that two notebooks open at once do not overwrite each other's.

What could not be written is remembered until the kernel stops. The kernel of a book reads and writes no file: its pages are
handed to others.
"""

import json
import os
from pathlib import Path
from typing import Any

from labkit import settings
from labkit.files import write_whole

BOOK = "LABKIT_BOOK"  # 1 in the kernel that executes the pages of `labkit book`
_remembered: dict[str, dict[str, Any]] = {}


def kept() -> bool:
    """Whether progress is kept in files; it is not while a book is made."""
    return os.environ.get(BOOK) != "1"


def folder() -> Path:
    """The folder of the progress files (made if it is missing)."""
    path = settings.cache_dir() / "progress"
    path.mkdir(parents=True, exist_ok=True)
    return path


def read(id: str) -> dict[str, Any]:
    """What is known about an exercise or question; empty if nothing is, or if its file is damaged."""
    return {**(_saved(id) if kept() else {}), **_remembered.get(id, {})}


def _saved(id: str) -> dict[str, Any]:
    try:
        state = json.loads((folder() / f"{id}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write(id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Set some of the facts about an exercise or question and return all of them.

    Raises:
        OSError: if the folder cannot be written to; `read` knows the facts all the same, until the kernel stops.
    """
    state = {**read(id), **changes}
    _remembered[id] = {**_remembered.get(id, {}), **changes}
    if kept():
        write_whole(folder() / f"{id}.json", json.dumps(state, ensure_ascii=False, indent=1))
        _remembered.pop(id)
    return state
