"""Layout of evacuation and equipment plans: rooms along a corridor or a hall, doors, escape routes, signs."""

from __future__ import annotations

from labkit.data.drawing import storeys
from labkit.data.drawing.building import Room, add_door, add_furniture, add_outside, add_route
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.storeys import Building

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
    build = {"level": storeys.level, "upright": storeys.upright, "hall": storeys.hall}[shape]
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
        """Start numbering."""
        self._next = {prefix: dice.between(1, 40) for prefix in PREFIX.values()}
        self._shown = shown

    def next(self, kind: str) -> str:
        """Return the next tag of a kind, "" on plans that write none."""
        if not self._shown or kind not in PREFIX:
            return ""
        prefix = PREFIX[kind]
        self._next[prefix] += 1
        return f"{prefix}-{self._next[prefix]:02d}"


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
                inside = room.box[0] < box[0] and room.box[1] < box[1] and box[2] < room.box[2] and box[3] < room.box[3]
                if inside and not page.busy(box, 0) and (along == 0 or not page.busy(box)):
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
