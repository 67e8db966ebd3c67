"""Pictures of many drawings: drawn once, kept on disk as one array that is mapped and not read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labkit import settings
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.render import draw

Images = npt.NDArray[np.uint8]


def draw_all(drawings: Sequence[Drawing], size: int = 256, progress: str = "") -> Images:
    """Return the pictures (n, size, size) of drawings, with a progress bar if `progress` gives it a name."""
    from tqdm.auto import tqdm

    out = np.empty((len(drawings), size, size), np.uint8)
    for i, drawing in enumerate(tqdm(drawings, desc=progress, disable=not progress, unit="drawing")):
        out[i] = draw(drawing, size)
    return out


def fingerprint(pictures: Iterable[Images]) -> str:
    """Return the SHA-256 of pictures' pixels.

    Example:
        >>> fingerprint([np.zeros((2, 2), np.uint8)])[:12]
        'df3f619804a9'
    """
    digest = hashlib.sha256()
    for picture in pictures:
        digest.update(np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()


def cached(specification: Path, drawings: Sequence[Drawing], expected: str) -> Images:
    """Return the pictures of a specification file, drawn on the first call and mapped from the cache afterwards.

    Warns:
        RuntimeWarning: the pixels differ from those that the repository promises.
    """
    place = settings.cache_dir() / "schematics" / f"{_version(specification)}.npy"
    if place.is_file():
        try:
            images: Images = np.load(place, mmap_mode="r")
            if images.shape == (len(drawings), 256, 256) and images.dtype == np.uint8:
                return images
        except (ValueError, EOFError, OSError):
            pass  # a damaged cache file is drawn again
    images = draw_all(drawings, progress="drawing the library")
    if expected and fingerprint(images) != expected:
        warnings.warn(
            "the drawings came out with other pixels than the repository's pixels.sha256 promises; results may differ "
            "slightly from the notebooks'. If you changed the specification or the drawing code, that is why.",
            RuntimeWarning,
            stacklevel=3,
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, suffix=".draft")
    with os.fdopen(handle, "wb") as file:
        np.save(file, images)
    os.replace(draft, place)
    for older in place.parent.glob("*.npy"):
        if older != place:
            with contextlib.suppress(OSError):  # still mapped by another process
                older.unlink()
    mapped: Images = np.load(place, mmap_mode="r")
    return mapped


def _version(specification: Path) -> str:
    """Return a name that changes with the specification and with the code that draws it."""
    digest = hashlib.sha256(specification.read_bytes())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def contact_sheet(images: Sequence[Images] | Images, columns: int = 4, gap: int = 4) -> Images:
    """Return pictures (n, h, w) side by side in rows, on white, with a gap between them.

    Example:
        >>> contact_sheet(np.zeros((3, 10, 10), np.uint8), columns=2, gap=1).shape
        (23, 23)
    """
    high, wide = images[0].shape
    rows = -(-len(images) // columns)
    sheet = np.full((rows * (high + gap) + gap, columns * (wide + gap) + gap), 255, np.uint8)
    for i, image in enumerate(images):
        y, x = gap + i // columns * (high + gap), gap + i % columns * (wide + gap)
        sheet[y : y + high, x : x + wide] = image
    return sheet
