"""Control circuits: rungs of contacts between two rails, each ending in a coil, a lamp or a siren."""

from __future__ import annotations

from labkit.data.drawing.wiring import Circuit

LOADS = [("contactor coil", 6), ("timer coil", 4), ("indicator lamp", 5), ("siren", 4)]
SWITCHES = [
    ("normally open contact", 5), ("normally closed contact", 5), ("float switch", 4), ("start push button", 3),
    ("stop push button", 3), ("emergency stop", 2), ("fuse", 1),
]  # fmt: skip
RAILS = (("L1", "N"), ("L", "N"), ("+24V", "0V"))


def draw_ladder(circuit: Circuit, floor: int) -> None:
    """Draw a control circuit above the row `floor`."""
    dice = circuit.dice
    circuit.upright = dice.chance(50)
    begin, end, wide = (22, floor - 18, 250) if circuit.upright else (26, 230, floor - 6)
    rung = circuit.size * 2 + dice.between(15, 22)
    at = 30 if circuit.upright else dice.between(26, 34)
    rungs: list[int] = []
    coils: list[str] = []
    while at < wide - 22 and len(rungs) < 6:
        rungs.append(at)
        sealed = dice.chance(35) and at + rung * 9 // 10 < wide - 20
        _rung(circuit, begin, end, at, coils, sealed and rung * 8 // 10)
        at += rung + (rung * 8 // 10 if sealed else 0)
    for u, words in zip((begin, end), RAILS[circuit.base % 3], strict=True):
        circuit.wire((u, rungs[0] - 12), (u, rungs[-1]), style="bus" if dice.chance(40) else "wire")
        x, y = circuit.place(u, rungs[0] - 12)
        circuit.page.try_text(words, *((x - 2, y - 8) if circuit.upright else (x, y - 6)), 20)
        for v in rungs:
            circuit.dot(u, v)


def _rung(circuit: Circuit, begin: int, end: int, v: int, coils: list[str], seal: int) -> None:
    """Draw one rung; `seal` is how far beside the start button its holding contact lies, 0 for none."""
    dice = circuit.dice
    columns = (end - begin) // (circuit.size * 2 + 12)
    kinds = [dice.weighted(SWITCHES) for _ in range(min(columns - 1, dice.between(1, 3)))]
    if seal:
        kinds[-1] = "start push button"
    elif dice.chance(25):
        kinds[0] = "emergency stop"
    load = dice.weighted([("contactor coil", 3), ("timer coil", 1)] if seal else LOADS)
    count = len(kinds) + 1
    spots = [begin + (end - begin) * (2 * i + 1) // (2 * count) for i in range(count)]
    circuit.wire((begin, v), (end, v))
    items = []
    for kind, u in zip(kinds, spots, strict=False):
        # a contact bears the tag of the coil that moves it
        tag = dice.pick(coils) if coils and "contact" in kind and dice.chance(60) else ""
        items.append(circuit.put(kind, u, v, tag))
    items.append(circuit.put(load, spots[-1], v))
    if "coil" in load:
        coils.append(circuit.tag_of(items[-1]))
    circuit.series(items)
    if seal:
        u, low = spots[-2], v + seal
        left, right = u - circuit.size - 4, u + circuit.size + 4
        holding = circuit.put("normally open contact", u, low, circuit.tag_of(items[-1]))
        circuit.wire((left, v), (left, low), (right, low), (right, v))
        circuit.dot(left, v)
        circuit.dot(right, v)
        circuit.page.relate(items[-2], "parallel", holding)
        circuit.page.relate(holding, "feeds", items[-1])
