"""Folding a chain of stages into rows that fill a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.process import Stage

LOW = 56  # pixels that a row of single items needs, with an instrument above and a tag below
WIDE = 236  # pixels between the margins


@dataclass
class Row:
    """Part of the chain that lies side by side."""

    stages: list[Stage]
    height: int
    pitch: int


def fold(stages: list[Stage], dice: Dice, *, pitch: int, branch: int, height: int, sink: bool) -> list[Row]:
    """Return the rows that a sheet holds, each with the pitch that fills it; what does not fit is left out.

    Args:
        stages: the chain; a section too tall or too wide for its place is given fewer branches.
        dice: chooses how far a row is stretched.
        pitch: the smallest distance of two items, in pixels.
        branch: the distance of two branches, in pixels.
        height: what all rows may take, in pixels.
        sink: whether a tank at the end needs a place in the last row.
    """
    rows: list[Row] = []
    todo, room = list(stages), WIDE
    while todo and len(rows) < 4 and height >= LOW:
        row, units, fixed = _fill(todo, 50 if rows else 133, room, height, pitch, branch)
        if not row.stages:
            stage = todo.pop(0)
            if stage.branches > 2 and rows:
                todo.insert(0, Stage(stage.kinds, stage.branches - 1))
            elif stage.branches > 1:
                todo[:0] = [Stage((kind,)) for kind in stage.kinds]
            continue
        widest = min(pitch * 14 // 10, (room - fixed) * 100 // units)
        row.pitch = pitch + (widest - pitch) * dice.between(30, 100) // 100
        rows.append(row)
        height -= row.height
        room = units * row.pitch // 100 + fixed - (row.pitch // 6 if len(rows) == 1 else 0)  # the next row runs back
    if sink:
        _make_room(rows, room, pitch)
    return rows


def _fill(todo: list[Stage], units: int, room: int, height: int, pitch: int, branch: int) -> tuple[Row, int, int]:
    """Move stages from `todo` into a row while they fit; return it, its length in pitches / 100, and pixels besides."""
    row, fixed = Row([], LOW, pitch), 4
    while todo:
        stage = todo[0]
        single = stage.branches == 1
        more = units + (100 if single else 100 * len(stage.kinds) + 17)
        tall = LOW if single else max(LOW, branch * stage.branches + 10)
        if more * pitch // 100 + fixed > room or max(tall, row.height) > height:
            break
        row.stages.append(todo.pop(0))
        units, fixed, row.height = more, fixed + (0 if single else 6), max(row.height, tall)
    return row, units, fixed


def _make_room(rows: list[Row], room: int, pitch: int) -> None:
    """Shorten the last row until the tank at the end has its place."""
    last = rows[-1]
    units = sum(100 if s.branches == 1 else 100 * len(s.kinds) + 17 for s in last.stages) + (
        233 if len(rows) == 1 else 150
    )
    while len(last.stages) > 1 and units * pitch // 100 > room + 4 and len(rows) > 1:
        gone = last.stages.pop()
        units -= 100 if gone.branches == 1 else 100 * len(gone.kinds) + 17
    last.pitch = max(pitch, min(last.pitch, room * 100 // units))
