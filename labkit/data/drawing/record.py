"""What a drawing is, as data: a specification that says everything needed to draw it and to ask about it.

Places are whole pixels of a 256 x 256 sheet. The picture is a function of the specification alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SHEET = 256  # pixels each way


@dataclass
class Component:
    """One thing in a drawing; `box` is x0 y0 x1 y1 in pixels as scanned, `tag` is "" where none is written."""

    kind: str
    tag: str
    x: int
    y: int
    size: int  # half size in pixels
    turn: int = 0  # quarter turns clockwise; 4 to 7: mirrored first
    room: str = ""
    label: tuple[int, int] | None = None  # centre of the written tag; None: not written beside it
    box: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass
class Line:
    """A line through places; `style` is one of STYLES."""

    style: str
    points: list[tuple[int, int]]


@dataclass
class Text:
    """Lettering centred at a place; `height` is in quarter pixels."""

    text: str
    x: int
    y: int
    height: int


@dataclass
class Relation:
    """`source` and `target` are places in the drawing's list of components."""

    source: int
    verb: str
    target: int


@dataclass
class Scan:
    """How the sheet was drawn and scanned: pen width and lettering in quarter pixels, the rest as in scan.py."""

    pen: int = 5
    letter: int = 22
    turn: int = 0  # small rotation, in 1/65536 of a radian
    shift: tuple[int, int] = (0, 0)  # quarter pixels
    ink: int = 100  # per cent of full darkness
    paper: int = 0  # grey of the paper
    grain: int = 0
    specks: int = 0
    blur: int = 0
    seed: int = 0


@dataclass
class Drawing:
    """One drawing of the library: where its things are, how they are connected, how it is drawn."""

    id: str
    type: str
    title: str
    room: str
    components: list[Component] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    scan: Scan = field(default_factory=Scan)


# Line styles: pen width in quarters of the sheet's pen, ink level, dash and gap in pixels. Painted in this order.
STYLES: dict[str, tuple[int, int, int, int]] = {
    "thin": (3, 11, 0, 0),
    "ring": (3, 11, 0, 0),  # a circle: its centre and a point on it
    "frame": (3, 13, 0, 0),
    "pipe": (5, 15, 0, 0),
    "minor": (3, 15, 0, 0),
    "signal": (3, 15, 4, 3),
    "wire": (4, 15, 0, 0),
    "bus": (8, 15, 0, 0),
    "wall": (11, 15, 0, 0),
    "inner wall": (7, 15, 0, 0),
    "gap": (14, 0, 0, 0),
    "door": (3, 15, 0, 0),
    "route": (5, 9, 4, 3),
    "dot": (10, 15, 0, 0),
    "arrow": (2, 15, 0, 0),
}

# What one component can be to another.
VERBS = ("feeds", "parallel", "controls", "measures", "protects", "signals", "beside")
