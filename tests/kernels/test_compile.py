import os
import subprocess
import sys
import time

import numpy as np
from numba import float32, types

from labkit.kernels import compile as compiling
from labkit.kernels.compile import Kernel, array, kernel

SECOND_PROCESS = """
import numpy as np
from labkit.kernels import simd
assert simd.scan._compiled is None, "compiled at import"
compiled = simd.scan.ready()
print(sum(compiled.stats.cache_hits.values()), sum(compiled.stats.cache_misses.values()))
"""


def run(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_second_process_reads_the_vector_kernels_from_the_cache(tmp_path):
    assert run(SECOND_PROCESS, LABKIT_CACHE=str(tmp_path)).stdout.split() == ["0", "1"]
    assert run(SECOND_PROCESS, LABKIT_CACHE=str(tmp_path)).stdout.split() == ["1", "0"]


def test_nowhere_to_write_still_compiles(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    doubled = kernel(types.void(array(float32, 1, written=True)))(double)
    numbers = np.array([1, 2], np.float32)
    doubled(numbers)
    assert numbers.tolist() == [2, 4]


def double(numbers):
    for i in range(len(numbers)):
        numbers[i] *= 2


def first(numbers, out):
    out[0] = numbers[0]


def test_one_signature_takes_read_only_and_writable_arrays():
    copy_first = kernel(types.void(array(float32, 1), array(float32, 1, written=True)))(first)
    numbers, out = np.array([3, 4], np.float32), np.zeros(1, np.float32)
    copy_first(numbers, out)
    numbers.flags.writeable = False
    copy_first(numbers, out)
    assert out[0] == 3
    assert len(copy_first._compiled.overloads) == 1


def test_a_long_compile_is_announced_on_stderr(monkeypatch, capsys):
    class Slow:
        def compile(self, signature):
            time.sleep(0.3)

        def disable_compile(self):
            pass

    monkeypatch.setattr(compiling, "_PATIENCE", 0.05)
    monkeypatch.setattr(compiling, "_jit", lambda function, variant: Slow())
    Kernel(double, None, "").ready()
    assert "compiling the kernel 'double'" in capsys.readouterr().err


def test_the_cache_folder_changes_with_the_sources(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    folder = compiling._cache_folder("avx2")
    assert folder.parent == tmp_path / "kernels"
    assert folder.name.endswith("avx2")
    monkeypatch.setattr(compiling, "_source_hash", lambda: "other")
    assert compiling._cache_folder("avx2") != folder
