"""What hangs on a process: relief lines, level on tanks, control loops, gauges and transmitters."""

from __future__ import annotations

from labkit.data.drawing.page import Page
from labkit.data.drawing.pipeline import Flow, Tap

LETTERS = {
    "pressure gauge": "PI", "pressure transmitter": "PT", "flow transmitter": "FT", "level transmitter": "LT",
    "temperature transmitter": "TT", "conductivity analyser": "AT", "pressure controller": "PIC",
    "flow controller": "FIC", "level controller": "LIC", "temperature controller": "TIC",
}  # fmt: skip
LOOPS = {
    "flow transmitter": "flow controller",
    "pressure transmitter": "pressure controller",
    "temperature transmitter": "temperature controller",
    "level transmitter": "level controller",
}
VESSELS = ("storage tank", "mixing tank", "pressure vessel", "media filter")


def bubble(page: Page, flow: Flow, kind: str, x: int, y: int) -> int:
    """Place an instrument bubble and return its index."""
    return page.put(kind, x, y, flow.size + 1, tag=flow.tag(kind, LETTERS[kind]))


def _hang(page: Page, flow: Flow, kind: str, tap: Tap, below: bool = True) -> int | None:
    """Hang an instrument above a stretch of pipe, or below it; return its index, None if there is no room."""
    away = flow.size + 13
    for y in (tap.y - away, tap.y - away - 6, *([tap.y + away] if below else [])):
        box = (tap.x - 1, min(y, tap.y) + 3, tap.x + 2, max(y, tap.y) - 3)
        if page.fits(kind, tap.x, y, flow.size + 1) and not page.busy(box):
            index = bubble(page, flow, kind, tap.x, y)
            page.line("minor", (tap.x, tap.y), (tap.x, y + (flow.size if y < tap.y else -flow.size)))
            target = tap.before if tap.before >= 0 else tap.after
            if target >= 0:
                page.relate(index, "measures", target)
            flow.taps.remove(tap)
            return index
    return None


def add_instruments(page: Page, flow: Flow) -> None:
    """Hang gauges, transmitters and analysers on some of the free stretches of pipe."""
    dice = page.dice
    kinds = [
        ("pressure gauge", 5), ("pressure transmitter", 4), ("flow transmitter", 3), ("temperature transmitter", 4),
        ("conductivity analyser", 4),
    ]  # fmt: skip
    for tap in dice.shuffled(flow.taps)[: dice.between(0, 3)]:
        _hang(page, flow, dice.weighted(kinds), tap)


def add_relief(page: Page, flow: Flow) -> None:
    """Hang a relief valve on the discharge of a machine, or on top of a vessel; its outlet may return to the tank."""
    dice = page.dice
    if not dice.chance(55):
        return
    parts = page.drawing.components
    size = flow.size * 85 // 100
    tank = 0 if parts and parts[0].kind in ("storage tank", "mixing tank") else -1
    for tap in dice.shuffled(flow.taps):
        mirrored = dice.chance(50)
        y = tap.y - size - 9
        before = parts[tap.before].kind if tap.before >= 0 else ""
        if before in ("strainer", "") or not page.fits("relief valve", tap.x, y, size, 4 * mirrored, margin=3):
            continue
        way = -1 if mirrored else 1
        outlet = sorted((tap.x + way * (size + 3), tap.x + way * (size + 12)))
        if page.busy((outlet[0], y - 5, outlet[1], y + 6)):
            continue
        index = page.put("relief valve", tap.x, y, size, 4 * mirrored, tag=flow.tag("relief valve", "PSV"))
        page.line("pipe", (tap.x, tap.y), (tap.x, y + size))
        page.relate(tap.before, "feeds", index)
        flow.taps.remove(tap)
        out = tap.x + way * (size + 6)
        home = parts[tank] if tank >= 0 else None
        roof = y - size * 14 // 10 - 5
        if home and roof > 8 and abs(home.y - tap.y) < 30 and not _blocked(page, home.x, tap.x, roof):
            top = home.y - home.size
            points = [(tap.x + way * size, y), (out, y), (out, roof), (home.x, roof), (home.x, top)]
            page.line("pipe", *points)
            page.arrow(home.x, top - 6, home.x, top)
            page.relate(index, "feeds", tank)
        else:
            page.line("pipe", (tap.x + way * size, y), (out, y))
            page.arrow(out, y, out + way * 5, y)
        return
    for i, c in enumerate(parts):
        y = c.y - c.size - size - 4
        if c.kind in ("pressure vessel", "media filter") and page.fits("relief valve", c.x, y, size):
            index = page.put("relief valve", c.x, y, size, tag=flow.tag("relief valve", "PSV"))
            page.line("pipe", (c.x, y + size), (c.x, c.y - c.size))
            page.line("pipe", (c.x + size, y), (c.x + size + 4, y))
            page.arrow(c.x + size + 3, y, c.x + size + 8, y)
            page.relate(index, "protects", i)
            return


def _blocked(page: Page, x0: int, x1: int, y: int) -> bool:
    left, right = min(x0, x1), max(x0, x1)
    return page.busy((left - 2, y - 3, right + 14, y + 4)) > 0


def add_tank_level(page: Page, flow: Flow) -> None:
    """Stand a level transmitter or a gauge beside some of the vessels."""
    dice = page.dice
    for i, c in enumerate(list(page.drawing.components)):
        if c.kind not in VESSELS or not dice.chance(45):
            continue
        kind = "pressure gauge" if c.kind == "pressure vessel" else "level transmitter"
        wide = c.size * 80 // 100
        spots = [(c.x, c.y - c.size * 115 // 100 - flow.size - 5)]
        spots += [
            (c.x + way * (wide + flow.size + 7), c.y - c.size // 2 + lift) for way in (1, -1) for lift in (-4, 10)
        ]
        for x, y in spots:
            if page.fits(kind, x, y, flow.size + 1):
                index = bubble(page, flow, kind, x, y)
                page.line("minor", (x, y), (c.x, y) if abs(y - c.y) < c.size else (c.x, c.y))
                page.relate(index, "measures", i)
                break


def add_control_loop(page: Page, flow: Flow) -> None:
    """Give control valves a controller on the panel and a transmitter that it listens to (dashed signal lines)."""
    dice = page.dice
    for i, valve in enumerate(list(page.drawing.components)):
        if valve.kind != "control valve" or not dice.chance(90):
            continue
        sensors = [(j, c) for j, c in enumerate(page.drawing.components) if c.kind in LOOPS]
        kind, sensor = "", -1
        if sensors and dice.chance(50):
            sensor, found = dice.pick(sensors)
            kind = found.kind
        else:
            near = sorted((t for t in flow.taps), key=lambda t: abs(t.x - valve.x) + 2 * abs(t.y - valve.y))
            kind = dice.weighted([("flow transmitter", 4), ("pressure transmitter", 3), ("temperature transmitter", 3)])
            for tap in near[:3]:
                index = _hang(page, flow, kind, tap, below=False)
                if index is not None:
                    sensor = index
                    break
        if sensor < 0:
            continue
        _controller(page, flow, i, sensor, LOOPS[kind])


def _controller(page: Page, flow: Flow, valve: int, sensor: int, kind: str) -> None:
    v, s = page.drawing.components[valve], page.drawing.components[sensor]
    top = v.y - v.size * 150 // 100
    for dx in (0, flow.size * 3, -flow.size * 3, flow.size * 5, -flow.size * 5):
        for dy in (6, 0, 14, 22):
            x, y = v.x + dx, top - flow.size - dy
            if not page.fits(kind, x, y, flow.size + 1, margin=3) or not _clear(page, (v.x, top - 4), (v.x, y)):
                continue
            ways = [[(x, y), (s.x, y), (s.x, s.y)], [(x, y), (x, s.y), (s.x, s.y)]]
            if abs(s.y - y) < flow.size - 2:
                ways = [[(x, s.y), (s.x, s.y)]] if (s.x - x) * dx >= 0 else []  # never along the line to the valve
            ways = [
                way for way in ways if all(_clear(page, a, b, s.size + 6) for a, b in zip(way, way[1:], strict=False))
            ]
            if not ways:
                continue
            index = bubble(page, flow, kind, x, y)
            page.line("signal", (x, y), (v.x, y), (v.x, top)) if dx else page.line("signal", (x, y), (x, top))
            page.line("signal", *ways[0])
            page.relate(sensor, "signals", index)
            page.relate(index, "controls", valve)
            letter = page.drawing.components[index].tag[0]
            if v.tag.startswith("FV"):
                v.tag = letter + v.tag[1:]
            return


def _clear(page: Page, a: tuple[int, int], b: tuple[int, int], short: int = 0) -> bool:
    """Return whether a level or upright line meets no symbol before its last `short` pixels."""
    (ax, ay), (bx, by) = a, b
    if ax != bx:
        bx += -short if bx > ax else short
    elif ay != by:
        by += -short if by > ay else short
    return not page.busy((min(ax, bx) - 2, min(ay, by) - 2, max(ax, bx) + 3, max(ay, by) + 3), 0)
