"""Where progress is kept: one small JSON file per exercise or question, in the cache folder.

A file of its own for each, written under another name first and then put in place, means that a killed kernel leaves the
old or the new state and never half of one, and that two notebooks open at once do not overwrite each other's.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from labkit import settings


def folder() -> Path:
    """The folder of the progress files (made if it is missing)."""
    path = settings.cache_dir() / "progress"
    path.mkdir(parents=True, exist_ok=True)
    return path


def read(id: str) -> dict[str, Any]:
    """What is known about an exercise or question; empty if nothing is, or if its file is damaged."""
    try:
        state = json.loads((folder() / f"{id}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write(id: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Set some of the facts about an exercise or question and return all of them.

    Raises:
        OSError: if the folder cannot be written to.
    """
    state = {**read(id), **changes}
    put(folder() / f"{id}.json", json.dumps(state, ensure_ascii=False, indent=1))
    return state


def put(path: Path, text: str) -> None:
    """Write a text file in one step.

    Raises:
        OSError: if it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        _replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _replace(name: str, path: Path) -> None:
    # Windows refuses while another process reads the file, which takes it a moment.
    for wait in (0.02, 0.05, 0.1, 0.2):
        try:
            os.replace(name, path)
            return
        except PermissionError:
            time.sleep(wait)
    os.replace(name, path)
