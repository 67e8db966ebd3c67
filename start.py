"""The newcomer's one entry: make .venv, install the course, open it or test it.

python3 start.py          install what is missing, then open notebooks/00_start_here.ipynb in JupyterLab
python3 start.py test     install the test tools too, then run every check (--quick leaves out notebooks and browser)
python3 start.py install  install only
python3 start.py lock     rewrite constraints.txt from what is installed (--upgrade: bring everything up to date first)

Standard library only. A run that finds nothing new to install starts at once and needs no network.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "labkit-installed.json"
LOCK = HERE / ".venv.lock"
CONSTRAINTS = HERE / "constraints.txt"
FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
CUDA_GIGABYTES = 8
# Pinned by torch itself, and different for every torch build: a pin of ours could only contradict it.
TORCH_PINS = ("nvidia-", "cuda-", "triton")
CONSTRAINTS_HEAD = """\
# The exact versions the course is tested with. Written by `python3 start.py lock`; do not edit by hand.
# torch pins its own CUDA packages. Packages that only Windows or macOS need are free to be the newest.
"""
SOLVED = "build/instructor"
SECONDS_A_CELL = 180  # then it hangs
# How many times as long encoding takes without bfloat16; a cell may then take so too.
SLOWER = {"float32": 4, "int16": 3}
# What takes longest, in this order: words of the names of notebooks and of their browser tests.
LONGEST = ("late_interaction", "matryoshka", "billion", "choosing", "image_text")
ONE_THREAD = {"LABKIT_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Where a check of `start.py test` needs more than the environment it was started in.
EXTRA_SETTINGS = {
    "unit tests and doctests": ONE_THREAD,  # 311 s became 231 s: two workers with two threads each wait for one another
    "notebooks": ONE_THREAD,
    "browser": ONE_THREAD,
    "solved notebooks": {**ONE_THREAD, "LABKIT_STRICT": "1"},  # an exercise that does not pass raises
}
LAB_CONFIG = HERE / "labkit" / "lab" / "jupyter"  # without the question about news, asked even if there are none
LAB_OPTIONS = [
    # Nothing is fetched while the lab is open: no news, no update check, no extension store.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]


def say(text: str) -> None:
    """Print one line of progress at once, also when the output goes to a file."""
    print(f"[start] {text}", flush=True)


def check_python() -> None:
    """Stop with a clear message unless this Python suits the course."""
    if sys.version_info[:2] not in SUPPORTED:
        found = [name for name in (f"python{major}.{minor}" for major, minor in SUPPORTED) if shutil.which(name)]
        remedy = f"Run: {found[-1]} start.py" if found else "Install one of these, or use conda (README.md says how)."
        sys.exit(f"This is Python {sys.version.split()[0]}; the course needs 3.11, 3.12 or 3.13. {remedy}")


# ---------------------------------------------------------------- the environment


def venv_python() -> str:
    """Return the path of the environment's Python, whether or not it exists yet."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def venv_works() -> bool:
    """Return whether the environment starts, has this Python's version, and has pip."""
    code = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.run([venv_python(), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """Return a hash of everything that decides what is installed."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {HERE}".encode())
    for name in ("pyproject.toml", CONSTRAINTS.name):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def read_stamp() -> tuple[str, set[str]]:
    """Return the fingerprint and the extras of the last finished installation; empty ones if there is none."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return str(stamp["fingerprint"]), set(stamp["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def write_stamp(extras: set[str]) -> None:
    """Note that what the files ask for now is installed."""
    STAMP.write_text(json.dumps({"fingerprint": fingerprint(), "extras": sorted(extras)}), encoding="utf-8")


def take_lock(handle: IO[bytes]) -> None:
    """Lock an open file for this process, or stop. The operating system lets go of it when a process dies."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(1 << 20)  # beyond the content, which must stay readable
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("Another start.py is installing right now. Wait until it is done, then run this again.")


@contextlib.contextmanager
def installing() -> Iterator[bool]:
    """Let one process install at a time; give whether an earlier one was killed half way."""
    with open(LOCK, "ab+") as handle:
        take_lock(handle)
        handle.seek(0)
        cut_short = handle.read() != b""
        handle.write(b"installing\n")
        handle.flush()
        try:
            yield cut_short
        except SystemExit:  # pip failed and said why: it leaves the environment whole
            handle.truncate(0)
            raise
        handle.truncate(0)


def make_venv(cut_short: bool) -> None:
    """Make .venv, unless a whole one is there. What was interrupted or does not start is made again."""
    if os.path.lexists(VENV) and (cut_short or not venv_works()):
        say(".venv was left unfinished or does not start: making it again")
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        else:
            shutil.rmtree(VENV)
    if not VENV.exists():
        say(f"making .venv with Python {sys.version.split()[0]}")
        # Run from within the old .venv, its own Python is gone by now.
        python = getattr(sys, "_base_executable", sys.executable)
        result = subprocess.run([python, "-m", "venv", str(VENV)])
        if result.returncode:
            sys.exit("Could not make .venv. On Debian and Ubuntu: sudo apt install python3-venv")


def pip_install(python: str, *arguments: str) -> None:
    """Run pip install in the checkout; stop with what to do if it fails."""
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=HERE).returncode:
        sys.exit("pip could not install the course (its message is above). Mend that, then run this again.")


def warn_about_size(torch_index: str | None) -> None:
    """Say beforehand when gigabytes are about to come in, and how to avoid it."""
    if sys.platform == "linux" and not torch_index:
        say(f"torch for Linux comes with CUDA: .venv takes about {CUDA_GIGABYTES} GB. README.md: a smaller CPU build")
        if shutil.disk_usage(HERE).free < CUDA_GIGABYTES * 1e9:
            say(f"warning: only {shutil.disk_usage(HERE).free / 1e9:.1f} GB free on this disk")


def install(extras: set[str], torch_index: str | None) -> str:
    """Bring .venv up to date and return its Python. Does nothing when the stamp says it is."""
    stamp, have = read_stamp()
    if stamp == fingerprint() and extras <= have and venv_works():
        return venv_python()
    with installing() as cut_short:
        make_venv(cut_short)
        STAMP.unlink(missing_ok=True)
        warn_about_size(torch_index)
        say("installing (minutes the first time; quick from then on)")
        if torch_index:
            pip_install(
                venv_python(), "--constraint", CONSTRAINTS.name, "--index-url", torch_index, "torch", "torchvision"
            )
        extras = extras | have  # what was added once stays
        wanted = f".[{','.join(sorted(extras))}]" if extras else "."
        pip_install(venv_python(), "--constraint", CONSTRAINTS.name, "--editable", wanted)
        write_stamp(extras)  # last of all: an installation without a stamp does not count as done
    say("installed")
    return venv_python()


def install_here(extras: set[str]) -> str:
    """Add labkit to the Python that runs this script (the conda road) and return that Python."""
    # -I: without it the checkout itself would count as installed.
    if extras:
        pip_install(sys.executable, "--editable", f".[{','.join(sorted(extras))}]")
    elif subprocess.run([sys.executable, "-I", "-c", "import labkit"], capture_output=True).returncode:
        pip_install(sys.executable, "--no-deps", "--editable", ".")
    return sys.executable


# ---------------------------------------------------------------- what to do with it


def open_lab(python: str, *, browser: bool, port: int | None) -> int:
    """Open JupyterLab on the first notebook; return its exit status."""
    command = [python, "-m", "jupyterlab", f"--ServerApp.root_dir={HERE}", *LAB_OPTIONS]
    command += [] if browser else ["--no-browser"]
    command += [f"--port={port}"] if port else []
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    say("opening JupyterLab; Ctrl+C here ends it")
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [str(LAB_CONFIG), before]))}
    with contextlib.suppress(KeyboardInterrupt):
        return subprocess.run([*command, str(HERE / FIRST_NOTEBOOK)], cwd=HERE, env=environment).returncode
    return 0


def longest_first(paths: Iterable[Path]) -> list[str]:
    """Return names below the checkout, the longest jobs first: at the end of a check no process waits long for the other."""
    names = sorted(path.relative_to(HERE).as_posix() for path in paths)
    return sorted(names, key=lambda name: next((at for at, word in enumerate(LONGEST) if word in name), len(LONGEST)))


def seconds_a_cell(python: str) -> int:
    """Return how long a cell may take on this CPU, in the numbers that encoders use here."""
    asked = "from labkit.models.dense import chosen_dtype; print(chosen_dtype())"
    told = subprocess.run([python, "-c", asked], cwd=HERE, capture_output=True, text=True).stdout.strip()
    return SECONDS_A_CELL * SLOWER.get(told, 1)


def checks(
    python: str, quick: bool, pytest_options: list[str], cell_seconds: int = SECONDS_A_CELL
) -> dict[str, list[str]]:
    """Return the test commands by name, in the order they run."""
    module = [python, "-m"]
    # Two at a time: six solved notebooks took 116 s instead of 176 s on two cores. A few chosen tests start sooner alone.
    two = ["-n", "2"]
    by_file = [*two, "--dist", "loadfile", "--no-loadscope-reorder"]  # in the order of tests/conftest.py
    unit = pytest_options or by_file
    notebooks = longest_first(HERE.glob("notebooks/*.ipynb"))
    commands = {
        "lint": [*module, "ruff", "check", "."],
        "format": [*module, "ruff", "format", "--check", "."],
        "types": [*module, "mypy", "--strict", "labkit"],
        "unit tests and doctests": [*module, "pytest", "-m", "not browser", *unit],
    }
    if notebooks:
        commands["no outputs committed"] = [*module, "nbstripout", "--verify", "--keep-id", *notebooks]
    if notebooks and not quick:
        run = [*module, "pytest", "--nbmake", f"--nbmake-timeout={cell_seconds}", *two]
        solved = [f"{SOLVED}/{name.rpartition('/')[2]}" for name in notebooks]
        driven = longest_first(HERE.glob("tests/browser/test_*.py"))
        commands["notebooks"] = [*run, *notebooks]
        # After the learners' own, whose encoded texts they then find in the cache.
        commands["solve the notebooks"] = [*module, "labkit", "instructor", "--folder", SOLVED]
        commands["solved notebooks"] = [*run, *solved]
        commands["browser"] = [*module, "pytest", "-m", "browser", *by_file, *driven]
    return commands


def run_checks(commands: dict[str, list[str]]) -> int:
    """Run every check, also after one has failed; print a summary and return 0 only if all passed."""
    environment = {key: value for key, value in os.environ.items() if key != "LABKIT_MODELS"}
    # No model is looked for on the network, whatever the machine's own settings are.
    environment.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", PYTHONUTF8="1", JUPYTER_PLATFORM_DIRS="1")
    environment.pop("LABKIT_STRICT", None)  # the learners' notebooks are unsolved
    lines, failed = [], 0
    for name, command in commands.items():
        say(f"{name}: {' '.join(command[1:])}")
        begin = time.monotonic()
        status = subprocess.run(command, cwd=HERE, env=environment | EXTRA_SETTINGS.get(name, {})).returncode
        failed += status != 0
        lines.append(f"  {'ok    ' if status == 0 else 'FAILED'}  {name} ({time.monotonic() - begin:.0f} s)")
    print("\n".join(["", *lines, "", f"checks: {len(lines) - failed} passed, {failed} failed"]), flush=True)
    return 1 if failed else 0


def lock(python: str, upgrade: bool) -> int:
    """Write constraints.txt: the version of every package in the environment."""
    if upgrade:
        pip_install(python, "--upgrade", "--upgrade-strategy", "eager", "--editable", ".[dev]")
    freeze = [python, "-m", "pip", "freeze", "--exclude-editable", "--disable-pip-version-check"]
    text = subprocess.run(freeze, check=True, capture_output=True, text=True, cwd=HERE).stdout
    pins = pins_from(text)
    CONSTRAINTS.write_text(CONSTRAINTS_HEAD + "\n".join(pins) + "\n", encoding="utf-8", newline="\n")
    if python == venv_python():
        write_stamp({"dev"})
    say(f"constraints.txt now pins {len(pins)} packages; `git diff constraints.txt` shows what changed")
    return 0


def pins_from(freeze: str) -> list[str]:
    """Return the sorted `name==version` lines of a pip freeze, fit for every machine."""
    pins = []
    for line in freeze.splitlines():
        pin = re.fullmatch(r"([A-Za-z0-9._-]+)==([^+\s]+)(\+\S+)?", line)  # "+cpu" names a build, not a version
        if pin and pin[1] != "labkit" and not pin[1].startswith(TORCH_PINS):
            pins.append(f"{pin[1]}=={pin[2]}")
    return sorted(pins, key=str.lower)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return the parsed command line; what `test` does not know is kept for pytest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("verb", nargs="?", choices=["open", "test", "install", "lock"], default="open")
    parser.add_argument("--no-browser", action="store_true", help="print the lab's address instead of opening it")
    parser.add_argument("--port", type=int, help="the lab's port (default: 8888, or the next free one)")
    parser.add_argument("--quick", action="store_true", help="test: leave out the notebooks and the browser")
    parser.add_argument("--upgrade", action="store_true", help="lock: first bring every package up to date")
    parser.add_argument("--here", action="store_true", help="use this Python (an active conda environment), not .venv")
    parser.add_argument(
        "--torch-index",
        metavar="URL",
        default=os.environ.get("LABKIT_TORCH_INDEX"),
        help="install torch from this wheel index, e.g. a CPU one (also: LABKIT_TORCH_INDEX); counts for a new .venv",
    )
    options, rest = parser.parse_known_args(arguments)
    if rest and options.verb != "test":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    options.pytest_options = rest
    return options


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit status."""
    options = read_arguments(arguments)
    check_python()
    extras = {"dev"} if options.verb in ("test", "lock") else set()
    python = install_here(extras) if options.here else install(extras, options.torch_index)
    if options.verb == "test":
        cell = SECONDS_A_CELL if options.quick else seconds_a_cell(python)
        return run_checks(checks(python, options.quick, options.pytest_options, cell))
    if options.verb == "lock":
        return lock(python, options.upgrade)
    if options.verb == "install":
        return 0
    return open_lab(python, browser=not options.no_browser, port=options.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
