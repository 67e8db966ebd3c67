"""Index folders on disk: arrays beside one header that says what they must look like.

    index.json            {"kind": "FlatIndex", "arrays": {"vectors": {"file": …, "shape": …, "bytes": …}}, …}
    vectors-3f9c….npy     an ordinary NumPy file

The header is written last and put in place in one step, and each save uses new file names. A save that is killed
halfway leaves the previous index as it was. A folder in which anything is cut short or does not fit is refused.

An index made of others has a folder for each of them inside its own. Each is an index folder by itself, and the outer
header holds the checksums of the inner ones: all of them are replaced in one step too.
"""

import contextlib
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER = "index.json"
_FORMAT = 1
_CHUNK = 1 << 24

Arrays = dict[str, NDArray[Any]]


def save(
    folder: str | Path,
    kind: str,
    arrays: Mapping[str, NDArray[Any]],
    settings: Mapping[str, Any] | None = None,
    *,
    inner: Mapping[str, Callable[[Path], None]] | None = None,
) -> None:
    """Write an index folder, or replace the one that is there.

    Args:
        folder: made if it is missing.
        kind: the class that can read it again, such as `FlatIndex`.
        arrays: what the index holds, by name.
        settings: small values that JSON can hold.
        inner: by name, what writes another index to the folder that it is given, such as its `save`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    before = _files(folder)
    token = secrets.token_hex(6)
    files = {name: folder / f"{name}-{token}.npy" for name in arrays}
    folders = {name: folder / f"{name}-{token}" for name in inner or {}}
    new = [*files.values(), *folders.values()]
    try:
        entries = {name: _write_array(path, arrays[name]) for name, path in files.items()}
        body = {"format": _FORMAT, "kind": kind, "settings": dict(settings or {}), "arrays": entries}
        if inner:
            body["inner"] = {name: _write_inner(path, inner[name]) for name, path in folders.items()}
        _replace(folder / _HEADER, json.dumps({**body, "checksum": _checksum(body)}, indent=1).encode())
    except BaseException:
        _remove(new)
        raise
    _remove(before)


def load(folder: str | Path, kind: str, *, mmap: bool = False) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and settings of an index folder.

    Args:
        folder: what `save` wrote.
        kind: the class that asks; another class's folder is refused.
        mmap: leave the arrays on disk and read pages when they are needed. Sizes are checked but contents are not, as
            that would read the whole file. Without `mmap` each array's checksum is compared too.

    Raises:
        FileNotFoundError: if the folder or one of its files is missing.
        ValueError: if the folder is not an index, is of another kind, or is damaged.
    """
    folder = Path(folder)
    header = _header_of(folder, kind)
    arrays = {name: _read_array(folder, entry, mmap) for name, entry in header["arrays"].items()}
    return arrays, header["settings"]


def load_inner(folder: str | Path, kind: str) -> tuple[dict[str, Path], dict[str, Any]]:
    """The folders of the indexes inside an index folder, by name, and its settings.

    Raises:
        FileNotFoundError: if the folder or one inside it is missing.
        ValueError: if the folder is not an index, is of another kind, or one inside it is not what was saved with it.
    """
    folder = Path(folder)
    header = _header_of(folder, kind)
    found = {}
    for name, entry in header.get("inner", {}).items():
        found[name] = folder / entry["folder"]
        path = found[name] / _HEADER
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: the index in {folder} is incomplete; build and save it again")
        if _crc32(path) != entry["crc32"]:
            raise _damaged(folder, f"{path.relative_to(folder)} is not the one that was saved with it")
    return found, header["settings"]


def _header_of(folder: Path, kind: str) -> dict[str, Any]:
    header = _read_header(folder)
    if header["kind"] != kind:
        raise ValueError(f"{folder} holds a {header['kind']}, not a {kind}: load it with {header['kind']}.load")
    return header


def _write_inner(path: Path, write: Callable[[Path], None]) -> dict[str, Any]:
    write(path)
    return {"folder": path.name, "crc32": _crc32(path / _HEADER)}


def _write_array(path: Path, array: NDArray[Any]) -> dict[str, Any]:
    array = np.ascontiguousarray(array)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    size = temporary.stat().st_size
    os.replace(temporary, path)
    return {
        "file": path.name,
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "bytes": size,
        "crc32": _crc32(path),
    }


def _read_array(folder: Path, entry: dict[str, Any], mmap: bool) -> NDArray[Any]:
    path = folder / entry["file"]
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: the index in {folder} is incomplete; build and save it again")
    size = path.stat().st_size
    if size != entry["bytes"]:
        raise _damaged(folder, f"{path.name} has {size} bytes and should have {entry['bytes']}")
    if not mmap and _crc32(path) != entry["crc32"]:
        raise _damaged(folder, f"the contents of {path.name} do not match their checksum")
    try:
        # "c" (copy on write): the kernels take writable arrays as well as read-only ones, and the file never changes.
        array: NDArray[Any] = np.load(path, mmap_mode="c" if mmap else None, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise _damaged(folder, f"{path.name} is no NumPy file ({error})") from error
    if array.dtype.str != entry["dtype"] or list(array.shape) != entry["shape"]:
        raise _damaged(
            folder, f"{path.name} holds {array.dtype.str} {array.shape}, not {entry['dtype']} {entry['shape']}"
        )
    return array.view(np.ndarray)


def _read_header(folder: Path) -> dict[str, Any]:
    path = folder / _HEADER
    if not path.is_file():
        raise FileNotFoundError(f"no index in {folder}: there is no file {path}")
    try:
        header = json.loads(path.read_bytes())
        checksum = header.pop("checksum")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise _damaged(folder, f"{_HEADER} cannot be read ({error!r})") from error
    if checksum != _checksum(header):
        raise _damaged(folder, f"{_HEADER} does not match its own checksum")
    if header["format"] != _FORMAT:
        raise ValueError(f"{folder} has format {header['format']}, this version reads {_FORMAT}; build the index again")
    return dict(header)


def _damaged(folder: Path, what: str) -> ValueError:
    return ValueError(f"the index in {folder} is damaged: {what}; build and save it again")


def _checksum(body: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(body, sort_keys=True).encode())


def _crc32(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}-{secrets.token_hex(6)}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _files(folder: Path) -> list[Path]:
    """The files and inner folders of the index that is in the folder now."""
    try:
        header = _read_header(folder)
    except (FileNotFoundError, ValueError):
        return []
    arrays = [folder / entry["file"] for entry in header["arrays"].values()]
    return arrays + [folder / entry["folder"] for entry in header.get("inner", {}).values()]


def _remove(paths: list[Path]) -> None:
    # Errors are passed over: on Windows a file that another process has mapped cannot be deleted.
    for path in (*paths, *(path.with_suffix(".tmp") for path in paths)):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
