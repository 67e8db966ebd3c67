"""What people write under a drawing: short, counted, by relation, by place, and in full."""

from __future__ import annotations

from collections import Counter

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.kinds import NAMES
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.words import a, listed, several

SHEETS = {
    "piping": ("piping and instrumentation diagram", "P&ID", "process drawing", "piping diagram"),
    "electrical": ("electrical circuit diagram", "wiring diagram", "schematic", "circuit"),
    "plan": ("floor plan", "evacuation plan", "building plan", "safety plan"),
}
FLOWS = ("{a} feeding {b}", "{a} upstream of {b}", "{a} followed by {b}", "flow from {a} to {b}")
CURRENTS = ("{a} in series with {b}", "{a} supplying {b}", "{b} fed through {a}")
VERBS = {
    "parallel": ("{a} in parallel with {b}", "{a} and {b} side by side in parallel"),
    "controls": ("{a} acting on {b}", "{b} driven by {a}"),
    "measures": ("{a} at {b}", "{b} with {a}"),
    "protects": ("{a} on top of {b}", "{b} guarded by {a}"),
    "signals": ("{a} wired to {b}",),
    "beside": ("{a} next to {b}", "{a} and {b} close together"),
}


def name(kind: str, dice: Dice) -> str:
    """Return one of the names of a kind, its first name most often."""
    return kind if dice.chance(60) else dice.pick(NAMES[kind])


def caption_list(drawing: Drawing, dice: Dice) -> list[str]:
    """Return six captions of a drawing, each in other words."""
    counts = Counter(c.kind for c in drawing.components)
    sheet = dice.pick(SHEETS[drawing.type])
    out = [_short(drawing, sheet, dice)]
    some = dice.sample(list(counts), dice.between(1, 4))
    out.append(dice.pick(("drawing with {}", "{}", "sheet showing {}", "{} on one sheet", "a drawing that contains {}"))
               .format(listed([a(name(k, dice)) for k in some])))  # fmt: skip
    out.append(_counted(drawing, counts, dice))
    out.append(_related(drawing, dice) or out[1])
    out.append(_placed(drawing, dice))
    everything = listed([several(n, name(k, dice)) for k, n in counts.items()])
    where = f" in the {drawing.room.lower()}" if drawing.type != "plan" else f" of the {drawing.room.lower()}"
    out.append(f"{sheet.capitalize() if sheet[1].islower() else sheet}{where} with {everything}.")
    return out


def _short(drawing: Drawing, sheet: str, dice: Dice) -> str:
    title, room = drawing.title.lower(), drawing.room.lower()
    form = dice.pick(("{sheet}: {title}", "{title}, {room}", "{sheet} of the {room}: {title}", "{title} ({sheet})"))
    return form.format(sheet=sheet, title=title, room=room)


def _counted(drawing: Drawing, counts: Counter[str], dice: Dice) -> str:
    groups = parallel_groups(drawing)
    if groups and dice.chance(70):
        kind, count = dice.pick(sorted(groups.items()))
        return dice.pick(("{} in parallel", "parallel arrangement of {}", "{} working side by side")).format(
            several(count, name(kind, dice))
        )
    some = dice.sample([k for k in counts if counts[k] > 1] or list(counts), dice.between(1, 2))
    return dice.pick(("{}", "there are {}", "{} in total")).format(
        listed([several(counts[k], name(k, dice)) for k in some])
    )


def parallel_groups(drawing: Drawing) -> dict[str, int]:
    """Return, per kind, the size of its largest group of equal parallel branches."""
    sizes: Counter[int] = Counter()
    for r in drawing.relations:
        if r.verb == "parallel" and drawing.components[r.source].kind == drawing.components[r.target].kind:
            sizes[r.source] += 1
    out: dict[str, int] = {}
    for index, more in sizes.items():
        kind = drawing.components[index].kind
        out[kind] = max(out.get(kind, 0), more + 1)
    return out


def _related(drawing: Drawing, dice: Dice) -> str:
    edges = [r for r in drawing.relations if drawing.components[r.source].kind != drawing.components[r.target].kind]
    if not edges:
        return ""
    edge = dice.pick(edges)
    first, last = edge.source, edge.target
    if edge.verb != "feeds":
        forms = VERBS[edge.verb]
    else:
        forms = FLOWS if drawing.type == "piping" else CURRENTS
        onward = [r.target for r in drawing.relations if r.verb == "feeds" and r.source == last and r.target != first]
        if onward and dice.chance(50):
            through, last = last, dice.pick(onward)
            one, two, three = (a(name(drawing.components[i].kind, dice)) for i in (first, through, last))
            return dice.pick(
                ("{0} feeding {2} through {1}", "{0}, then {1}, then {2}", "{2} after {0} and {1}")
            ).format(one, two, three)
    one, two = (a(name(drawing.components[i].kind, dice)) for i in (first, last))
    return dice.pick(forms).format(a=one, b=two)


def _placed(drawing: Drawing, dice: Dice) -> str:
    rooms = [c for c in drawing.components if c.room not in ("", "outside")]
    if not rooms:
        kind = dice.pick(drawing.components).kind
        return dice.pick(("{} in the {}", "{}, {}", "{1}: {0}")).format(a(name(kind, dice)), drawing.room.lower())
    by_room: dict[str, list[str]] = {}
    for c in rooms:
        if c.kind not in by_room.setdefault(c.room, []):
            by_room[c.room].append(c.kind)
    room = dice.pick(list(by_room))
    kinds = listed([a(name(k, dice)) for k in dice.sample(by_room[room], dice.between(1, 2))])
    return dice.pick(("{} in the {}", "{1} with {0}", "the {1} has {0}")).format(kinds, room)
