"""How a tile of sums fills the registers of the CPU at hand: `SHAPE` for float32 numbers, `WHOLE` for int8 levels."""

import os
import platform
from dataclasses import dataclass

import llvmlite.binding
import numpy as np


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


@dataclass(frozen=True)
class WholeShape:
    """How a tile multiplies whole numbers: `rows` x `vectors` sums, each `width` 32-bit numbers wide.

    One lane of a register holds four bytes: as many numbers of a row, which it multiplies and adds up at once.

    Attributes:
        name: of the instruction.
        family: the instruction set, as `LABKIT_SIMD` names it.
        width: 32-bit sums in a register.
        vectors: registers of queries in a tile.
        rows: documents in a tile.
        row_type: of a document's numbers in a tile; they are levels plus 128, so never negative.
        query_type: of a query's numbers in a tile.
    """

    name: str
    family: str
    width: int
    vectors: int
    rows: int
    row_type: type
    query_type: type

    @property
    def lanes(self) -> int:
        """Queries in a tile."""
        return self.width * self.vectors

    @property
    def size(self) -> int:
        """Bytes of a number."""
        return np.dtype(self.row_type).itemsize

    @property
    def together(self) -> int:
        """Numbers of a row in one lane."""
        return 4 // self.size


VPDPBUSD = WholeShape("vpdpbusd", "avx512", 16, 2, rows=8, row_type=np.uint8, query_type=np.int8)
VPMADDWD = WholeShape("vpmaddwd", "avx2", 8, 2, rows=6, row_type=np.int16, query_type=np.int16)


def best_whole_shape() -> WholeShape | None:
    """The tile for whole numbers on this CPU, or None: then the plain kernels serve. `LABKIT_SIMD` chooses as for floats."""
    wanted = os.environ.get("LABKIT_SIMD", "")
    features = dict(llvmlite.binding.get_host_cpu_features())
    # Older LLVMs give the intrinsic other types.
    vnni = features.get("avx512vnni") and features.get("avx512bw") and llvmlite.binding.llvm_version_info[0] >= 22
    has = {VPDPBUSD: vnni, VPMADDWD: features.get("avx2")}
    return next((one for one in has if has[one] and wanted not in SHAPES.keys() - {one.family}), None)


WHOLE = best_whole_shape()


def has_vpmaddwd() -> bool:
    """Whether this CPU multiplies 16-bit numbers by twos, and `LABKIT_SIMD` does not name a set without that."""
    features = dict(llvmlite.binding.get_host_cpu_features())
    return bool(features.get("avx2")) and os.environ.get("LABKIT_SIMD", "") not in ("neon", "generic")
