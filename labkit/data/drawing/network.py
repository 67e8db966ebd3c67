"""Power and measuring circuits: feeders on a busbar, and branches across a source."""

from __future__ import annotations

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.wiring import Circuit

RAIL = [
    ("fuse", 4), ("ammeter", 4), ("resistor", 3), ("inductor", 3), ("diode", 3), ("isolator", 3),
    ("normally open contact", 2), ("circuit breaker", 2),
]  # fmt: skip
PARTS = [
    ("resistor", 5), ("capacitor", 4), ("inductor", 4), ("diode", 4), ("indicator lamp", 2), ("ammeter", 2),
    ("normally open contact", 1), ("voltmeter", 3), ("battery", 1), ("electric motor", 1), ("fuse", 1), ("siren", 1),
]  # fmt: skip


def draw_feeders(circuit: Circuit, floor: int) -> None:
    """Draw a single-line diagram above the row `floor`: an incomer, a busbar, and two to four feeders."""
    dice = circuit.dice
    circuit.upright = True
    count = dice.weighted([(2, 5), (3, 5), (4, 4)])
    step = min(circuit.size * 2 + dice.between(6, 12), (floor - 40) // 5)
    pitch = dice.between(circuit.size * 2 + 16, min(80, 208 // count))
    spare = (206 - pitch * (count - 1)) // 2
    first = 128 - pitch * (count - 1) // 2 + dice.between(-spare, spare) * 6 // 10
    incoming = [dice.weighted([("transformer", 4), ("generator", 3), ("isolator", 2)])]
    incoming.append(dice.weighted([("circuit breaker", 4), ("fuse", 2), ("isolator", 1)]))
    alike = dice.chance(55)
    chains = [_feeder(dice)] * count if alike else [_feeder(dice) for _ in range(count)]
    if (2 + max(len(c) for c in chains)) * step > floor - 34:
        incoming.pop()
    top = u = 14 + step // 2 + dice.between(0, 6)
    v = first + pitch * (count - 1) // 2 if dice.chance(50) else first + pitch * dice.below(count)
    items = []
    for kind in incoming:
        items.append(circuit.put(kind, u, v))
        u += step
    bus = u - step // 2 + 3
    circuit.wire((top - circuit.size, v), (bus, v))
    circuit.series(items)
    circuit.wire((bus, first - 16), (bus, first + pitch * (count - 1) + 16), style="bus")
    x, y = circuit.place(bus, first - 16)
    circuit.page.try_text("L1-L3", x - 4, y - 7, 17)
    heads = []
    for i, chain in enumerate(chains):
        at, u = first + pitch * i, bus + step // 2 + 3
        lane = []
        for kind in chain:
            if u + circuit.size > floor - 4:
                break
            lane.append(circuit.put(kind, u, at))
            u += step
        circuit.wire((bus, at), (u - step, at))
        circuit.dot(bus, at)
        circuit.series([items[-1], *lane])
        heads.append(lane)
    for lane in heads[1:]:
        for one, other in zip(heads[0], lane, strict=False) if alike else [(heads[0][0], lane[0])]:
            circuit.page.relate(one, "parallel", other)


def _feeder(dice: Dice) -> list[str]:
    """Return what one feeder consists of, from the busbar down."""
    chain = [dice.weighted([("circuit breaker", 5), ("fuse", 5), ("isolator", 4)])]
    if dice.chance(60):
        chain.append("contactor contact")
    drive = dice.weighted([("thermal overload relay", 5), ("frequency converter", 5), ("ammeter", 3), ("", 2)])
    chain += [drive] if drive else []
    load = dice.weighted([("electric motor", 16), ("transformer", 3), ("resistor", 1), ("battery", 1)])
    return [*chain, load, "earth connection"] if load == "transformer" else [*chain, load]


def draw_loop(circuit: Circuit, floor: int) -> None:
    """Draw a source with branches across it: the circuits of textbooks and power supplies."""
    dice, page = circuit.dice, circuit.page
    count = dice.between(2, 4)
    pitch = dice.between(circuit.size * 2 + 17, min(72, 212 // count))
    spare = (212 - pitch * count) // 2
    left = 128 - pitch * count // 2 + dice.between(-spare, spare)
    step = circuit.size * 2 + dice.between(4, 10)
    top, bottom = dice.between(24, 36), min(floor - 22, 30 + 3 * step + dice.between(0, 30))
    columns = [left + pitch * i for i in range(count + 1)]
    circuit.upright = True
    source = dice.weighted([("battery", 5), ("generator", 4), ("transformer", 3)])
    before = [circuit.put(source, (top + bottom) // 2, columns[0])]
    circuit.wire((top, columns[0]), (bottom, columns[0]))
    heads = []
    for a, b in zip(columns, columns[1:], strict=False):
        circuit.upright = False
        circuit.wire((a, top), (b, top))
        circuit.wire((a, bottom), (b, bottom))
        if dice.chance(55 if len(before) > 1 else 85) and b - a > 2 * circuit.size + 6:
            before.append(circuit.put(dice.weighted(RAIL), (a + b) // 2, top))
            circuit.series(before[-2:])
        circuit.upright = True
        lane = _branch(circuit, b, top, bottom, (bottom - top - 8) // step)
        circuit.series([before[-1], *lane])
        heads.append(lane[0])
        if b != columns[-1]:
            circuit.dot(top, b)
            circuit.dot(bottom, b)
    for head in heads[1:]:
        page.relate(heads[0], "parallel", head)
    if dice.chance(55) and bottom + circuit.size + 6 < floor:
        at = dice.pick(columns[1:])
        circuit.wire((bottom, at), (bottom + 8, at))
        circuit.dot(bottom, at)
        circuit.put("earth connection", bottom + circuit.size, at)


def _branch(circuit: Circuit, x: int, top: int, bottom: int, room: int) -> list[int]:
    """Draw one branch with up to three parts in series; a voltmeter stands alone, across the source."""
    dice = circuit.dice
    kinds = [dice.weighted(PARTS) for _ in range(min(room, dice.weighted([(1, 4), (2, 5), (3, 2)])))]
    if "voltmeter" in kinds:
        kinds = ["voltmeter"]
    spots = [top + (bottom - top) * (2 * i + 1) // (2 * len(kinds)) for i in range(len(kinds))]
    circuit.wire((top, x), (bottom, x))
    return [circuit.put(kind, u, x) for kind, u in zip(kinds, spots, strict=True)]
