"""Where progress is kept: one small JSON file per exercise or question, in the cache folder.

A file of its own for each, written under another name first and then put in place, means that a killed kernel leaves the
old or the new state and never half of one, and that two notebooks open at once do not overwrite each other's.
"""

import json
from pathlib import Path
from typing import Any

from labkit import settings
from labkit.files import write_whole


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
    write_whole(folder() / f"{id}.json", json.dumps(state, ensure_ascii=False, indent=1))
    return state
