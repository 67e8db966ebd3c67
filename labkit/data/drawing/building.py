"""Parts of a building on a plan: rooms, doors with their swing, escape routes, furniture, the ground outside."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.data.drawing.page import Page
from labkit.data.drawing.shapes import circle_points

Place = tuple[int, int]


@dataclass
class Room:
    """A room's name and the middle lines of its walls, x0 y0 x1 y1."""

    name: str
    box: tuple[int, int, int, int]


def add_door(page: Page, place: tuple[int, int, int, int], outer: bool = False) -> None:
    """Cut a door into a wall at x, y; (dx, dy) is the side to which it swings. Outer doors have two leaves."""
    x, y, dx, dy = place
    wide = 8 if outer else page.dice.pick((5, 6))
    along = (abs(dy), abs(dx))
    page.line("gap", (x - along[0] * wide, y - along[1] * wide), (x + along[0] * wide, y + along[1] * wide))
    hands = (-1, 1) if outer else (page.dice.pick((-1, 1)),)
    for hand in hands:
        leaf = wide if outer else 2 * wide
        hinge = (x + along[0] * wide * hand, y + along[1] * wide * hand)
        tip = (hinge[0] + dx * leaf, hinge[1] + dy * leaf)
        page.line("door", hinge, tip)
        page.line("door", *_swing(hinge, tip, (-along[0] * hand, -along[1] * hand), leaf))
        page.reserve(
            (min(hinge[0], tip[0]) - 1, min(hinge[1], tip[1]) - 1, max(hinge[0], tip[0]) + 2, max(hinge[1], tip[1]) + 2)
        )
    reach = 2 * wide
    corners = [
        (x - along[0] * wide, y - along[1] * wide),
        (x + along[0] * wide + dx * reach, y + along[1] * wide + dy * reach),
    ]
    page.reserve(
        (min(c[0] for c in corners), min(c[1] for c in corners), max(c[0] for c in corners), max(c[1] for c in corners))
    )


def _swing(hinge: Place, tip: Place, shut: Place, leaf: int) -> list[Place]:
    """Return the quarter circle from the tip of an open leaf to where it shuts."""
    open_ = (tip[0] - hinge[0], tip[1] - hinge[1])
    out = []
    for x, y in circle_points(0, 0, 1000, 0, 12, 3):
        out.append(
            (
                hinge[0] + (open_[0] * x + shut[0] * leaf * y) // 1000,
                hinge[1] + (open_[1] * x + shut[1] * leaf * y) // 1000,
            )
        )
    return out


def add_route(page: Page, route: list[Place], exits: list[tuple[int, int, int, int]]) -> None:
    """Draw the dashed escape route and its arrows."""
    for a, b in zip(route[::2], route[1::2], strict=True):
        page.line("route", a, b)
        page.reserve((min(a[0], b[0]) - 2, min(a[1], b[1]) - 2, max(a[0], b[0]) + 3, max(a[1], b[1]) + 3), 1)
    for x, y, dx, dy in exits:
        long = max(
            abs(a[0] - b[0]) + abs(a[1] - b[1])
            for a, b in zip(route[::2], route[1::2], strict=True)
            if (x, y) in (a, b)
        )
        for back in (38, 72):
            if back < long - 10 and page.dice.chance(80):
                at = (x - dx * back, y - dy * back)
                page.arrow(*at, at[0] + dx * 9, at[1] + dy * 9)
                page.reserve((at[0] - 6, at[1] - 6, at[0] + 7, at[1] + 7))


def add_furniture(page: Page, rooms: list[Room]) -> None:
    """Furnish some rooms: benches, racks, round tanks, tables."""
    dice = page.dice
    for room in rooms:
        if room.name == "corridor":
            continue
        x0, y0, x1, y1 = room.box
        for _ in range(dice.below(4)):
            shape = dice.pick(("bench", "rack", "tank", "table", "machine"))
            w, h = {"bench": (26, 8), "rack": (8, 24), "tank": (16, 16), "table": (20, 12), "machine": (24, 14)}[shape]
            if dice.chance(50):
                w, h = h, w
            for _ in range(8):
                x, y = dice.between(x0 + 4, max(x0 + 4, x1 - w - 5)), dice.between(y0 + 4, max(y0 + 4, y1 - h - 5))
                if not page.busy((x - 3, y - 3, x + w + 4, y + h + 4)):
                    _piece(page, shape, x, y, w, h)
                    break


def _piece(page: Page, shape: str, x: int, y: int, w: int, h: int) -> None:
    if shape == "tank":
        page.line("ring", (x + w // 2, y + h // 2), (x + w // 2 + w // 2, y + h // 2))
        page.line("ring", (x + w // 2, y + h // 2), (x + w // 2 + 2, y + h // 2))
    else:
        page.line("thin", (x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y))
    if shape == "rack":
        for i in range(1, 4):
            a, b = (
                ((x + w * i // 4, y), (x + w * i // 4, y + h))
                if w > h
                else ((x, y + h * i // 4), (x + w, y + h * i // 4))
            )
            page.line("thin", a, b)
    elif shape == "machine":
        page.line("thin", (x, y), (x + w, y + h))
        page.line("thin", (x, y + h), (x + w, y))
    elif shape == "bench":
        inner = ((x + 2, y + 2), (x + w - 2, y + 2)) if w > h else ((x + 2, y + 2), (x + 2, y + h - 2))
        page.line("thin", *inner)
    page.reserve((x, y, x + w + 1, y + h + 1))


def add_outside(page: Page, side: str, box: tuple[int, int, int, int], size: int, tag: str) -> None:
    """Put the assembly point, and a few trees, on the ground outside."""
    dice = page.dice
    x0, y0, x1, y1 = box
    if side in ("left", "right"):
        x = x0 - 17 if side == "left" else x1 + 16
        y = dice.between(y0 + 24, y1 - 24)
    else:
        x = dice.between(x0 + 24, x1 - 24)
        y = y0 - 15 if side == "top" else y1 + 14
    page.put("assembly point", x, y, size + 1, tag=tag, room="outside")
    for _ in range(dice.between(0, 4)):
        r = dice.between(4, 6)
        if side in ("left", "right"):
            tx, ty = x, dice.between(y0 + 8, y1 - 8)
        else:
            tx, ty = dice.between(x0 + 8, x1 - 8), y
        if not page.busy((tx - r - 8, ty - r - 8, tx + r + 8, ty + r + 8)):
            page.line("ring", (tx, ty), (tx + r, ty))
            page.line("thin", (tx - 2, ty), (tx + 2, ty))
            page.line("thin", (tx, ty - 2), (tx, ty + 2))
            page.reserve((tx - r, ty - r, tx + r + 1, ty + r + 1))
