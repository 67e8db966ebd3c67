"""A hand-made sheet: tank T-1 -> strainer -> pumps P-1A, P-1B side by side -> check valve -> tank T-2; a gauge at T-2."""

import pytest

from labkit.data.drawing.captions import parallel_groups
from labkit.data.drawing.judge import grade
from labkit.data.drawing.record import Component, Drawing, Relation

PARTS = [
    "storage tank",
    "strainer",
    "centrifugal pump",
    "centrifugal pump",
    "check valve",
    "storage tank",
    "pressure gauge",
]
EDGES = [(0, "feeds", 1), (1, "feeds", 2), (1, "feeds", 3), (2, "parallel", 3), (2, "feeds", 4), (3, "feeds", 4),
         (4, "feeds", 5), (6, "measures", 5)]  # fmt: skip
SHEET = Drawing(
    "x", "piping", "TRANSFER", "PUMP HALL",
    [Component(kind, f"T-{i}", 20 * i, 50, 9) for i, kind in enumerate(PARTS)],
    [Relation(*edge) for edge in EDGES],
)  # fmt: skip


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ({"kind": "strainer"}, 2),
        ({"kind": "gate valve"}, 0),
        ({"kind": "strainer", "without": "gate valve"}, 2),
        ({"kind": "strainer", "without": "check valve"}, 0),
        ({"kind": "centrifugal pump", "count": 2}, 2),
        ({"kind": "centrifugal pump", "count": 3}, 1),
        ({"kind": "centrifugal pump", "count": 4}, 0),
        ({"kind": "strainer", "count": 2}, 0),
        ({"kind": "centrifugal pump", "parallel": 2}, 2),
        ({"kind": "centrifugal pump", "parallel": 3}, 1),
        ({"kind": "storage tank", "parallel": 2}, 0),
        ({"kind": "strainer", "room": "pump hall"}, 2),
        ({"kind": "strainer", "room": "workshop"}, 0),
        ({"tag": "T-4"}, 2),
        ({"tag": "T-9"}, 0),
        ({"path": ["centrifugal pump", "check valve", "storage tank"]}, 2),
        ({"path": ["storage tank", "check valve", "storage tank"]}, 2),
        ({"path": ["check valve", "centrifugal pump", "storage tank"]}, 1),
        ({"path": ["centrifugal pump", "relief valve", "storage tank"]}, 0),
        ({"edge": ["pressure gauge", "measures", "storage tank"]}, 2),
        ({"edge": ["storage tank", "measures", "pressure gauge"]}, 1),
        ({"edge": ["pressure gauge", "measures", "gate valve"]}, 0),
    ],
)
def test_grades_of_the_hand_made_sheet(asks, expected):
    assert grade(SHEET, asks) == expected


def test_rooms_of_a_plan_need_the_thing_in_the_room():
    plan = Drawing("p", "plan", "PLAN", "LEVEL 1", [
        Component("eyewash station", "", 20, 20, 8, room="laboratory"), Component("stairs", "", 90, 90, 8, room="stores")
    ])  # fmt: skip
    assert grade(plan, {"kind": "eyewash station", "room": "laboratory"}) == 2
    assert grade(plan, {"kind": "eyewash station", "room": "stores"}) == 1
    assert grade(plan, {"kind": "eyewash station", "room": "office"}) == 0


def test_beside_holds_both_ways():
    plan = Drawing(
        "p", "plan", "PLAN", "LEVEL 1", [Component("stairs", "", 20, 20, 8), Component("spill kit", "", 40, 20, 8)]
    )
    plan.relations = [Relation(0, "beside", 1)]
    assert grade(plan, {"edge": ["stairs", "beside", "spill kit"]}) == 2
    assert grade(plan, {"edge": ["spill kit", "beside", "stairs"]}) == 2


def test_paths_end_in_circuits_that_close():
    ring = Drawing(
        "r", "piping", "RING", "HALL", [Component("storage tank", "", 9, 9, 9), Component("relief valve", "", 50, 9, 9)]
    )
    ring.relations = [Relation(0, "feeds", 1), Relation(1, "feeds", 0)]
    assert grade(ring, {"path": ["storage tank", "relief valve", "storage tank"]}) == 2


def test_parallel_groups_count_equal_branches():
    assert parallel_groups(SHEET) == {"centrifugal pump": 2}


def test_unknown_questions_are_refused():
    with pytest.raises(ValueError, match="needs a kind, tag, path or edge"):
        grade(SHEET, {"colour": "red"})
