"""What holds for every sheet that the layouts draw, seen on sheets of another stream than the library's."""

import pytest

from labkit.data.drawing import captions, specify
from labkit.data.drawing.dice import Dice
from labkit.data.drawing.folding import LOW, WIDE, fold
from labkit.data.drawing.kinds import BUBBLES, TYPES
from labkit.data.drawing.process import Stage

SHEETS = [specify.specify(type_, "layouts", n) for type_ in specify.LAYOUTS for n in range(60)]


def _overlap(a, b):
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def _area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


@pytest.mark.parametrize("type_", TYPES)
def test_components_hardly_overlap_and_lie_on_the_sheet(type_):
    bad = 0
    sheets = [d for d in SHEETS if d.type == type_]
    for drawing in sheets:
        boxes = [c.box for c in drawing.components]
        assert all(0 <= b[0] < b[2] <= 256 and 0 <= b[1] < b[3] <= 256 for b in boxes)
        pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :]]
        bad += any(_overlap(a, b) > 0.15 * min(_area(a), _area(b)) for a, b in pairs)
    assert bad <= len(sheets) // 30


@pytest.mark.parametrize("type_", TYPES)
def test_every_kind_of_symbol_is_used(type_):
    assert {c.kind for n in range(400) for c in specify.specify(type_, "kinds", n).components} == set(TYPES[type_])


def test_tags_are_unique_but_for_contacts_of_one_coil():
    for drawing in SHEETS:
        tags = [c.tag for c in drawing.components if c.tag and "contact" not in c.kind]
        assert len(set(tags)) == len(tags), drawing.id


def test_written_tags_lie_beside_their_symbols():
    for drawing in SHEETS:
        for c in drawing.components:
            if c.label is not None:
                assert c.tag and c.kind not in BUBBLES
                assert abs(c.label[0] - c.x) < 3 * c.size + 40 and abs(c.label[1] - c.y) < 3 * c.size + 20


def test_plans_say_in_which_room_things_are():
    for drawing in SHEETS:
        assert all(bool(c.room) == (drawing.type == "plan") for c in drawing.components)


def test_a_drawing_depends_only_on_its_stream_and_number():
    assert specify.specify("plan", "layouts", 7) == specify.specify("plan", "layouts", 7)
    assert specify.specify("plan", "layouts", 7) != specify.specify("plan", "elsewhere", 7)


def test_captions_are_six_and_speak_of_what_is_there():
    for drawing in SHEETS[::7]:
        words = captions.caption_list(drawing, Dice(drawing.id))
        assert len(words) == 6 and all(w.isprintable() and "{" not in w and "\n" not in w for w in words)
        assert words == captions.caption_list(drawing, Dice(drawing.id))


def test_folding_keeps_order_and_stays_on_the_sheet():
    stages = [Stage(("gate valve",)), Stage(("centrifugal pump", "check valve"), 3), Stage(("strainer",))] * 3
    rows = fold(stages, Dice("fold"), pitch=40, branch=34, height=230, sink=True)
    flat = [s for row in rows for s in row.stages]
    assert flat == stages[: len(flat)] and sum(row.height for row in rows) <= 230
    assert all(row.height >= LOW and 40 <= row.pitch <= 56 for row in rows)
    for row in rows:
        wide = sum(100 if s.branches == 1 else 100 * len(s.kinds) + 17 for s in row.stages) * row.pitch // 100
        assert wide <= WIDE
