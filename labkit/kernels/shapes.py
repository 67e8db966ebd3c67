"""How a tile of float32 sums fills the registers of the CPU at hand."""

import os
import platform
from dataclasses import dataclass

import llvmlite.binding


@dataclass(frozen=True)
class Shape:
    """How a tile fills the registers: `rows` x `vectors` sums, each `width` float32 numbers wide.

    Attributes:
        name: of the instruction set.
        width: float32 numbers in a register.
        vectors: registers of queries in a tile.
        rows: documents in a tile.
    """

    name: str
    width: int
    vectors: int
    rows: int

    @property
    def lanes(self) -> int:
        """Queries in a tile."""
        return self.width * self.vectors


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("avx512", width=16, vectors=2, rows=8),  # 32 registers
        Shape("avx2", width=8, vectors=2, rows=6),  # 16 registers
        Shape("neon", width=4, vectors=4, rows=6),  # 32 registers
        Shape("generic", width=4, vectors=2, rows=4),  # 16 registers
    )
}


def best_shape() -> Shape:
    """The tile for this CPU. `LABKIT_SIMD=avx2` (or another name in `SHAPES`) chooses one, for tests and experiments."""
    wanted = os.environ.get("LABKIT_SIMD", "")
    if wanted in SHAPES:
        return SHAPES[wanted]
    features = dict(llvmlite.binding.get_host_cpu_features())
    if features.get("avx512f"):
        return SHAPES["avx512"]
    if features.get("avx2") and features.get("fma"):
        return SHAPES["avx2"]
    return SHAPES["neon" if platform.machine().lower() in ("arm64", "aarch64") else "generic"]


SHAPE = best_shape()
