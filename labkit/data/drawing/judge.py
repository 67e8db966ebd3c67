"""Whether a drawing answers a question, decided from its specification.

A question is a small dictionary, written beside each query in queries.jsonl:

    {"kind": k}                    a component of that kind                           grade 2
    {"kind": k, "without": m}      k but no m                                         grade 2
    {"kind": k, "count": n}        exactly n of them: 2; one more or one fewer: 1
    {"kind": k, "parallel": n}     n equal branches: 2; another number of branches: 1
    {"kind": k, "room": r}         k in room r: 2; both on the sheet, not together: 1
    {"tag": t}                     the component with that tag                        grade 2
    {"path": [k, m, ...]}          a flow or current from k through m to ...: 2; all on the sheet, not so: 1
    {"edge": [k, verb, m]}         k stands in that relation to m: 2; both on the sheet, not so: 1
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from labkit.data.drawing.captions import parallel_groups
from labkit.data.drawing.record import Drawing

Asks = dict[str, Any]


def grade(drawing: Drawing, asks: Asks) -> int:
    """Return 0, 1 or 2.

    Raises:
        ValueError: the question has a form that is not listed above.
    """
    counts = Counter(c.kind for c in drawing.components)
    if "tag" in asks:
        return 2 * any(c.tag == asks["tag"] for c in drawing.components)
    if "path" in asks:
        return 2 if has_path(drawing, asks["path"]) else int(all(counts[k] for k in asks["path"]))
    if "edge" in asks:
        one, verb, two = asks["edge"]
        return 2 if has_edge(drawing, one, verb, two) else int(counts[one] > 0 and counts[two] > 0)
    if "kind" not in asks:
        raise ValueError(f"a question needs a kind, tag, path or edge, got {asks}")
    count = counts[asks["kind"]]
    if "without" in asks:
        return 2 * (count > 0 and not counts[asks["without"]])
    if "count" in asks:
        return 2 if count == asks["count"] else int(count > 1 and abs(count - asks["count"]) == 1)
    if "parallel" in asks:
        branches = parallel_groups(drawing).get(asks["kind"], 0)
        return 2 if branches == asks["parallel"] else int(branches > 1)
    if "room" in asks:
        return _in_room(drawing, asks["kind"], asks["room"])
    return 2 * (count > 0)


def _in_room(drawing: Drawing, kind: str, room: str) -> int:
    here = [c.room or drawing.room.lower() for c in drawing.components if c.kind == kind]
    if room in here:
        return 2
    names = {t.text.lower() for t in drawing.texts}
    on_sheet = room == drawing.room.lower() or room in {c.room for c in drawing.components} or room in names
    return int(bool(here) and on_sheet)


def has_edge(drawing: Drawing, one: str, verb: str, two: str) -> bool:
    """Return whether a component of kind `one` stands in that relation to one of kind `two`; some hold both ways."""
    parts = drawing.components
    pairs = {(parts[r.source].kind, parts[r.target].kind) for r in drawing.relations if r.verb == verb}
    return (one, two) in pairs or (verb in ("parallel", "beside") and (two, one) in pairs)


def has_path(drawing: Drawing, kinds: list[str]) -> bool:
    """Return whether flow can run from the first kind through the others in turn, past anything in between."""
    after: dict[int, list[int]] = {}
    for r in drawing.relations:
        if r.verb == "feeds":
            after.setdefault(r.source, []).append(r.target)
    here = {i for i, c in enumerate(drawing.components) if c.kind == kinds[0]}
    for kind in kinds[1:]:
        seen: set[int] = set()
        todo = [t for i in here for t in after.get(i, [])]
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                todo += after.get(i, [])
        here = {i for i in seen if drawing.components[i].kind == kind}
    return bool(here)
