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
    monkeypatch.setattr(shapes.llvmlite.binding, "get_host_cpu_features", lambda: dict.fromkeys(features, True))
    monkeypatch.setattr(shapes.llvmlite.binding, "llvm_version_info", (22, 1, 0))
    monkeypatch.setenv("LABKIT_SIMD", wanted)
    assert shapes.best_whole_shape() is expected


def test_an_older_llvm_gets_no_vnni(monkeypatch):
    features = {"avx2": True, "avx512vnni": True, "avx512bw": True}
    monkeypatch.setattr(shapes.llvmlite.binding, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(shapes.llvmlite.binding, "llvm_version_info", (20, 1, 8))
    monkeypatch.delenv("LABKIT_SIMD", raising=False)
    assert shapes.best_whole_shape() is shapes.VPMADDWD


OTHERS = [
    *[("avx2", module) for module in ("coded", "int4", "centres", "residual_screen", "maxsim", "nearest", "linear16")],
    *[("generic", module) for module in ("nearest", "linear16")],
]


def runs_here(family):
    """Whether this CPU can run a family's kernels that it does not run anyway. AVX-512's are tested only where there is AVX-512."""
    return family != shapes.SHAPE.name and (family == "generic" or shapes.SHAPE.name == "avx512")


@pytest.mark.parametrize(("family", "module"), [other for other in OTHERS if runs_here(other[0])])
def test_the_kernels_of_other_cpus_pass_the_same_tests(family, module):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-k", "not other_cpus", str(TESTS / f"test_{module}.py")],
        env={**os.environ, "LABKIT_SIMD": family},
        cwd=TESTS.parents[1],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:]
