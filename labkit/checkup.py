"""The doctor: what this machine has, what it lacks, and the command that mends it.

`python -m labkit doctor` prints the report; `labkit.doctor()` returns it for a notebook to show. Every check is a function
that returns what it saw, or raises `Trouble` with the remedy.
"""

import html
import importlib.metadata
import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from labkit import settings

_CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALL = "python3 start.py"
_GB = 1e9


class Trouble(Exception):
    """Something is wrong; `remedy` is the command or the step that mends it."""

    def __init__(self, seen: str, remedy: str) -> None:
        """Keep what was seen as the message, and the remedy beside it."""
        super().__init__(seen)
        self.remedy = remedy


@dataclass(frozen=True)
class Check:
    """One line of the report: what was looked at, what was seen, and the remedy (empty when all is well)."""

    name: str
    seen: str
    remedy: str = ""


@dataclass(frozen=True)
class Report:
    """All checks; prints as text, shows as a table in a notebook."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return not any(check.remedy for check in self.checks)

    def __str__(self) -> str:
        """One line per check, a second one under each failure with the remedy, and the verdict."""
        lines = []
        for check in self.checks:
            lines.append(f"{'MEND' if check.remedy else 'ok':5}{check.name:13}{check.seen}")
            if check.remedy:
                lines.append(f"{'':18}-> {check.remedy}")
        return "\n".join([*lines, self._verdict()])

    def _repr_html_(self) -> str:
        """The same report as a table that follows the notebook's theme."""
        rows = []
        for check in self.checks:
            cells = ["<b>mend</b>" if check.remedy else "ok", html.escape(check.name), html.escape(check.seen)]
            if check.remedy:
                cells[2] += f"<br>→ <code>{html.escape(check.remedy)}</code>"
            rows.append("".join(f'<td style="text-align:left">{cell}</td>' for cell in cells))
        head = "".join(f'<th style="text-align:left">{title}</th>' for title in ("", "check", "seen"))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{self._verdict()}</p>"

    def _verdict(self) -> str:
        bad = sum(bool(check.remedy) for check in self.checks)
        return f"{bad} of {len(self.checks)} checks need mending." if bad else "All is well: the course can start."


def doctor() -> Report:
    """Report on Python, packages, processor, models, disk and memory; takes a few seconds, changes nothing.

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


def _threads() -> str:
    return f"{settings.threads()} of {os.cpu_count()} processors (change with LABKIT_THREADS)"


def _encoding() -> str:
    from labkit.models.dense import chosen_dtype, fast_dtype

    here, fast = chosen_dtype(), fast_dtype()
    if here != fast:
        return f"in {here}, because LABKIT_DTYPE says so; this CPU is faster in {fast}"
    longer = {"float32": "minutes", "int16": "a minute or two"}.get(here)
    slow = f"; without bfloat16 a notebook's first run takes {longer} longer, later ones read the cache"
    return f"in {here}" + (slow if longer else "")


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
    folder = settings.cache_dir()
    free = shutil.disk_usage(folder).free / _GB
    seen = f"{free:.1f} GB free for the cache in {folder}"
    if free < 1:
        raise Trouble(seen, "free some space, or set LABKIT_CACHE to a folder on a larger disk")
    return seen


def _memory() -> str:
    import psutil

    free = psutil.virtual_memory().available / _GB
    seen = f"{free:.1f} GB free"
    if free < 2:
        raise Trouble(seen, "close other programs and notebook kernels (the course wants 2 GB)")
    return seen
