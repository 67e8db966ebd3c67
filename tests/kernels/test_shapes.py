"""Which tiles a CPU gets, and that those of other x86 CPUs answer the same where this CPU can run them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.kernels import shapes

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("features", "wanted", "expected"),
    [
        ({"avx2", "avx512f", "avx512bw", "avx512vnni"}, "", shapes.VPDPBUSD),
        ({"avx2", "avx512f", "avx512bw", "avx512vnni"}, "1", shapes.VPDPBUSD),
        ({"avx2", "avx512f", "avx512bw", "avx512vnni"}, "avx2", shapes.VPMADDWD),
        ({"avx2", "avx512f", "avx512bw", "avx512vnni"}, "neon", None),
        ({"avx2", "avx512f", "avx512bw"}, "", shapes.VPMADDWD),
        ({"avx2", "avx512f", "avx512bw"}, "avx512", None),
        ({"avx2", "fma"}, "", shapes.VPMADDWD),
        ({"avx2", "fma"}, "generic", None),
        ({"neon", "dotprod"}, "", None),
        (set(), "", None),
    ],
)
def test_the_tile_for_whole_numbers(monkeypatch, features, wanted, expected):
    monkeypatch.setattr(
        shapes.llvmlite.binding, "get_host_cpu_features", lambda: dict.fromkeys(features, True) | {"avx10": False}
    )
    monkeypatch.setattr(shapes.llvmlite.binding, "llvm_version_info", (22, 1, 0))
    monkeypatch.setenv("LABKIT_SIMD", wanted)
    assert shapes.best_whole_shape() is expected


def test_an_older_llvm_gets_no_vnni(monkeypatch):
    features = {"avx2": True, "avx512vnni": True, "avx512bw": True}
    monkeypatch.setattr(shapes.llvmlite.binding, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(shapes.llvmlite.binding, "llvm_version_info", (20, 1, 8))
    monkeypatch.delenv("LABKIT_SIMD", raising=False)
    assert shapes.best_whole_shape() is shapes.VPMADDWD


@pytest.mark.skipif(
    shapes.WHOLE is not shapes.VPDPBUSD,
    reason="this CPU has no other tile for whole numbers than the one tested elsewhere",
)
@pytest.mark.parametrize("module", ["test_coded.py", "test_centres.py", "test_residual_screen.py", "test_maxsim.py"])
def test_the_tile_of_avx2_passes_the_same_tests(module):
    """AVX2's instruction runs on every CPU with AVX-512."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-k", "not other_cpus", str(TESTS / module)],
        env={**os.environ, "LABKIT_SIMD": "avx2"},
        cwd=TESTS.parents[1],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:]
