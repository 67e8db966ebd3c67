"""Layout of evacuation and equipment plans: rooms along a corridor or a hall, doors, escape routes, signs."""

from __future__ import annotations

from dataclasses import dataclass, field

from labkit.data.drawing.building import Room, add_door, add_furniture, add_outside, add_route
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing

# Where a sign is likely: kind -> rooms. Every kind also turns up elsewhere, as it does in a real plant.
LIKELY: dict[str, tuple[str, ...]] = {
    "eyewash station": ("chemical store", "laboratory", "battery room", "dosing room"),
    "safety shower": ("chemical store", "laboratory", "dosing room", "membrane hall"),
    "spill kit": ("chemical store", "workshop", "dosing room", "loading bay"),
    "gas detector": ("boiler room", "battery room", "chemical store", "laboratory"),
    "distribution board": ("switch room", "workshop", "server room", "pump hall"),
    "emergency shutoff valve": ("pump hall", "boiler room", "membrane hall", "dosing room", "compressor room"),
    "first-aid kit": ("control room", "workshop", "canteen", "office"),
    "defibrillator": ("control room", "canteen", "corridor", "office"),
    "emergency telephone": ("control room", "corridor", "pump hall", "compressor room"),
    "smoke detector": ("server room", "archive", "office", "stores", "switch room"),
    "fire hose reel": ("corridor", "stores", "workshop", "pump hall"),
    "fire alarm call point": ("corridor", "pump hall", "workshop", "canteen"),
    "fire extinguisher": ("corridor", "workshop", "switch room", "boiler room", "stores", "canteen"),
    "fire hydrant": ("corridor", "loading bay", "stores"),
    "stairs": ("corridor", "stores"),
}
ROOMS = (
    "chemical store", "control room", "pump hall", "workshop", "laboratory", "office", "canteen", "switch room",
    "battery room", "dosing room", "membrane hall", "server room", "compressor room", "stores", "boiler room",
    "archive", "loading bay", "washroom",
)  # fmt: skip
PREFIX = {
    "fire extinguisher": "FE", "fire hose reel": "HR", "fire hydrant": "FH", "fire alarm call point": "CP",
    "emergency telephone": "ET", "eyewash station": "EW", "safety shower": "ES", "first-aid kit": "FA",
    "defibrillator": "AED", "emergency shutoff valve": "XV", "spill kit": "SK", "distribution board": "DB",
    "gas detector": "GD", "smoke detector": "SD", "emergency exit": "EX", "assembly point": "AP",
}  # fmt: skip
TITLES = ("EVACUATION PLAN", "ESCAPE PLAN", "SAFETY EQUIPMENT", "FIRE PROTECTION PLAN")
FLOORS = ("GROUND FLOOR", "FIRST FLOOR", "LEVEL 2", "WEST WING", "EAST WING", "NORTH BUILDING", "MAIN BUILDING")


@dataclass
class Building:
    """Walls, rooms and where one can leave."""

    rooms: list[Room] = field(default_factory=list)
    exits: list[tuple[int, int, int, int]] = field(default_factory=list)  # place, and the way out (dx, dy)
    route: list[tuple[int, int]] = field(default_factory=list)  # the middle of the corridor


def lay_out(drawing: Drawing, dice: Dice) -> None:
    """Fill in an evacuation or equipment plan."""
    page = Page(drawing, dice)
    drawing.title, drawing.room = dice.pick(TITLES), dice.pick(FLOORS)
    floor = add_frame(page, f"{dice.between(1, 9)}{dice.between(0, 9)}{dice.between(0, 9)}")
    size = dice.between(8, 9)
    left, top, right, bottom = 11, 11, 244, floor - 6
    strip = ""
    if dice.chance(60):  # ground outside, with the assembly point
        strip = dice.pick(("left", "right", "top", "bottom"))
        left, right = left + 30 * (strip == "left"), right - 30 * (strip == "right")
        top, bottom = top + 26 * (strip == "top"), bottom - 26 * (strip == "bottom")
    names = dice.sample(ROOMS, 10)
    shape = dice.weighted([("level", 5), ("upright", 5), ("hall", 4)])
    build = {"level": _level, "upright": _upright, "hall": _hall}[shape]
    building = build(page, dice, (left, top, right, bottom), names)
    for place in building.exits:
        add_door(page, place, outer=True)
    add_route(page, building.route, building.exits)
    for room in building.rooms:
        _name(page, room)
    tags = _Tags(dice, shown=dice.chance(60))
    _exit_signs(page, building, size, tags)
    if strip:
        add_outside(page, strip, (left, top, right, bottom), size, tags.next("assembly point"))
    _signs(page, building, size, tags)
    add_furniture(page, building.rooms)
    _neighbours(page)
    page.write_tags()


class _Tags:
    def __init__(self, dice: Dice, shown: bool) -> None:
        self._next = {prefix: dice.between(1, 40) for prefix in PREFIX.values()}
        self._shown = shown

    def next(self, kind: str) -> str:
        """Return the next tag of a kind, "" on plans that write none."""
        if not self._shown or kind not in PREFIX:
            return ""
        prefix = PREFIX[kind]
        self._next[prefix] += 1
        return f"{prefix}-{self._next[prefix]:02d}"


def _split(dice: Dice, low: int, high: int, parts: int) -> list[int]:
    """Return parts + 1 walls from low to high, unevenly spaced."""
    wide = (high - low) // parts
    inner = [low + wide * i + dice.between(-wide // 7, wide // 7) for i in range(1, parts)]
    return [low, *inner, high]


def _outer(page: Page, box: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = box
    page.line("wall", (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))


def _level(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
    """Rooms above and below a level corridor."""
    x0, y0, x1, y1 = box
    _outer(page, box)
    high = dice.between(33, 38)
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
    middle = dice.pick((c0 + 25, c1 - 25, (c0 + c1) // 2))
    ends = [(x0, middle, -1, 0), (x1, middle, 1, 0)]
    building.exits = ends if dice.chance(60) else [dice.pick(ends)]
    building.route = [(x0, middle), (x1, middle)]
    return building


def _upright(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
    """Rooms to both sides of an upright corridor."""
    x0, y0, x1, y1 = box
    _outer(page, box)
    wide = dice.between(33, 38)
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
    middle = dice.pick((c0 + 25, c1 - 25, (c0 + c1) // 2))
    ends = [(middle, y0, 0, -1), (middle, y1, 0, 1)]
    building.exits = ends if dice.chance(60) else [dice.pick(ends)]
    building.route = [(middle, y0), (middle, y1)]
    return building


def _hall(page: Page, dice: Dice, box: tuple[int, int, int, int], names: list[str]) -> Building:
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


def _name(page: Page, room: Room) -> None:
    """Write the name of a room into it, in one line or two."""
    x0, y0, x1, y1 = room.box
    words = room.name.upper().split()
    dice = page.dice
    height = dice.between(18, 20)
    if room.name == "corridor":
        return
    lines = (
        words if len(words) > 1 and (len(room.name) * 9 // 2 > x1 - x0 - 24 or dice.chance(40)) else [" ".join(words)]
    )
    for _ in range(30):
        x = (x0 + x1) // 2 + dice.between(-14, 14)
        y = dice.between(y0 + 12, y1 - 12 - 8 * (len(lines) - 1))
        half = max(len(t) for t in lines) * height // 9 + 3
        if x - half > x0 and x + half < x1 and not page.busy((x - half, y - 6, x + half, y + 8 * len(lines) - 2)):
            break
    for i, words_ in enumerate(lines):
        page.text(words_, x, y + 8 * i, height)


def _exit_signs(page: Page, building: Building, size: int, tags: _Tags) -> None:
    """Put the exit sign beside each way out, inside."""
    for x, y, dx, dy in building.exits:
        room = next(
            r for r in building.rooms if r.box[0] <= x - 4 * dx <= r.box[2] and r.box[1] <= y - 4 * dy <= r.box[3]
        )
        for along in (0, 16, -16, 20, -20, 26, -26):
            for inward in (size + 6, size + 9, size + 16):
                at = (x - dx * inward + abs(dy) * along, y - dy * inward + abs(dx) * along)
                box = page.outline("emergency exit", *at, size)
                if not page.busy(box, 0) and (along == 0 or not page.busy(box)):
                    turn = 4 if dx < 0 else 0
                    page.put("emergency exit", *at, size, turn, tag=tags.next("emergency exit"), room=room.name)
                    break
            else:
                continue
            break


def _signs(page: Page, building: Building, size: int, tags: _Tags) -> None:
    dice = page.dice
    names = {room.name: room for room in building.rooms}
    wanted = ["fire extinguisher"] * dice.weighted([(0, 2), (1, 3), (2, 3), (3, 2)])
    others = [k for k in LIKELY if k != "fire extinguisher"]
    for kind in dice.sample(others, dice.between(4, 7)):
        wanted += [kind] * dice.weighted([(1, 6), (2, 2), (3, 1)])
    for kind in dice.shuffled(wanted):
        rooms = [names[n] for n in LIKELY[kind] if n in names]
        if not rooms or dice.chance(30):
            rooms = building.rooms
        _against_wall(page, kind, dice.pick(rooms), size, tags.next(kind))
    if dice.chance(35):
        _against_wall(page, "you-are-here mark", names.get("corridor") or building.rooms[-1], size - 2, "")


def _against_wall(page: Page, kind: str, room: Room, size: int, tag: str) -> None:
    dice = page.dice
    x0, y0, x1, y1 = room.box
    gap = size + 6
    wide = gap + (4 if kind == "stairs" else 0)
    for _ in range(14):
        side = dice.below(4)
        x = dice.between(x0 + wide, x1 - wide) if side < 2 else (x0 + wide, x1 - wide)[side - 2]
        y = dice.between(y0 + gap, y1 - gap) if side > 1 else (y0 + gap, y1 - gap)[side]
        if page.fits(kind, x, y, size, margin=2):
            page.put(kind, x, y, size, tag=tag, room=room.name)
            return


def _neighbours(page: Page) -> None:
    """Record which signs hang beside each other."""
    parts = page.drawing.components
    for i, a in enumerate(parts):
        for j in range(i + 1, len(parts)):
            b = parts[j]
            if a.room == b.room and (a.x - b.x) ** 2 + (a.y - b.y) ** 2 <= 34 * 34:
                page.relate(i, "beside", j)
