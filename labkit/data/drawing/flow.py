"""Layout of piping and instrumentation diagrams: a process is a chain of stages, folded over the rows of a sheet.

After the chain (pipeline.py) stand the things that hang on it (instruments.py): relief lines, control loops, gauges;
then lines that only pass through, title block, tags.
"""

from __future__ import annotations

from labkit.data.drawing.dice import Dice
from labkit.data.drawing.frame import add_frame
from labkit.data.drawing.instruments import add_control_loop, add_instruments, add_relief, add_tank_level
from labkit.data.drawing.page import Page
from labkit.data.drawing.pipeline import Flow
from labkit.data.drawing.process import THEMES, chain
from labkit.data.drawing.record import Drawing


def lay_out(drawing: Drawing, dice: Dice) -> None:
    """Fill in a piping drawing."""
    theme = dice.pick(THEMES)
    drawing.title, drawing.room = theme.title, dice.pick(theme.rooms)
    page = Page(drawing, dice)
    flow = Flow(page, dice)
    floor = add_frame(page, f"{dice.between(1, 9)}{dice.between(0, 9)}{dice.between(0, 9)}")
    flow.run(theme, chain(theme, dice), floor)
    add_relief(page, flow)
    add_tank_level(page, flow)
    add_control_loop(page, flow)
    add_instruments(page, flow)
    for tap in flow.taps:
        if dice.chance(30):
            way = 1 if tap.toward else -1
            page.arrow(tap.x - way * 3, tap.y, tap.x + way * 4, tap.y)
            page.reserve((tap.x - 5, tap.y - 3, tap.x + 6, tap.y + 4))
        elif dice.chance(20):
            page.try_text(dice.pick(("DN50", "DN80", "DN100", "DN150")), tap.x, tap.y - 6, 15)
    _pass_through(page, floor)
    page.hops()
    page.write_tags()


def _pass_through(page: Page, floor: int) -> None:
    """Draw, on some sheets, a service line that crosses the others without meeting them."""
    dice = page.dice
    if not dice.chance(40):
        return
    for x in dice.shuffled(range(24, 236, 3))[:40]:
        strip = (x - 5, 8, x + 6, floor - 4)
        if not page.busy(strip, 0) and page.busy(strip, 1) < 150:  # a few crossings, no pipe alongside
            page.line("minor", (x, 12), (x, floor - 12))
            page.arrow(x, floor - 13, x, floor - 7)
            page.try_text(dice.pick(("AIR", "N2", "DRAIN", "VENT", "CW")), x + 10, 14, 16)
            return
