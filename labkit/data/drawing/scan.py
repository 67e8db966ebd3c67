"""What a scanner does to a sheet: pale ink, grey paper, blur, grain, specks. In integers throughout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.record import Scan


def random_scan(dice: Dice) -> Scan:
    """Return the pen, the lettering and the scanner of one sheet."""
    clean = dice.chance(25)  # a print straight from the drawing program
    return Scan(
        pen=dice.weighted([(4, 3), (5, 5), (6, 3), (7, 1)]),
        letter=dice.between(20, 24),
        turn=0 if clean else dice.between(-900, 900),  # up to 0.8 degrees
        shift=(0, 0) if clean else (dice.between(-10, 10), dice.between(-10, 10)),
        ink=100 if clean else dice.between(72, 100),
        paper=0 if clean else dice.between(0, 44),
        grain=0 if clean else dice.between(0, 26),
        specks=0 if clean else dice.between(0, 120),
        blur=0 if clean or dice.chance(45) else 1,
        seed=dice.below(1 << 30),
    )


def scanned(darkness: npt.NDArray[np.int64], sheet: Scan) -> npt.NDArray[np.uint8]:
    """Return the grey picture (size, size), uint8, of a sheet whose darkness is 0 to 240."""
    size = len(darkness)
    for _ in range(sheet.blur):
        wide = np.pad(darkness, 1, mode="edge")
        down = wide[:-2] + 6 * wide[1:-1] + wide[2:]
        darkness = (down[:, :-2] + 6 * down[:, 1:-1] + down[:, 2:]) // 64
    # bytes straight from the bit generator: that sequence is promised to stay, those of Generator's methods are not
    count = size * size // 4
    noise = np.random.PCG64(sheet.seed).random_raw(count).astype("<u8").view(np.uint8).astype(np.int64)
    grain = noise[: size * size].reshape(size, size) + noise[size * size :].reshape(size, size) - 255
    slope = (np.arange(size)[:, None] + np.arange(size)[None, :]) * sheet.paper // (2 * size)  # uneven light
    grey = 255 - sheet.paper // 2 - slope - darkness * sheet.ink * 17 // 1600 + grain * sheet.grain // 256
    if sheet.specks:
        spots = np.random.PCG64(sheet.seed + 1).random_raw(2 * sheet.specks)
        at = (spots >> np.uint64(20)) % np.uint64(size * size)
        tone = (spots & np.uint64(255)).astype(np.int64)
        flat = grey.reshape(-1)
        places = at.astype(np.int64)
        flat[places] = np.where(tone < 90, 235, 60 + tone // 2)
        twin = np.minimum(places[::3] + 1, size * size - 1)  # every third speck is two pixels wide
        flat[twin] = flat[places[::3]]
    return np.clip(grey, 0, 255).astype(np.uint8)
