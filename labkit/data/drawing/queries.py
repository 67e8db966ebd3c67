"""The library's test queries: what a person would type, and the question behind it that decides the judgements.

The words are put together differently from the captions', and the `synonym` queries name a thing by words that no
caption uses. Choices fall on questions that some drawings answer and most do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.judge import Asks, grade
from labkit.data.drawing.kinds import NAMES, UNSEEN
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.words import a, several

KIND = ("where is the {0}?", "find me {1}", "which sheets show {1}?", "I am looking for {1}", "{0} location")
COUNT = ("exactly {0}", "which sheet has {0}?", "I need the one with {0}")
PARALLEL = ("which drawing has {0} connected in parallel?", "{0} in parallel", "a bank of {0} sharing one header")
PATH = ("{0} that feeds {2} by way of {1}", "from {0} past {1} and on to {2}")
PUMPED = ("{0} feeding {2} through {1}", "{0} that pushes through {1} into {2}")
CURRENT = (
    "{0}, behind it {1}, behind that {2}",
    "path from {0} over {1} to {2}",
    "{2} supplied by way of {1} from {0}",
)
EDGE = {
    "controls": ("{1} that is moved by {0}", "loop where {0} positions {1}"),
    "measures": ("{0} mounted right at {1}", "{0} reading off {1}"),
    "protects": ("{1} that has {0} on it", "{0} looking after {1}"),
    "parallel": ("{0} bridged by {1}", "{0} with {1} across it"),
    "beside": ("{0} hanging beside {1}", "{1} and, within reach, {0}"),
}
ROOM = ("is there {0} in the {1}?", "{0} inside the {1}", "where in the {1} do I find {0}?", "{1} equipped with {0}")
TAG = ("{0}", "where is {0}?", "find {0} on the drawings", "sheet that shows {1} {0}")
WITHOUT = ("{0} but no {1}", "{0} on a sheet without any {1}", "a drawing with {0} that has no {1}")

MACHINES = ("centrifugal pump", "dosing pump", "compressor")
# A path worth asking for begins or ends at one of these.
ENDS = frozenset({
    *MACHINES, "storage tank", "mixing tank", "pressure vessel", "heat exchanger", "membrane module", "media filter",
    "cartridge filter", "electric motor", "indicator lamp", "siren", "contactor coil", "timer coil", "transformer",
    "battery", "generator", "frequency converter",
})  # fmt: skip
MUST: list[Asks] = [
    {"kind": "centrifugal pump", "parallel": 2},
    {"kind": "centrifugal pump", "parallel": 3},
    {"kind": "centrifugal pump", "parallel": 4},
    {"path": ["centrifugal pump", "relief valve", "storage tank"]},
    {"path": ["dosing pump", "relief valve", "mixing tank"]},
    {"kind": "eyewash station", "room": "chemical store"},
]


@dataclass(frozen=True)
class Query:
    """A test query; `asks` is the question in the form of judge.py."""

    id: str
    text: str
    kind: str
    asks: Asks


def build(drawings: list[Drawing]) -> list[Query]:
    """Return the test queries of a library, the same for the same drawings."""
    dice = Dice("labkit queries")
    present = Counter(k for d in drawings for k in {c.kind for c in d.components})
    asked: list[tuple[str, str, Asks]] = []
    for kind in NAMES:
        if present[kind] >= 3:
            word = kind if dice.chance(70) else dice.pick(NAMES[kind])
            asked.append(("kind", dice.pick(KIND).format(word, a(word)), {"kind": kind}))
    pools = {
        "count": _chosen(drawings, _counts(drawings), dice, 28, least=3),
        "relation": _chosen(drawings, _relations(drawings), dice, 34, least=3),
        "room": _chosen(drawings, _rooms(drawings), dice, 30, least=2),
        "tag": _chosen(drawings, _tags(drawings), dice, 20, least=1, most=2),
        "negation": _chosen(drawings, _negations(drawings), dice, 22, least=5, most=60),
    }
    for kind, pool in pools.items():
        asked += [(kind, _words(drawings, asks, dice), asks) for asks in pool]
    asked += [("synonym", words, {"kind": kind}) for kind, words in UNSEEN.items() if present[kind] >= 3]
    number: Counter[str] = Counter()
    out = []
    for kind, text, asks in asked:
        number[kind] += 1
        out.append(Query(f"{kind}-{number[kind]:02d}", text, kind, asks))
    return out


def _words(drawings: list[Drawing], asks: Asks, dice: Dice) -> str:
    """Return a question in words."""
    if "tag" in asks:
        kind = next(c.kind for d in drawings for c in d.components if c.tag == asks["tag"])
        return dice.pick(TAG).format(asks["tag"], kind)
    if "path" in asks:
        electrical = any(d.type == "electrical" and grade(d, asks) == 2 for d in drawings)
        forms = CURRENT if electrical else PUMPED if asks["path"][0] in MACHINES else PATH
        return dice.pick(forms).format(*(a(k) for k in asks["path"]))
    if "edge" in asks:
        return dice.pick(EDGE[asks["edge"][1]]).format(a(asks["edge"][0]), a(asks["edge"][2]))
    if "count" in asks:
        return dice.pick(COUNT).format(several(asks["count"], asks["kind"]))
    if "parallel" in asks:
        return dice.pick(PARALLEL).format(several(asks["parallel"], asks["kind"]))
    if "room" in asks:
        return dice.pick(ROOM).format(a(asks["kind"]), asks["room"]).replace("is there stairs", "are there stairs")
    return dice.pick(WITHOUT).format(a(asks["kind"]), asks["without"])


def judgements(drawings: list[Drawing], queries: Iterable[Query]) -> dict[str, dict[str, int]]:
    """Return query id -> {drawing id: grade of 1 or 2}, computed from the specifications."""
    found: dict[str, dict[str, int]] = {}
    for query in queries:
        grades = {d.id: grade(d, query.asks) for d in drawings}
        found[query.id] = {i: g for i, g in grades.items() if g}
    return found


def _chosen(drawings: list[Drawing], pool: list[Asks], dice: Dice, n: int, *, least: int, most: int = 40) -> list[Asks]:
    """Return n questions of the pool that between least and most drawings answer fully, no subject too often."""
    out = [asks for asks in pool if asks in MUST and any(grade(d, asks) == 2 for d in drawings)]
    used: Counter[str] = Counter()
    for asks in dice.shuffled([asks for asks in pool if asks not in out]):
        subject = asks.get("kind") or str((asks.get("path") or asks.get("edge") or [asks.get("tag")])[0])
        if used[subject] >= 2:
            continue
        if least <= sum(grade(d, asks) == 2 for d in drawings) <= most:
            out.append(asks)
            used[subject] += 1
            if len(out) == n:
                break
    return out


def _distinct(items: Iterable[Asks]) -> list[Asks]:
    return list({repr(item): item for item in items}.values())


def _counts(drawings: list[Drawing]) -> list[Asks]:
    counted = [Counter(c.kind for c in d.components) for d in drawings]
    plain: list[Asks] = [{"kind": k, "count": n} for c in counted for k, n in sorted(c.items()) if 2 <= n <= 5]
    banks: list[Asks] = [
        {"kind": k, "parallel": n}
        for k in ("centrifugal pump", "dosing pump", "compressor", "membrane module", "media filter", "heat exchanger")
        for n in (2, 3, 4)
    ]
    return _distinct(plain) + banks


def _relations(drawings: list[Drawing]) -> list[Asks]:
    out: list[Asks] = []
    for d in drawings:
        kinds = [c.kind for c in d.components]
        after = [(r.source, r.target) for r in d.relations if r.verb == "feeds"]
        out += [
            {"path": [kinds[i], kinds[j], kinds[m]]}
            for i, j in after
            for k, m in after
            if j == k and len({kinds[i], kinds[j], kinds[m]}) == 3 and ENDS & {kinds[i], kinds[m]}
        ]
        edges = [(kinds[r.source], r.verb, kinds[r.target]) for r in d.relations if r.verb in EDGE]
        out += [{"edge": list(e)} for e in edges if e[0] != e[2]]
    return _distinct(out)


def _rooms(drawings: list[Drawing]) -> list[Asks]:
    return _distinct(
        {"kind": c.kind, "room": c.room} for d in drawings for c in d.components if c.room not in ("", "outside")
    )


def _tags(drawings: list[Drawing]) -> list[Asks]:
    return _distinct({"tag": c.tag} for d in drawings for c in d.components if len(c.tag) >= 5)


def _negations(drawings: list[Drawing]) -> list[Asks]:
    """Pairs that often stand together, so that ignoring the `no` costs something."""
    both: Counter[tuple[str, str]] = Counter()
    alone: Counter[str] = Counter()
    for d in drawings:
        kinds = sorted({c.kind for c in d.components})
        alone.update(kinds)
        both.update((x, y) for x in kinds for y in kinds if x != y)
    return [
        {"kind": x, "without": y} for (x, y), n in sorted(both.items()) if 10 * n >= 4 * alone[x] and alone[x] >= 12
    ]
