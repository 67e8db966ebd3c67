"""Layout of electrical circuits: control ladders, motor feeders on a busbar, and branches across a source."""

from __future__ import annotations

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame
from labkit.data.drawing.ladder import draw_ladder
from labkit.data.drawing.network import draw_feeders, draw_loop
from labkit.data.drawing.page import Page
from labkit.data.drawing.record import Drawing
from labkit.data.drawing.wiring import Circuit

ROOMS = ("SWITCH ROOM", "DRIVE ROOM", "BATTERY ROOM", "CONTROL ROOM", "WORKSHOP", "PUMP HALL")
TITLES = {
    draw_ladder: ("PUMP CONTROL", "ALARM CIRCUIT", "STARTER CONTROL", "LEVEL CONTROL", "INTERLOCK CIRCUIT"),
    draw_feeders: ("MOTOR FEEDERS", "LV DISTRIBUTION", "PUMP STARTERS", "FAN DRIVES", "SINGLE-LINE DIAGRAM"),
    draw_loop: ("MEASURING CIRCUIT", "DC SUPPLY", "FILTER NETWORK", "TEST CIRCUIT", "LAMP CIRCUIT"),
}


def lay_out(drawing: Drawing, dice: Dice) -> None:
    """Fill in an electrical drawing."""
    page = Page(drawing, dice)
    draw = dice.weighted([(draw_ladder, 5), (draw_feeders, 4), (draw_loop, 4)])
    drawing.room, drawing.title = dice.pick(ROOMS), dice.pick(TITLES[draw])
    floor = add_frame(page, f"{dice.between(1, 9)}{dice.between(0, 9)}{dice.between(0, 9)}")
    draw(Circuit(page, dice), floor)
    page.write_tags()
