"""The doctor: what this machine has, what it lacks, and the command that mends it.

`python -m labkit doctor` prints the report; `labkit.doctor()` returns it for a notebook to show. Every check is a function
that returns what it saw, or raises `Trouble` with the remedy.
"""

import importlib.metadata
import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from labkit import settings
from labkit.checkup_report import Check, Report, Trouble

_CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALL = "python3 start.py"
_FROM_GIT = "git checkout -- data"
_GB = 1e9
_NOTEBOOK_08 = 2.54  # GB: a million vectors of 384 float32, and the one that `write_rows` leaves free
# The models that this project trained: their weights, and what makes them again.
_TRAINED = {
    "minilm-matryoshka": ("adapter.safetensors", "labkit train matryoshka"),
    "minilm-colbert": ("model.safetensors", "labkit train colbert"),
    "drawing-clip": ("model.safetensors", "labkit train drawing-clip"),
}
Value = TypeVar("Value")


def doctor() -> Report:
    """Report on Python, packages, processor, settings, data, models, disk and memory; takes seconds, changes nothing.

    Example:
        >>> report = doctor()
        >>> report.checks[0].name
        'Python'
    """
    from labkit.models.catalogue import catalogue

    tests: list[tuple[str, Callable[[], str]]] = [
        ("Python", _python),
        ("packages", _packages),
        ("torch", _torch),
        ("numba", _numba),
        ("processor", _processor),
        ("threads", _threads),
        ("encoding", _encoding),
        ("hub", _hub),
        ("data", _data),
        *(("trained", partial(_trained, name)) for name in _TRAINED),
        *(("model", partial(_model, card.name)) for card in catalogue()),
        ("disk", _disk),
        ("memory", _memory),
    ]
    return Report(tuple(_run(name, test) for name, test in tests))


def _run(name: str, test: Callable[[], str]) -> Check:
    """The outcome of one test; whatever goes wrong inside it becomes a line of the report."""
    try:
        return Check(name, test())
    except Trouble as trouble:
        return Check(name, str(trouble), trouble.remedy)
    except Exception as error:  # A doctor that crashes helps nobody.
        return Check(name, f"{type(error).__name__}: {error}".splitlines()[0], _INSTALL)


def _python() -> str:
    seen = f"{platform.python_version()} ({sys.executable})"
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise Trouble(seen, "install Python 3.11, 3.12 or 3.13, then: python3 start.py")
    return seen


def _packages() -> str:
    from packaging.requirements import Requirement

    texts = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    found = {need: _version(need.name) for need in map(Requirement, texts)}
    wrong = [
        f"{need} (here: {version or 'none'})"
        for need, version in found.items()
        if version is None or not need.specifier.contains(version, prereleases=True)
    ]
    if wrong:
        raise Trouble("wanted " + ", ".join(wrong), _INSTALL)
    pins = dict(
        line.lower().replace("_", "-").split("==")
        for line in (_CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    other = [
        f"{need.name} {version} (class: {pin})"
        for need, version in found.items()
        if version and (pin := pins.get(need.name.lower().replace("_", "-"))) and version.partition("+")[0] != pin
    ]
    return f"{len(found)} as required; " + ("other versions: " + ", ".join(other) if other else "the class's versions")


def _version(name: str) -> str | None:
    """The installed version of a package; conda calls faiss-cpu's Python part faiss."""
    for candidate in (name, name.removesuffix("-cpu")):
        try:
            return importlib.metadata.version(candidate)
        except importlib.metadata.PackageNotFoundError:
            pass
    return None


def _torch() -> str:
    import torch

    return f"{torch.__version__} imports, {torch.get_num_threads()} threads"


def _numba() -> str:
    import numba

    if numba.njit(lambda x: x + 1)(41) != 42:
        raise Trouble("numba compiles, but computes wrongly", f"{_INSTALL} (after deleting .venv)")
    return f"{numba.__version__} compiles"


def _processor() -> str:
    from llvmlite import binding

    has = {name for name, on in binding.get_host_cpu_features().items() if on}
    if platform.machine().lower() in ("arm64", "aarch64"):
        has.add("neon")
    shown = {
        "avx2": "AVX2",
        "avx512f": "AVX-512",
        "avx512vnni": "VNNI",
        "avx512vpopcntdq": "VPOPCNTDQ",
        "avx512bf16": "BF16",
        "neon": "NEON",
        "dotprod": "DotProd",
    }
    found = [label for name, label in shown.items() if name in has]
    return f"{binding.get_host_cpu_name()}: {', '.join(found) or 'no vector unit that labkit knows: plain kernels run'}"


def _setting(read: Callable[[], Value]) -> Value:
    """What a setting is; a wrong one is mended by setting it, not by another installation."""
    try:
        return read()
    except (ValueError, OSError) as error:
        seen, _, remedy = str(error).rpartition("; ")
        raise Trouble(seen, remedy) from error


def _threads() -> str:
    return f"{_setting(settings.threads)} of {os.cpu_count()} processors (change with LABKIT_THREADS)"


def _encoding() -> str:
    from labkit.models.dense import chosen_dtype, fast_dtype

    here, fast = _setting(chosen_dtype), fast_dtype()
    if here != fast:
        return f"in {here}, because LABKIT_DTYPE says so; this CPU is faster in {fast}"
    longer = {"float32": "minutes", "int16": "a minute or two"}.get(here)
    slow = f"; without bfloat16 a notebook's first run takes {longer} longer, later ones read the cache"
    return f"in {here}" + (slow if longer else "")


def _hub() -> str:
    if _setting(settings.hub_allowed):
        return "models of a hub are allowed, because LABKIT_MODELS says so"
    return "no model is fetched (LABKIT_MODELS=hub allows it)"


def _data() -> str:
    from labkit.data.collection import Collection

    try:
        found = [Collection.from_beir(settings.repo_data_dir() / name) for name in ("plant", "schematics")]
    except (OSError, ValueError) as error:
        raise Trouble(str(error), _FROM_GIT) from error
    return "; ".join(f"{each.name}: {len(each):,} documents, {len(each.queries):,} queries" for each in found)


def _trained(name: str) -> str:
    from labkit.models.trained_here import measured_weights

    try:
        _, sha256 = measured_weights(settings.repo_data_dir() / "models" / name, *_TRAINED[name])
    except (OSError, ValueError, KeyError) as error:
        raise Trouble(f"{name}: {error}", _FROM_GIT) from error
    return f"{name}: found, sha256 {sha256[:12]}… as in its results"


def _model(name: str) -> str:
    from labkit.models.catalogue import find
    from labkit.models.weights import verify

    card = find(name)
    try:
        verify(card)
    except (FileNotFoundError, ValueError) as error:
        seen, _, remedy = str(error).partition("Mend it with: ")
        raise Trouble(" ".join(seen.split()), remedy or _INSTALL) from error
    first = next(iter(card.sha256.values()), "")
    return f"{name}: found, {len(card.sha256)} files, sha256 {first[:12]}… as in the catalogue"


def _disk() -> str:
    from labkit.data.simulated_file import simulated_folder

    folder = _setting(settings.cache_dir)
    free = shutil.disk_usage(folder).free / _GB
    seen = f"{free:.1f} GB free for the cache in {folder}"
    if free < 1:
        raise Trouble(seen, "free some space, or set LABKIT_CACHE to a folder on a larger disk")
    written = any(file.stat().st_size > _GB for file in simulated_folder().glob("*.npy"))
    if free < _NOTEBOOK_08 and not written:
        raise Trouble(
            f"{seen}; notebook 08 writes 1.5 GB and wants 2.5 GB for it, the others run",
            "free some space before notebook 08, or set LABKIT_CACHE to a folder on a larger disk",
        )
    return seen


def _memory() -> str:
    import psutil

    free = psutil.virtual_memory().available / _GB
    seen = f"{free:.1f} GB free"
    if free < 2:
        raise Trouble(seen, "close other programs and notebook kernels (the course wants 2 GB)")
    return seen
