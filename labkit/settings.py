"""The few settings a user can change, all of them environment variables.

| variable          | meaning                                              | default                    |
|-------------------|------------------------------------------------------|----------------------------|
| `LABKIT_THREADS`  | threads used by labkit's kernels and by torch        | the CPUs really available  |
| `LABKIT_CACHE`    | folder of cached embeddings and built collections    | the user's cache folder    |
| `LABKIT_MODELS`   | `hub` allows models that are fetched from a hub      | only embedded models       |
| `LABKIT_SIMD`     | `0` switches the hand-written vector kernels off     | on where the CPU has them  |
| `LABKIT_DTYPE`    | encoders multiply in `float32`, `bfloat16`, `int16`  | the CPU's fastest          |
"""

import os
from pathlib import Path

import platformdirs

DTYPES = "float32", "bfloat16", "int16"  # what encoders can multiply in


def threads() -> int:
    """Number of threads that labkit uses: `LABKIT_THREADS`, or the CPUs this process may really use.

    A container or a class-room server often shows 64 CPUs and grants two; more threads than CPUs are slower than one.

    Raises:
        ValueError: if `LABKIT_THREADS` is not a positive whole number.

    Example:
        >>> threads() >= 1
        True
    """
    wanted = os.environ.get("LABKIT_THREADS", "")
    if wanted:
        if not wanted.isdecimal() or int(wanted) < 1:
            raise ValueError(f"LABKIT_THREADS is {wanted!r}; set it to a whole number of at least 1, or unset it")
        return int(wanted)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, _cgroup_quota() or available))


def _cgroup_quota() -> int | None:
    """CPUs granted to this container by cgroup v2, or None where there is no such limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return None if quota == "max" else max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):
        return None


def cache_dir() -> Path:
    """Folder for what can be made again: cached embeddings, built collections (made if it is missing).

    Raises:
        OSError: if it cannot be made.
    """
    folder = Path(os.environ.get("LABKIT_CACHE") or platformdirs.user_cache_dir("labkit")).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"cannot make the cache folder {folder} ({error}); set LABKIT_CACHE to a folder that you may write to"
        ) from error
    return folder


def repo_data_dir() -> Path:
    """The checkout's `data/` folder, which holds the collections and weights made by this project.

    Raises:
        FileNotFoundError: if labkit was installed without its checkout.
    """
    folder = Path(__file__).resolve().parent.parent / "data"
    if not folder.is_dir():
        raise FileNotFoundError(
            f"no folder {folder}: labkit works from its checkout. Clone the repository and run `python3 start.py` there"
        )
    return folder


def hub_allowed() -> bool:
    """Whether `LABKIT_MODELS=hub` allows models that are fetched from a hub."""
    wanted = os.environ.get("LABKIT_MODELS", "")
    if wanted not in ("", "hub"):
        raise ValueError(f"LABKIT_MODELS is {wanted!r}; set it to 'hub' or unset it")
    return wanted == "hub"


def simd_allowed() -> bool:
    """Whether the hand-written vector kernels may be used (`LABKIT_SIMD=0` switches them off)."""
    return os.environ.get("LABKIT_SIMD", "1") != "0"


def dtype() -> str | None:
    """The numbers that encoders compute in, or None for those that this CPU is faster with.

    Embeddings in the cache are used again only by encoders that compute in the same numbers. So this is for a class whose
    machines differ, and which shares a cache.

    Raises:
        ValueError: if `LABKIT_DTYPE` is none of `float32`, `bfloat16` and `int16`.
    """
    wanted = os.environ.get("LABKIT_DTYPE", "")
    if wanted not in ("", *DTYPES):
        raise ValueError(f"LABKIT_DTYPE is {wanted!r}; set it to 'float32', 'bfloat16' or 'int16', or unset it")
    return wanted or None
