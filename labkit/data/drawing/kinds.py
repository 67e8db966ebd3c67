"""Every kind of component: the symbol it is drawn with and the names people give it.

The first name is the kind itself; the others occur in captions too. `UNSEEN` are names that no caption ever uses:
they are queries, to see what a model makes of words that it never met beside a drawing.
"""

from __future__ import annotations

from functools import lru_cache

from labkit.data.drawing import electrical, piping, signs
from labkit.data.drawing.shapes import Symbol, turned

TYPES = {"piping": piping.SYMBOLS, "electrical": electrical.SYMBOLS, "plan": signs.SYMBOLS}

NAMES: dict[str, tuple[str, ...]] = {
    "gate valve": ("hand-operated gate valve",),
    "globe valve": ("throttling globe valve",),
    "ball valve": ("quarter-turn ball valve",),
    "butterfly valve": ("wafer butterfly valve",),
    "check valve": ("non-return valve",),
    "relief valve": ("pressure safety valve", "safety relief valve"),
    "control valve": ("pneumatic control valve", "regulating valve"),
    "motor-operated valve": ("motorised valve",),
    "emergency shutoff valve": ("emergency shutdown valve", "ESD valve"),
    "three-way valve": ("diverting valve",),
    "centrifugal pump": ("pump", "transfer pump"),
    "dosing pump": ("metering pump",),
    "compressor": ("air compressor",),
    "storage tank": ("tank",),
    "pressure vessel": ("pressurised vessel", "receiver"),
    "mixing tank": ("agitated tank", "tank with a stirrer"),
    "heat exchanger": ("heater",),
    "cartridge filter": ("fine filter",),
    "media filter": ("sand filter",),
    "strainer": ("Y-strainer",),
    "membrane module": ("reverse osmosis membrane", "RO module"),
    "energy recovery device": ("pressure exchanger",),
    "static mixer": ("in-line mixer",),
    "orifice plate": ("flow orifice",),
    "pressure gauge": ("pressure indicator",),
    "pressure transmitter": ("pressure sensor",),
    "flow transmitter": ("flow meter",),
    "level transmitter": ("level sensor",),
    "temperature transmitter": ("temperature sensor",),
    "conductivity analyser": ("conductivity meter",),
    "pressure controller": ("pressure control loop",),
    "flow controller": ("flow control loop",),
    "level controller": ("level control loop",),
    "temperature controller": ("temperature control loop",),
    "resistor": ("fixed resistor",),
    "capacitor": ("condenser",),
    "inductor": ("choke",),
    "diode": ("rectifier diode",),
    "fuse": ("fuse link",),
    "circuit breaker": ("breaker",),
    "isolator": ("disconnector", "isolating switch"),
    "contactor contact": ("main contactor",),
    "normally open contact": ("make contact",),
    "normally closed contact": ("break contact",),
    "start push button": ("start button",),
    "stop push button": ("stop button",),
    "emergency stop": ("emergency stop button", "mushroom-head stop"),
    "float switch": ("float level switch",),
    "thermal overload relay": ("overload relay", "motor overload"),
    "contactor coil": ("relay coil",),
    "timer coil": ("timer relay", "on-delay timer"),
    "electric motor": ("motor", "three-phase motor"),
    "generator": ("alternator",),
    "ammeter": ("current meter",),
    "voltmeter": ("voltage meter",),
    "transformer": ("step-down transformer",),
    "indicator lamp": ("pilot light", "signal lamp"),
    "siren": ("alarm horn",),
    "battery": ("battery supply",),
    "earth connection": ("ground connection", "earth"),
    "frequency converter": ("variable speed drive", "VFD"),
    "fire extinguisher": ("extinguisher",),
    "fire hose reel": ("hose reel",),
    "fire hydrant": ("hydrant",),
    "fire alarm call point": ("manual call point",),
    "emergency telephone": ("emergency phone",),
    "eyewash station": ("eyewash",),
    "safety shower": ("emergency shower",),
    "first-aid kit": ("first aid box",),
    "defibrillator": ("AED",),
    "emergency exit": ("fire exit",),
    "assembly point": ("muster point",),
    "spill kit": ("spill response kit",),
    "stairs": ("staircase",),
    "distribution board": ("electrical panel",),
    "gas detector": ("gas sensor",),
    "smoke detector": ("smoke alarm",),
    "you-are-here mark": ("you are here marker",),
}

UNSEEN: dict[str, str] = {
    "check valve": "what stops the water from running backwards",
    "relief valve": "overpressure protection",
    "storage tank": "reservoir",
    "dosing pump": "injection of chemicals in small measured amounts",
    "mixing tank": "stirred vat",
    "electric motor": "machine that turns a shaft",
    "contactor coil": "electromagnet of a switching device",
    "battery": "accumulator",
    "siren": "acoustic warning",
    "fire extinguisher": "something to put out a small blaze",
    "eyewash station": "where can I rinse my eyes?",
    "assembly point": "where does everybody gather after leaving?",
    "first-aid kit": "bandages and plasters",
    "defibrillator": "help for cardiac arrest",
    "emergency exit": "the quickest way out",
    "gas detector": "what warns me of a leak in the air?",
    "heat exchanger": "cooler",
    "fuse": "overcurrent protection that melts",
    "indicator lamp": "bulb that glows during operation",
    "distribution board": "where do I switch off the electricity?",
}

# Instruments are bubbles: the letters of the tag say what they are.
BUBBLES = frozenset({
    "pressure gauge", "pressure transmitter", "flow transmitter", "level transmitter", "temperature transmitter",
    "conductivity analyser", "pressure controller", "flow controller", "level controller", "temperature controller",
})  # fmt: skip


@lru_cache(maxsize=1024)
def symbol(type_: str, kind: str, turn: int) -> Symbol:
    """Return the symbol of a kind in one type of drawing, turned.

    Raises:
        ValueError: that type of drawing has no such kind.
    """
    if kind not in TYPES[type_]:
        raise ValueError(f"no symbol for kind {kind!r} in a {type_} drawing; known: {', '.join(TYPES[type_])}")
    return turned(TYPES[type_][kind], turn)
