import json

import pytest

from labkit.data.drawing import specify, store

SHEETS = [specify.specify(type_, "store", 1) for type_ in specify.LAYOUTS]


@pytest.mark.parametrize("drawing", SHEETS, ids=lambda d: d.type)
def test_drawings_survive_the_way_to_disk_and_back(drawing):
    assert store.from_line(store.to_line(drawing)) == drawing


def _broken(change):
    record = json.loads(store.to_line(SHEETS[0]))
    change(record)
    return json.dumps(record)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.pop("lines"), "has the fields"),
        (lambda r: r.update(extra=1), "has the fields"),
        (lambda r: r.update(id=""), "'id' must be a text"),
        (lambda r: r.update(title=7), "'title' must be a text"),
        (lambda r: r.update(type="poem"), "type must be one of"),
        (lambda r: r.update(components=[]), "at least one component"),
        (lambda r: r.update(components={}), "must be a list of lists"),
        (lambda r: r["components"][0].pop(), "9 entries"),
        (lambda r: r["components"][0].__setitem__(0, "teapot"), "no component 'teapot'"),
        (lambda r: r["components"][0].__setitem__(1, "pâté"), "must be written with"),
        (lambda r: r["components"][0].__setitem__(2, 256), "x must be a whole number from 0 to 255, got 256"),
        (lambda r: r["components"][0].__setitem__(3, 1.5), "y must be a whole number"),
        (lambda r: r["components"][0].__setitem__(4, True), "size must be a whole number"),
        (lambda r: r["components"][0].__setitem__(5, 8), "turn must be"),
        (lambda r: r["components"][0].__setitem__(6, None), "room must be a text"),
        (lambda r: r["components"][0].__setitem__(7, [1]), "label must be null or"),
        (lambda r: r["components"][0].__setitem__(8, [9, 9, 9, 20]), "x0 < x1"),
        (lambda r: r["components"][0].__setitem__(8, "here"), "box must be"),
        (lambda r: r["relations"].append([0, "adores", 1]), "with a verb of"),
        (lambda r: r["relations"].append([0, "feeds", 999]), "relation's end must be"),
        (lambda r: r["lines"].append(["pipe", 1, 2, 3]), "a line is"),
        (lambda r: r["lines"].append(["scribble", 1, 2, 3, 4]), "with a style of"),
        (lambda r: r["lines"].append(["pipe", 1, 2, 3, 4000]), "coordinate must be"),
        (lambda r: r["texts"].append(["OK", 1, 2]), "a text is"),
        (lambda r: r["texts"].append(["OK", 1, 2, 0]), "height must be"),
        (lambda r: r["scan"].pop("seed"), "'scan' must have the fields"),
        (lambda r: r["scan"].update(shift=3), "shift must be"),
        (lambda r: r["scan"].update(ink=0), "scan's ink must be"),
    ],
)
def test_damaged_lines_say_what_is_wrong(change, message):
    with pytest.raises(ValueError, match=message):
        store.from_line(_broken(change))


@pytest.mark.parametrize("line", ["", "{", "[1]", "null"])
def test_what_is_no_drawing_is_refused(line):
    with pytest.raises(ValueError, match="not JSON|has the fields"):
        store.from_line(line)


def test_files_name_the_line_at_fault(tmp_path):
    file = tmp_path / "sheets.jsonl"
    file.write_text(store.lines(SHEETS[:2]) + "{}\n")
    with pytest.raises(ValueError, match=r"sheets.jsonl, line 3: a drawing has the fields"):
        store.read(file)
    file.write_text(store.lines([SHEETS[0], SHEETS[1], SHEETS[0]]))
    with pytest.raises(ValueError, match="line 3: the id .* occurs twice"):
        store.read(file)
    file.write_text("")
    with pytest.raises(ValueError, match="holds no drawings"):
        store.read(file)
    with pytest.raises(FileNotFoundError, match="no drawing specification"):
        store.read(tmp_path / "absent.jsonl")
