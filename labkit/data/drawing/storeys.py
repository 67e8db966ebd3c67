"""The shapes of a storey: rooms along a corridor, level or upright, or along one side of a hall."""

from __future__ import annotations

from dataclasses import dataclass, field

from labkit.data.drawing.building import Room, add_door
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.page import Page


@dataclass
class Building:
    """Walls, rooms and where one can leave."""

    rooms: list[Room] = field(default_factory=list)
    exits: list[tuple[int, int, int, int]] = field(default_factory=list)  # place, and the way out (dx, dy)
    route: list[tuple[int, int]] = field(default_factory=list)  # the middle of the corridor


def _split(dice: Dice, low: int, high: int, parts: int) -> list[int]:
    """Return parts + 1 walls from low to high, unevenly spaced."""
    wide = (high - low) // parts
    inner = [low + wide * i + dice.between(-wide // 7, wide // 7) for i in range(1, parts)]
    return [low, *inner, high]


def _outer(page: Page, box: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = box
    page.line("wall", (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))


def level(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
    """Rooms above and below a level corridor."""
    x0, y0, x1, y1 = box
    _outer(page, box)
    high = dice.between(41, 45)
    c0 = (y0 + y1 - high) // 2 + dice.between(-12, 12)
    c1 = c0 + high
    page.line("inner wall", (x0, c0), (x1, c0))
    page.line("inner wall", (x0, c1), (x1, c1))
    building = Building()
    for a, b, wall, inside in ((y0, c0, c0, -1), (c1, y1, c1, 1)):
        walls = _split(dice, x0, x1, dice.weighted([(2, 3), (3, 5)]))
        for w0, w1 in zip(walls, walls[1:], strict=False):
            if w1 != x1:
                page.line("inner wall", (w1, a), (w1, b))
            building.rooms.append(Room(names.pop(), (w0, a, w1, b)))
            add_door(page, (dice.between(w0 + 14, w1 - 14), wall, 0, inside))
    building.rooms.append(Room("corridor", (x0, c0, x1, c1)))
    middle = dice.pick((c0 + 28, c1 - 28, (c0 + c1) // 2))
    ends = [(x0, middle, -1, 0), (x1, middle, 1, 0)]
    building.exits = ends if dice.chance(60) else [dice.pick(ends)]
    building.route = [(x0, middle), (x1, middle)]
    return building


def upright(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
    """Rooms to both sides of an upright corridor."""
    x0, y0, x1, y1 = box
    _outer(page, box)
    wide = dice.between(41, 45)
    c0 = (x0 + x1 - wide) // 2 + dice.between(-12, 12)
    c1 = c0 + wide
    page.line("inner wall", (c0, y0), (c0, y1))
    page.line("inner wall", (c1, y0), (c1, y1))
    building = Building()
    for a, b, wall, inside in ((x0, c0, c0, -1), (c1, x1, c1, 1)):
        walls = _split(dice, y0, y1, dice.weighted([(2, 4), (3, 5)]))
        for w0, w1 in zip(walls, walls[1:], strict=False):
            if w1 != y1:
                page.line("inner wall", (a, w1), (b, w1))
            building.rooms.append(Room(names.pop(), (a, w0, b, w1)))
            add_door(page, (wall, dice.between(w0 + 14, w1 - 14), inside, 0))
    building.rooms.append(Room("corridor", (c0, y0, c1, y1)))
    middle = dice.pick((c0 + 28, c1 - 28, (c0 + c1) // 2))
    ends = [(middle, y0, 0, -1), (middle, y1, 0, 1)]
    building.exits = ends if dice.chance(60) else [dice.pick(ends)]
    building.route = [(middle, y0), (middle, y1)]
    return building


def hall(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
    """A large hall with smaller rooms along one side."""
    x0, y0, x1, y1 = box
    _outer(page, box)
    building = Building()
    halls = [n for n in names if n in ("pump hall", "membrane hall", "workshop", "loading bay", "stores", "canteen")]
    hall = halls[0] if halls else "pump hall"
    rest = [n for n in names if n != hall]
    mirrored = dice.chance(50)
    parts = dice.weighted([(2, 3), (3, 4)])
    if dice.chance(50):  # rooms to the left or the right
        wall = x0 + (x1 - x0) * dice.between(36, 42) // 100
        wall = x0 + x1 - wall if mirrored else wall
        page.line("inner wall", (wall, y0), (wall, y1))
        a, b = (wall, x1) if mirrored else (x0, wall)
        walls = _split(dice, y0, y1, parts)
        for w0, w1 in zip(walls, walls[1:], strict=False):
            if w1 != y1:
                page.line("inner wall", (a, w1), (b, w1))
            building.rooms.append(Room(rest.pop(), (a, w0, b, w1)))
            add_door(page, (wall, dice.between(w0 + 14, w1 - 14), 1 if mirrored else -1, 0))
        area = (x0, y0, wall, y1) if mirrored else (wall, y0, x1, y1)
        far = x0 if mirrored else x1
        ends = [(far, dice.between(y0 + 40, y1 - 40), -1 if mirrored else 1, 0)]
        ends += [((area[0] + area[2]) // 2, y, 0, 1 if y == y1 else -1) for y in (y0, y1)]
    else:
        wall = y0 + (y1 - y0) * dice.between(38, 44) // 100
        wall = y0 + y1 - wall if mirrored else wall
        page.line("inner wall", (x0, wall), (x1, wall))
        a, b = (wall, y1) if mirrored else (y0, wall)
        walls = _split(dice, x0, x1, parts)
        for w0, w1 in zip(walls, walls[1:], strict=False):
            if w1 != x1:
                page.line("inner wall", (w1, a), (w1, b))
            building.rooms.append(Room(rest.pop(), (w0, a, w1, b)))
            add_door(page, (dice.between(w0 + 14, w1 - 14), wall, 0, 1 if mirrored else -1))
        area = (x0, y0, x1, wall) if mirrored else (x0, wall, x1, y1)
        far = y0 if mirrored else y1
        ends = [(dice.between(x0 + 50, x1 - 50), far, 0, -1 if mirrored else 1)]
        ends += [(x, (area[1] + area[3]) // 2, 1 if x == x1 else -1, 0) for x in (x0, x1)]
    building.rooms.append(Room(hall, area))
    building.exits = dice.sample(ends, dice.between(1, 2))
    middle = ((area[0] + area[2]) // 2, (area[1] + area[3]) // 2)
    for x, y, dx, _ in building.exits:
        building.route += [(x, y), (middle[0], y) if dx else (x, middle[1])]
    return building
