"""Draw up specifications: the library's from its own seed, training drawings from any other.

Every drawing has its own dice, named by stream, seed and number, so drawing 17 is the same whether or not the others
are made, and the library's stream cannot meet a training stream.
"""

from __future__ import annotations

from labkit.data.drawing import circuit, flow, plan
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.render import bounding_box
from labkit.data.drawing.scan import random_scan

LAYOUTS = {"piping": flow.lay_out, "electrical": circuit.lay_out, "plan": plan.lay_out}
LIBRARY = (("piping", 260), ("electrical", 200), ("plan", 180))
_FEWEST = 6  # components; a sheet with fewer is laid out again


def specify(type_: str, stream: str, number: int) -> Drawing:
    """Return the specification of one drawing of a type, drawn with the dice of its stream and number.

    Example:
        >>> drawing = specify("plan", "example", 1)
        >>> drawing.type, len(drawing.components) >= 6
        ('plan', True)
    """
    short = {"piping": "pid", "electrical": "ele", "plan": "pla"}[type_]
    for attempt in range(50):
        dice = Dice(f"labkit drawing/{stream}/{type_}/{number}/{attempt}")
        drawing = Drawing(f"{short}-{number:03d}", type_, "", "", scan=random_scan(dice))
        LAYOUTS[type_](drawing, dice)
        if len(drawing.components) >= _FEWEST:
            break
    for component in drawing.components:
        component.box = bounding_box(drawing, component)
    return drawing


def caption_dice(stream: str, drawing: Drawing) -> Dice:
    """Return the dice that choose the words under a drawing."""
    return Dice(f"labkit caption/{stream}/{drawing.id}")


def library() -> list[Drawing]:
    """Return the library's specifications, as committed in data/schematics/specification.jsonl."""
    return [specify(type_, "library", n) for type_, count in LIBRARY for n in range(1, count + 1)]


def training(n: int, seed: int, start: int = 0) -> list[Drawing]:
    """Return n training specifications of a seed, numbers start to start + n - 1.

    Raises:
        ValueError: n is less than 1, or seed or start is negative.
    """
    if n < 1 or seed < 0 or start < 0:
        raise ValueError(f"need n >= 1, seed >= 0 and start >= 0, got n={n}, seed={seed}, start={start}")
    out = []
    for number in range(start, start + n):
        type_ = Dice(f"labkit type/{seed}/{number}").weighted(LIBRARY)
        drawing = specify(type_, f"training {seed}", number)
        drawing.id = f"train-{seed}-{number:06d}"
        out.append(drawing)
    return out
