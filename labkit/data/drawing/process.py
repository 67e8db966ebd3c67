"""What processes are made of: themes such as seawater supply or chemical dosing, and chains of stages drawn from them.

A stage is one item, or a section of equal branches between two headers.
"""

from __future__ import annotations

from dataclasses import dataclass

from labkit.data.drawing.dice import Dice

PREFIX = {
    "gate valve": "HV", "globe valve": "HV", "ball valve": "HV", "butterfly valve": "HV", "check valve": "NRV",
    "relief valve": "PSV", "control valve": "FV", "motor-operated valve": "MOV", "emergency shutoff valve": "XV",
    "three-way valve": "TV", "centrifugal pump": "P", "dosing pump": "P", "compressor": "AC", "storage tank": "T",
    "pressure vessel": "V", "mixing tank": "T", "heat exchanger": "HE", "cartridge filter": "CF", "media filter": "F",
    "strainer": "S", "membrane module": "RO", "energy recovery device": "ERD", "static mixer": "SM",
    "orifice plate": "FE",
}  # fmt: skip

SIZE = {  # half size in per cent of the sheet's symbol size
    "storage tank": 165, "mixing tank": 150, "pressure vessel": 165, "media filter": 150, "centrifugal pump": 100,
    "dosing pump": 100, "compressor": 105, "heat exchanger": 95, "membrane module": 105, "energy recovery device": 110,
    "static mixer": 105, "cartridge filter": 115, "strainer": 85, "relief valve": 85,
}  # fmt: skip
TALL = {"storage tank", "mixing tank", "pressure vessel", "media filter"}

ISOLATING = [
    ("gate valve", 4),
    ("ball valve", 4),
    ("butterfly valve", 4),
    ("motor-operated valve", 2),
    ("globe valve", 2),
]
INLINE = [
    ("emergency shutoff valve", 5), ("globe valve", 4), ("control valve", 8), ("motor-operated valve", 4),
    ("three-way valve", 4), ("check valve", 4), ("orifice plate", 5), ("strainer", 4), ("butterfly valve", 2),
    ("ball valve", 2), ("gate valve", 2),
]  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """What a kind of process is built from."""

    title: str
    rooms: tuple[str, ...]
    sources: tuple[str, ...]  # a kind, or the words of an off-page connector in capitals
    machine: str
    units: tuple[str, ...]
    sinks: tuple[str, ...]


THEMES = (
    Theme("SEAWATER SUPPLY", ("INTAKE STATION",), ("SEA INTAKE", "storage tank"), "centrifugal pump",
          ("strainer", "media filter"), ("storage tank", "TO FILTERS")),
    Theme("FILTRATION", ("PRETREATMENT HALL",), ("storage tank", "RAW WATER"), "centrifugal pump",
          ("media filter", "cartridge filter"), ("storage tank", "TO RO")),
    Theme("REVERSE OSMOSIS", ("HIGH-PRESSURE HALL", "MEMBRANE HALL"), ("storage tank", "FILTERED"), "centrifugal pump",
          ("cartridge filter", "membrane module", "energy recovery device"), ("storage tank", "PERMEATE")),
    Theme("CHEMICAL DOSING", ("CHEMICAL STORE", "DOSING ROOM"), ("mixing tank", "storage tank"), "dosing pump",
          ("static mixer",), ("INJECTION", "storage tank", "mixing tank")),
    Theme("COOLING WATER", ("COMPRESSOR ROOM", "DRIVE ROOM"), ("storage tank", "RETURN"), "centrifugal pump",
          ("heat exchanger", "strainer"), ("storage tank", "TO DRIVES", "pressure vessel")),
    Theme("COMPRESSED AIR", ("COMPRESSOR ROOM", "WORKSHOP"), ("AIR INLET",), "compressor",
          ("pressure vessel", "cartridge filter", "heat exchanger"), ("pressure vessel", "AIR HEADER")),
    Theme("PRODUCT WATER", ("PRODUCT WATER STATION", "PUMP HALL"), ("storage tank", "PERMEATE"), "centrifugal pump",
          ("static mixer", "pressure vessel"), ("storage tank", "TO NETWORK")),
    Theme("MEMBRANE CLEANING", ("CLEANING STATION", "MEMBRANE HALL"), ("mixing tank",), "centrifugal pump",
          ("heat exchanger", "cartridge filter", "membrane module"), ("mixing tank", "storage tank")),
    Theme("WASTE WATER", ("NEUTRALISATION", "SLUDGE BUILDING"), ("mixing tank", "SUMP"), "dosing pump",
          ("mixing tank", "static mixer"), ("TO OUTFALL", "storage tank")),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One item (`branches` 1) or that many equal branches, each a short run of kinds."""

    kinds: tuple[str, ...]
    branches: int = 1


def chain(theme: Theme, dice: Dice) -> list[Stage]:
    """Return the stages between source and sink."""
    branches = dice.weighted([(1, 5), (2, 5), (3, 4), (4, 2)])
    machine = [theme.machine]
    if branches == 1 or dice.chance(45):
        machine.insert(0, dice.weighted(ISOLATING))
    if branches == 1 or dice.chance(60):
        machine.append("check valve" if dice.chance(60) else dice.weighted(ISOLATING))
    stages = [Stage((k,)) for k in machine] if branches == 1 else [Stage(tuple(machine), branches)]
    if dice.chance(35):
        stages.insert(0, Stage((dice.weighted([("strainer", 3), ("emergency shutoff valve", 3), ("gate valve", 2)]),)))
    for unit in dice.sample(theme.units, dice.between(1, 3)):
        if dice.chance(75):
            stages.append(Stage((dice.weighted(INLINE),)))
        doubled = dice.weighted([(1, 6), (2, 3), (3, 2)]) if branches == 1 or dice.chance(25) else 1
        if doubled > 1:
            stages.append(Stage((dice.weighted(ISOLATING), unit) if dice.chance(40) else (unit,), doubled))
        else:
            stages.append(Stage((unit,)))
    for _ in range(dice.between(1, 3)):
        stages.append(Stage((dice.weighted(INLINE),)))
    return stages
