"""Simulated vectors in a file that is read through a memory map: the memory they take is what is looked at.

The file is written once, block by block, under a temporary name, and renamed when it is whole. The first n rows of a
larger file are the file of n rows, so one file serves every smaller size.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.checks import Vectors
from labkit.data.simulate import Simulator

_SPARE = 1_000_000_000  # bytes that stay free on the disk


def simulated_folder() -> Path:
    """Where simulated collections lie, in labkit's cache folder."""
    return settings.cache_dir() / "simulated"


def simulated_vectors(simulator: Simulator, n: int, folder: Path | None = None) -> tuple[Vectors, Path]:
    """The first `n` simulated vectors as a read-only memory map `(n, d)` float32, and the file that holds them.

    The file is made if there is none: 1.5 GB and about a quarter of a minute for a million vectors of 384 numbers.

    Raises:
        ValueError: if `n` is below 1.
        OSError: if the disk has no room for it.
    """
    folder = folder or simulated_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.glob(f"{simulator.fingerprint}-*.npy")):
        found = _opened(file)
        if found is not None and len(found) >= n and found.shape[1] == simulator.dim:
            return found[:n], file
    file = folder / f"{simulator.fingerprint}-{n}.npy"
    write_rows(file, simulator.blocks(n), (n, simulator.dim), np.dtype(np.float32))
    written = _opened(file)
    if written is None:
        raise OSError(f"{file} cannot be read back; delete it, and look whether the disk is full or damaged")
    return written, file


def _opened(file: Path) -> Vectors | None:
    try:
        found: NDArray[np.float32] = np.load(file, mmap_mode="r")
    except (OSError, ValueError):  # cut off, or no array: it is made again
        return None
    return found if found.dtype == np.float32 and found.ndim == 2 else None


def write_rows(
    file: Path, blocks: Iterable[NDArray[np.generic]], shape: tuple[int, int], dtype: "np.dtype[np.generic]"
) -> None:
    """Write blocks of rows as one `.npy` file of that shape; either the whole file is there afterwards or none.

    Raises:
        OSError: if the disk has no room for it.
        ValueError: if the blocks do not add up to the shape.
    """
    from tqdm.auto import tqdm

    size = shape[0] * shape[1] * dtype.itemsize
    free = shutil.disk_usage(file.parent).free
    if free < size + _SPARE:
        raise OSError(
            f"{file.name} takes {size / 1e9:.1f} GB, but only {free / 1e9:.1f} GB are free in {file.parent}: ask for "
            "fewer vectors, make room, or set LABKIT_CACHE to a folder on a larger disk"
        )
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    rows = 0
    try:
        with open(unfinished, "wb") as stream:
            header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_2_0(stream, header)
            with tqdm(total=shape[0], unit=" vectors", unit_scale=True, desc="writing", leave=False) as bar:
                for block in blocks:
                    if block.shape[1:] != shape[1:] or block.dtype != dtype:
                        raise ValueError(f"a block has shape {block.shape} and {block.dtype}, wanted {shape}, {dtype}")
                    stream.write(np.ascontiguousarray(block).data)
                    rows += len(block)
                    bar.update(len(block))
        if rows != shape[0]:
            raise ValueError(f"the blocks hold {rows:,} rows, but {shape[0]:,} were announced")
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def forget_simulated(folder: Path | None = None) -> int:
    """Delete the simulated collections; returns the bytes that this frees. They are made again when wanted."""
    freed = 0
    place = folder or simulated_folder()
    for file in [*place.glob("*.npy"), *place.glob("*.npy.*.tmp")]:  # the latter: whoever wrote it was killed
        freed += file.stat().st_size
        file.unlink()
    return freed
