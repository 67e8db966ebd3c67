"""A folder of the reader's own images, made into grey squares that the drawing model reads.

>>> mine = ImageCollection.from_folder("my_drawings")      # doctest: +SKIP
>>> mine.images.shape, mine.skipped                        # doctest: +SKIP
((37, 256, 256), {'broken.png': 'cannot be read (UnidentifiedImageError: ...)'})
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
MAX_PIXELS = 50_000_000
MAX_BYTES = 100_000_000


@dataclass(frozen=True, eq=False)
class ImageCollection:
    """Images of a folder. Positions 0, 1, 2 ... as in `Hits.ids`.

    Attributes:
        name: the folder's name.
        ids: one path a picture, relative to the folder.
        images: `(n, size, size)` uint8, grey, 255 = white; the picture lies centred on white.
        skipped: file -> why it could not be used.
    """

    name: str
    ids: list[str]
    images: NDArray[np.uint8]
    skipped: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of images."""
        return len(self.ids)

    def __repr__(self) -> str:
        """Name and sizes."""
        left_out = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"ImageCollection {self.name!r}: {len(self):,} images{left_out}"

    @classmethod
    def from_folder(cls, folder: str | Path, *, size: int = 256) -> ImageCollection:
        """Every picture below a folder, turned as its camera says (EXIF) and shrunk to fit.

        A file that is damaged, larger than 100 MB or more than 50 million pixels is skipped, with a warning that names
        it and an entry in `skipped`. The pixel count is read from the header, before anything is unpacked, so a small
        file that would unpack into gigabytes (a decompression bomb) is refused.

        Args:
            folder: searched with its subfolders; names that begin with a dot are left out.
            size: pixels each way of the result, 32 to 1024.

        Raises:
            FileNotFoundError: if the folder is missing or holds no picture that can be read.
            ValueError: if size is not between 32 and 1024.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise FileNotFoundError(f"no folder {folder}; pass the folder that holds your pictures")
        if not 32 <= size <= 1024:
            raise ValueError(f"size should be between 32 and 1024 pixels, but is {size}")
        ids, pictures, skipped = [], [], {}
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            relative = path.relative_to(folder)
            if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in relative.parts):
                continue
            try:
                pictures.append(read_image(path, size))
                ids.append(relative.as_posix())
            except ValueError as problem:
                skipped[relative.as_posix()] = str(problem)
                warnings.warn(f"{path} is left out: {problem}", stacklevel=2)
        if not ids:
            why = f"; of {len(skipped)} pictures none could be read" if skipped else ""
            raise FileNotFoundError(f"no picture found in {folder}: it should hold {', '.join(SUFFIXES)} files{why}")
        return cls(folder.resolve().name, ids, np.stack(pictures), skipped)


def read_image(path: Path, size: int = 256) -> NDArray[np.uint8]:
    """One picture as a grey square `(size, size)` uint8 on white, its shape kept.

    Raises:
        ValueError: if it cannot be read or is too large; the message says why.
    """
    from PIL import Image, ImageOps

    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"has more than {MAX_BYTES // 1_000_000} MB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the check below is stricter
            picture = Image.open(path)
        with picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError(
                    f"has {picture.width:,} x {picture.height:,} pixels, "
                    f"more than {MAX_PIXELS // 1_000_000} million; shrink it first"
                )
            turned = ImageOps.exif_transpose(picture)
            if turned.mode.startswith("I;16"):
                turned = Image.fromarray((np.asarray(turned) >> 8).astype(np.uint8))
            coloured = turned.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        grey = Image.alpha_composite(paper, coloured).convert("L")
    except (OSError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as problem:
        raise ValueError(f"cannot be read ({type(problem).__name__}: {str(problem)[:120]})") from problem
    fitted = ImageOps.contain(grey, (size, size), Image.Resampling.LANCZOS)
    square = Image.new("L", (size, size), 255)
    square.paste(fitted, ((size - fitted.width) // 2, (size - fitted.height) // 2))
    return np.asarray(square, np.uint8)
