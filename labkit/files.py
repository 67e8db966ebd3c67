"""Files that are whole or absent: whoever is killed while writing, or reads meanwhile, leaves or finds no half of one."""

import os
import secrets
import time
from pathlib import Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file under another name, then put it in place in one step.

    Args:
        path: the file; its folder is there already.
        content: bytes, or a text, which is written as UTF-8 with its line ends as they are.

    Raises:
        OSError: if it cannot be written; an older file of that name is then still there.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_whole(Path(folder) / "note.txt", "a pump")
        ...     print([(file.name, file.read_text()) for file in Path(folder).iterdir()])
        [('note.txt', 'a pump')]
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        unfinished.write_bytes(content.encode() if isinstance(content, str) else content)
        _put_in_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> None:
    # Windows refuses while another process reads the file, which takes it a moment.
    for wait in (0.02, 0.05, 0.1, 0.2):
        try:
            os.replace(unfinished, path)
            return
        except PermissionError:
            time.sleep(wait)
    os.replace(unfinished, path)
