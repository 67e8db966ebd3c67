"""Engineers' lettering: capitals and digits drawn with straight pen strokes on a grid 4 wide and 6 high.

Each glyph is a list of pen movements; `"06 20 46|14 34"` moves the pen from (0, 6) to (2, 0) to (4, 6), lifts it and
draws (1, 4) to (3, 4). A font of our own needs no font file, and so looks the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

GLYPHS = {
    "A": "06 02 20 42 46|04 44", "B": "00 30 41 42 33 03|33 44 45 36 06 00", "C": "41 30 10 01 05 16 36 45",
    "D": "00 20 42 44 26 06 00", "E": "40 00 06 46|03 33", "F": "40 00 06|03 33", "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06|40 46|03 43", "I": "10 30|20 26|16 36", "J": "40 45 36 16 05", "K": "00 06|40 03 46", "L": "00 06 46",
    "M": "06 00 23 40 46", "N": "06 00 46 40", "O": "10 30 41 45 36 16 05 01 10", "P": "06 00 30 41 42 33 03",
    "Q": "10 30 41 45 36 16 05 01 10|24 46", "R": "06 00 30 41 42 33 03|23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05", "T": "00 40|20 26", "U": "00 05 16 36 45 40", "V": "00 26 40",
    "W": "00 16 22 36 40", "X": "00 46|40 06", "Y": "00 23 40|23 26", "Z": "00 40 06 46",
    "0": "10 30 41 45 36 16 05 01 10", "1": "11 20 26", "2": "01 10 30 41 42 06 46",
    "3": "01 10 30 41 42 33 13|33 44 45 36 16 05", "4": "36 30 04 44", "5": "40 00 03 33 44 45 36 16 05",
    "6": "30 10 02 05 16 36 45 44 33 13 04", "7": "00 40 16", "8": "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
    "9": "42 33 13 02 01 10 30 41 44 36 16", "-": "03 43", ".": "25 26", "/": "06 40", ":": "22 23|25 26",
    "+": "03 43|21 25", "~": "04 12 34 42", " ": "",
}  # fmt: skip

_ADVANCE = 53  # sixtieths of the letter height from one letter to the next


def _segments(glyph: str) -> list[tuple[int, int, int, int]]:
    out = []
    for movement in glyph.split("|"):
        points = [(int(p[0]), int(p[1])) for p in movement.split()]
        out += [(8 * a, 10 * b, 8 * c, 10 * d) for (a, b), (c, d) in zip(points, points[1:], strict=False)]
    return out


# All glyphs' segments end to end, in sixtieths of the letter height, and where each glyph starts.
_INDEX = {character: i for i, character in enumerate(GLYPHS)}
_COUNTS = np.array([len(_segments(g)) for g in GLYPHS.values()])
_STARTS = np.cumsum(_COUNTS) - _COUNTS
_ALL = np.array([s for g in GLYPHS.values() for s in _segments(g)], np.int64)


def width(text: str, height: int) -> int:
    """Return how wide a line of text is, in the unit of its letter height."""
    return ((len(text) - 1) * _ADVANCE + 32) * height // 60 if text else 0


def letters(texts: Iterable[tuple[str, int, int, int]]) -> npt.NDArray[np.int64]:
    """Return the pen strokes (m, 4) of many (text, x, y, letter height), x and y being the centre of the text.

    Raises:
        ValueError: a character has no glyph.
    """
    marks, x, y, h = [], [], [], []
    for text, cx, cy, height in texts:
        left = cx - width(text, height) // 2
        for i, character in enumerate(text):
            if character not in _INDEX:
                raise ValueError(f"no glyph for {character!r} in {text!r}; the font has {''.join(GLYPHS)!r}")
            marks.append(_INDEX[character])
            x.append(left + i * _ADVANCE * height // 60)
            y.append(cy - height // 2)
            h.append(height)
    if not marks:
        return np.zeros((0, 4), np.int64)
    counts = _COUNTS[marks]
    first = np.repeat(np.cumsum(counts) - counts, counts)
    which = np.repeat(_STARTS[marks], counts) + np.arange(len(first)) - first
    corner = np.array([x, y, x, y], np.int64).T
    strokes: npt.NDArray[np.int64] = _ALL[which] * np.repeat(np.array(h, np.int64), counts)[:, None] // 60 + np.repeat(
        corner, counts, axis=0
    )
    return strokes
