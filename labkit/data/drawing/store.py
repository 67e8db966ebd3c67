"""Specifications as lines of JSON, checked when they are read.

One line a drawing. A component is written `[kind, tag, x, y, size, turn, room, label, box]`, a line
`[style, x, y, x, y, ...]`, a text `[words, x, y, height]`, a relation `[source, verb, target]`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labkit.data.drawing.kinds import TYPES
from labkit.data.drawing.lettering import GLYPHS
from labkit.data.drawing.record import STYLES, VERBS, Component, Drawing, Line, Relation, Scan, Text

_FIELDS = ("id", "type", "title", "room", "components", "relations", "lines", "texts", "scan")
_SCAN_LIMITS = {
    "pen": (1, 16), "letter": (8, 80), "turn": (-6000, 6000), "ink": (1, 100), "paper": (0, 200), "grain": (0, 200),
    "specks": (0, 5000), "blur": (0, 5), "seed": (0, 1 << 31),
}  # fmt: skip


def to_line(drawing: Drawing) -> str:
    """Return a drawing as one line of JSON."""
    record = {
        "id": drawing.id,
        "type": drawing.type,
        "title": drawing.title,
        "room": drawing.room,
        "components": [
            [c.kind, c.tag, c.x, c.y, c.size, c.turn, c.room, list(c.label) if c.label else None, list(c.box)]
            for c in drawing.components
        ],
        "relations": [[r.source, r.verb, r.target] for r in drawing.relations],
        "lines": [[line.style, *(v for p in line.points for v in p)] for line in drawing.lines],
        "texts": [[t.text, t.x, t.y, t.height] for t in drawing.texts],
        "scan": {k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(drawing.scan).items()},
    }
    return json.dumps(record, separators=(",", ":"))


def from_line(line: str) -> Drawing:
    """Return the drawing that a line of JSON specifies.

    Raises:
        ValueError: something is missing, of the wrong type, unknown, or off the sheet; the message says what.
    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from None
    if not isinstance(record, dict) or set(record) != set(_FIELDS):
        seen = sorted(record) if isinstance(record, dict) else type(record).__name__
        raise ValueError(f"a drawing has the fields {sorted(_FIELDS)}, this has {seen}")
    for name in _FIELDS[:4]:
        if not isinstance(record[name], str) or not record[name]:
            raise ValueError(f"{name!r} must be a text, got {record[name]!r}")
    if record["type"] not in TYPES:
        raise ValueError(f"type must be one of {sorted(TYPES)}, got {record['type']!r}")
    for name in ("components", "relations", "lines", "texts"):
        if not isinstance(record[name], list) or not all(isinstance(v, list) and v for v in record[name]):
            raise ValueError(f"{name!r} must be a list of lists, got {str(record[name])[:60]!r}")
    drawing = Drawing(record["id"], record["type"], record["title"], record["room"])
    drawing.components = [_component(v, record["type"]) for v in record["components"]]
    if not drawing.components:
        raise ValueError("a drawing needs at least one component, this has none")
    drawing.relations = [_relation(v, len(drawing.components)) for v in record["relations"]]
    drawing.lines = [_line(v) for v in record["lines"]]
    drawing.texts = [_text(v) for v in record["texts"]]
    drawing.scan = _scan(record["scan"])
    return drawing


def read(path: Path) -> list[Drawing]:
    """Return the drawings of a specification file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is damaged; the message names the file and the line.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no drawing specification at {path}; get the whole repository again, data/ included")
    drawings: dict[str, Drawing] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            drawing = from_line(line)
            if drawing.id in drawings:
                raise ValueError(f"the id {drawing.id!r} occurs twice")
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        drawings[drawing.id] = drawing
    if not drawings:
        raise ValueError(f"{path} holds no drawings; get the file again from the repository")
    return list(drawings.values())


def lines(drawings: Iterable[Drawing]) -> str:
    """Return drawings as the text of a specification file."""
    return "".join(to_line(d) + "\n" for d in drawings)


def _whole(value: object, low: int, high: int, name: str) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    return value


def _lettering(value: object, name: str) -> str:
    if not isinstance(value, str) or not set(value) <= set(GLYPHS):
        raise ValueError(f"{name} must be written with {''.join(GLYPHS)!r}, got {value!r}")
    return value


def _component(value: list[Any], type_: str) -> Component:
    if len(value) != 9:
        raise ValueError(f"a component has 9 entries (kind, tag, x, y, size, turn, room, label, box), got {value}")
    kind, tag, x, y, size, turn, room, label, box = value
    if kind not in TYPES[type_]:
        raise ValueError(f"a {type_} drawing has no component {kind!r}; known: {', '.join(TYPES[type_])}")
    if not isinstance(room, str):
        raise ValueError(f"a component's room must be a text, got {room!r}")
    if label is not None and (not isinstance(label, list) or len(label) != 2):
        raise ValueError(f"a component's label must be null or [x, y], got {label!r}")
    if not isinstance(box, list) or len(box) != 4:
        raise ValueError(f"a component's box must be [x0, y0, x1, y1], got {box!r}")
    x0, y0, x1, y1 = (_whole(v, 0, 256, "a box's edge") for v in box)
    if x0 >= x1 or y0 >= y1:
        raise ValueError(f"a component's box must have x0 < x1 and y0 < y1, got {box!r}")
    place = (
        None if label is None else (_whole(label[0], 0, 255, "a label's x"), _whole(label[1], 0, 255, "a label's y"))
    )
    return Component(
        kind, _lettering(tag, "a tag"), _whole(x, 0, 255, "x"), _whole(y, 0, 255, "y"), _whole(size, 3, 60, "size"),
        _whole(turn, 0, 7, "turn"), room, place, (x0, y0, x1, y1),
    )  # fmt: skip


def _relation(value: list[Any], count: int) -> Relation:
    if len(value) != 3 or value[1] not in VERBS:
        raise ValueError(f"a relation is [source, verb, target] with a verb of {VERBS}, got {value}")
    source, target = (_whole(v, 0, count - 1, "a relation's end") for v in (value[0], value[2]))
    return Relation(source, value[1], target)


def _line(value: list[Any]) -> Line:
    if value[0] not in STYLES or len(value) < 5 or len(value) % 2 == 0:
        raise ValueError(f"a line is [style, x, y, x, y, ...] with a style of {sorted(STYLES)}, got {str(value)[:80]}")
    at = [_whole(v, -64, 320, "a line's coordinate") for v in value[1:]]
    return Line(value[0], list(zip(at[::2], at[1::2], strict=True)))


def _text(value: list[Any]) -> Text:
    if len(value) != 4:
        raise ValueError(f"a text is [words, x, y, height], got {value}")
    return Text(
        _lettering(value[0], "a text"), _whole(value[1], 0, 255, "a text's x"), _whole(value[2], 0, 255, "a text's y"),
        _whole(value[3], 8, 80, "a text's height"),
    )  # fmt: skip


def _scan(value: object) -> Scan:
    if not isinstance(value, dict) or set(value) != {*_SCAN_LIMITS, "shift"}:
        raise ValueError(f"'scan' must have the fields {sorted([*_SCAN_LIMITS, 'shift'])}, got {str(value)[:80]!r}")
    shift = value["shift"]
    if not isinstance(shift, list) or len(shift) != 2:
        raise ValueError(f"the scan's shift must be [x, y], got {shift!r}")
    numbers = {name: _whole(value[name], *limits, f"the scan's {name}") for name, limits in _SCAN_LIMITS.items()}
    across, down = (_whole(v, -200, 200, "the scan's shift") for v in shift)
    return Scan(**numbers, shift=(across, down))
