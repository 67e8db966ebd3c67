"""Arrays on disk: safetensors files that are whole or absent, and whose bytes depend on nothing but their content."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.files import write_whole

Arrays = dict[str, NDArray[Any]]


def save_tensors(path: str | Path, kind: str, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write arrays and a few facts about them to one file.

    Args:
        path: the file; its folder is made if it is missing.
        kind: what the file holds, for example `LinearMap`; `load_tensors` refuses any other.
        arrays: the arrays by name.
        facts: anything JSON can hold.
    """
    from safetensors.numpy import save

    whole, told = {name: np.ascontiguousarray(array) for name, array in arrays.items()}, {"kind": kind} | dict(facts)
    # One metadata entry: the order of several is not fixed, and the bytes should be.
    header = json.dumps(told | {"crc32": _checksum(whole, told)}, sort_keys=True)
    data = save(whole, metadata={"labkit": header})
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def load_tensors(path: str | Path, kind: str) -> tuple[Arrays, dict[str, Any]]:
    """The `(arrays, facts)` written by `save_tensors`.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is damaged or holds another kind of thing.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}; write one with {kind}.save")
    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads((file.metadata() or {}).get("labkit", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is damaged: {error}. Write it again with {kind}.save") from error
    wanted = facts.pop("crc32", None)
    # Older files have no checksum.
    if wanted is not None and wanted != _checksum(arrays, facts):
        raise ValueError(f"{path} is damaged: its checksum differs. Write it again with {kind}.save")
    found = facts.pop("kind", "something that labkit did not write")
    if found != kind:
        raise ValueError(f"{path} should hold a {kind}, but holds {found}")
    return arrays, facts


def _checksum(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> int:
    total = zlib.crc32(json.dumps(facts, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        total = zlib.crc32(f"{name} {array.dtype.str} {array.shape}".encode(), total)
        total = zlib.crc32(np.ascontiguousarray(array).tobytes(), total)
    return total
