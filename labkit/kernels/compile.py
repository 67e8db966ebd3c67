"""Kernels that are compiled when first called, for this CPU, and kept on disk for the next process.

A numba function is normally compiled for each new mix of argument types. Each compile takes a second or more, so a
kernel here has one fixed signature, and it is compiled once. Nothing is compiled when a module is imported.

The compiled code lies in a folder named after a hash of all kernel sources. Numba alone looks only at the file that
holds the function: it would keep serving old code after an edit in a file that the function calls.
"""

import hashlib
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba import types

from labkit import settings

_Dispatcher = Any  # numba carries no types

_PATIENCE = 1.0  # seconds until we say that something is being compiled; reading the cache takes less


def array(dtype: types.Type, ndim: int, *, written: bool = False) -> types.Array:
    """The numba type of a C-contiguous array; only arrays that a kernel writes to need `written=True`.

    A read-only type also accepts writable arrays, so that a memory-mapped file needs no second compile.
    """
    return types.Array(dtype, ndim, "C", readonly=not written)


class Kernel:
    """A function that is compiled (or read from the cache) on its first call."""

    def __init__(self, function: Callable[..., None], signature: object, variant: str) -> None:
        """Remember what to compile."""
        self.function, self.signature, self.variant = function, signature, variant
        self.__name__, self.__doc__ = function.__name__, function.__doc__
        self._compiled: Callable[..., None] | None = None
        self._lock = threading.Lock()

    def __call__(self, *args: object) -> None:
        """Run the compiled function."""
        (self._compiled or self.ready())(*args)

    def ready(self) -> Callable[..., None]:
        """The compiled function; a compile that takes a while is announced once on stderr."""
        with self._lock:
            if self._compiled is None:
                note = threading.Timer(_PATIENCE, _announce, [self.__name__])
                note.start()
                try:
                    compiled = _jit(self.function, self.variant)
                    compiled.compile(self.signature)
                    compiled.disable_compile()
                finally:
                    note.cancel()
                self._compiled = compiled
            return self._compiled


def kernel(signature: object, *, variant: str = "") -> Callable[[Callable[..., None]], Kernel]:
    """Decorator: a function with one numba signature that releases the GIL and is compiled on its first call.

    A kernel that is built differently from process to process names the `variant`, so that each is cached by itself.
    """
    return lambda function: Kernel(function, signature, variant)


def _jit(function: Callable[..., None], variant: str) -> _Dispatcher:
    options: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    before = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = str(_cache_folder(variant))
        return numba.njit(function, cache=True, **options)
    except (OSError, RuntimeError):  # nowhere to write: compile in each process
        return numba.njit(function, **options)
    finally:
        numba.config.CACHE_DIR = before


def _cache_folder(variant: str) -> Path:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(chosen) if chosen else settings.cache_dir() / "kernels"
    return root / f"labkit-{_source_hash()}{variant}"


@cache
def _source_hash() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _announce(name: str) -> None:
    print(f"labkit: compiling the kernel '{name}' for this CPU (a few seconds, once) ...", file=sys.stderr, flush=True)
