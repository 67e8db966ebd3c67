from labkit.data.drawing.dice import Dice
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing


def _page(type_="piping"):
    return Page(Drawing("x", type_, "T", "R"), Dice("page"))


def test_busy_counts_taken_pixels():
    page = _page()
    page.reserve((10, 10, 20, 20))
    assert page.busy((0 + 5, 5, 15, 15)) == 25 and page.busy((30, 30, 40, 40)) == 0
    assert page.busy((10, 10, 20, 20), layer=1) == 0
    assert page.busy((-5, 5, 5, 15)) > 1000  # off the sheet


def test_symbols_do_not_fit_on_each_other():
    page = _page()
    page.put("gate valve", 100, 100, 10, tag="HV-1")
    assert not page.fits("gate valve", 110, 100, 10) and page.fits("gate valve", 140, 100, 10)


def test_tags_avoid_symbols_and_crowded_tags_are_left_out():
    page = _page()
    page.put("gate valve", 100, 100, 10, tag="HV-1")
    page.reserve((60, 110, 140, 130))  # nothing below: the tag goes elsewhere
    page.write_tags()
    first = page.drawing.components[0]
    assert first.tag == "HV-1" and first.label is not None and first.label[1] < 110
    crowded = _page()
    crowded.put("gate valve", 100, 100, 10, tag="HV-1")
    crowded.reserve((0, 0, 256, 256))
    crowded.write_tags()
    assert crowded.drawing.components[0].tag == "" and crowded.drawing.components[0].label is None


def test_lines_hop_over_lines_they_cross_and_not_over_those_they_meet():
    page = _page()
    level = page.line("pipe", (20, 100), (200, 100))
    page.line("minor", (80, 50), (80, 150))
    page.line("pipe", (140, 100), (140, 160))  # a branch: it begins on the pipe
    page.hops()
    assert (80, 96) in level.points and not any(130 < x < 150 for x, _ in level.points)
