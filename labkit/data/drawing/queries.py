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
PATH = (
    "{0} that feeds {2} by way of {1}",
    "{0} pushing through {1} into {2}",
    "from {0} past {1} and on to {2}",
)
CURRENT = (
    "{0}, behind it {1}, behind that {2}",
    "path from {0} over {1} to {2}",
    "{2} that gets its supply by way of {1} from {0}",
)
EDGE = {
    "controls": ("{1} that is moved by {0}", "loop where {0} positions {1}"),
    "measures": ("{0} mounted right at {1}", "{0} reading off {1}"),
    "protects": ("{1} that has {0} on it", "{0} looking after {1}"),
    "parallel": ("{0} bridged by {1}", "{0} with {1} across it"),
    "beside": ("{0} hanging beside {1}", "{1} and, within reach, {0}"),
}
ROOM = (
    "is there {0} in the {1}?",
    "{0} inside the {1}",
    "where in the {1} do I find {0}?",
    "{1} that is equipped with {0}",
)
TAG = ("{0}", "where is {0}?", "find {0} on the drawings", "sheet that shows {1} {0}")
WITHOUT = ("{0} but no {1}", "{0} on a sheet without any {1}", "a drawing with {0} that has no {1}")
SYNONYM = ("where is the {0}?", "{0}", "show me the {0}")


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
    out: list[Query] = []

    def add(kind: str, text: str, asks: Asks) -> None:
        out.append(Query(f"{kind}-{sum(q.kind == kind for q in out) + 1:02d}", text, kind, asks))

    for kind in NAMES:
        if present[kind] >= 3:
            word = kind if dice.chance(70) else dice.pick(NAMES[kind])
            add("kind", dice.pick(KIND).format(word, a(word)), {"kind": kind})
    for asks in _chosen(drawings, _counts(drawings), dice, 28, least=3):
        number, forms = (asks["count"], COUNT) if "count" in asks else (asks["parallel"], PARALLEL)
        add("count", dice.pick(forms).format(several(number, asks["kind"])), asks)
    for asks in _chosen(drawings, _relations(drawings), dice, 32, least=3):
        if "path" in asks:
            electrical = any(d.type == "electrical" and grade(d, asks) == 2 for d in drawings)
            text = dice.pick(CURRENT if electrical else PATH).format(*(a(k) for k in asks["path"]))
        else:
            text = dice.pick(EDGE[asks["edge"][1]]).format(a(asks["edge"][0]), a(asks["edge"][2]))
        add("relation", text, asks)
    for asks in _chosen(drawings, _rooms(drawings), dice, 30, least=2):
        add("room", dice.pick(ROOM).format(a(asks["kind"]), asks["room"]), asks)
    for asks in _chosen(drawings, _tags(drawings), dice, 20, least=1, most=2):
        kind = next(c.kind for d in drawings for c in d.components if c.tag == asks["tag"])
        add("tag", dice.pick(TAG).format(asks["tag"], kind), asks)
    for asks in _chosen(drawings, _negations(drawings), dice, 22, least=5, most=60):
        add("negation", dice.pick(WITHOUT).format(a(asks["kind"]), asks["without"]), asks)
    for kind, words in UNSEEN.items():
        if present[kind] >= 3:
            add("synonym", dice.pick(SYNONYM).format(words), {"kind": kind})
    return out


def judgements(drawings: list[Drawing], queries: Iterable[Query]) -> dict[str, dict[str, int]]:
    """Return query id -> {drawing id: grade of 1 or 2}, computed from the specifications."""
    found: dict[str, dict[str, int]] = {}
    for query in queries:
        grades = {d.id: grade(d, query.asks) for d in drawings}
        found[query.id] = {i: g for i, g in grades.items() if g}
    return found


def _chosen(drawings: list[Drawing], pool: list[Asks], dice: Dice, n: int, *, least: int, most: int = 40) -> list[Asks]:
    """Return n questions of the pool that between least and most drawings answer fully, no subject too often."""
    out: list[Asks] = []
    used: Counter[str] = Counter()
    for asks in dice.shuffled(pool):
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
    return _distinct(plain) + banks * 2


def _relations(drawings: list[Drawing]) -> list[Asks]:
    out: list[Asks] = []
    for d in drawings:
        kinds = [c.kind for c in d.components]
        after = [(r.source, r.target) for r in d.relations if r.verb == "feeds"]
        out += [
            {"path": [kinds[i], kinds[j], kinds[m]]}
            for i, j in after
            for k, m in after
            if j == k and len({kinds[i], kinds[j], kinds[m]}) == 3
        ]
        edges = [(kinds[r.source], r.verb, kinds[r.target]) for r in d.relations if r.verb in EDGE]
        out += 2 * [{"edge": list(e)} for e in edges if e[0] != e[2]]
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
