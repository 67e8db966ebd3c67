"""The edge of the sheet: border, title block, notes, and connectors to other sheets."""

from __future__ import annotations

from labkit.data.drawing import lettering
from labkit.data.drawing.page import Page

NOTES = (
    "ALL DIMENSIONS IN MM", "SEE SHEET 2", "FOR REVIEW", "AS BUILT", "NOT TO SCALE", "CHECKED", "ISSUED", "HOLD",
    "PRELIMINARY", "SEE NOTE 3", "COPY",
)  # fmt: skip


def add_frame(page: Page, number: str) -> int:
    """Draw border, title block and notes; return the lowest row that is free for the drawing."""
    dice, drawing = page.dice, page.drawing
    if dice.chance(65):
        edge = dice.between(3, 5)
        page.line("frame", (edge, edge), (255 - edge, edge), (255 - edge, 255 - edge), (edge, 255 - edge), (edge, edge))
        if dice.chance(35):
            for at in (64, 128, 192):
                page.line("frame", (at, edge), (at, edge + 3))
                page.line("frame", (edge, at), (edge + 3, at))
    else:
        edge = 5
    style = dice.below(3)
    sheet = f"{drawing.type[:2].upper()}-{number} REV {dice.pick('ABCD0123')}"
    bottom = 255 - edge
    if style == 0:  # a strip along the foot
        top = bottom - 15
        page.line("frame", (edge, top), (255 - edge, top))
        cells = [(drawing.title, 21), (drawing.room, 18), (sheet, 16)]
        widths = [lettering.width(t, h) // 4 for t, h in cells]
        gap = (255 - 2 * edge - sum(widths)) // 3
        x = edge + gap // 2
        for (words, height), wide in zip(cells, widths, strict=True):
            page.text(words, x + wide // 2, top + 8, height)
            x += wide + gap
            if words != sheet:
                page.line("frame", (x - gap // 2, top), (x - gap // 2, bottom))
    elif style == 1:  # a block in the lower right corner
        wide = max(lettering.width(drawing.title, 22), lettering.width(drawing.room, 19), 330) // 4 + 12
        left, top = 255 - edge - wide, bottom - 30
        page.line("frame", (left, bottom), (left, top), (255 - edge, top))
        page.line("frame", (left, top + 12), (255 - edge, top + 12))
        page.line("frame", (left, top + 21), (255 - edge, top + 21))
        page.text(drawing.title, left + wide // 2, top + 6, 22)
        page.text(drawing.room, left + wide // 2, top + 17, 19)
        page.text(sheet, left + wide // 2, top + 26, 15)
        page.reserve((left - 2, top - 2, 253, 253))
        if dice.chance(50) and left > 90:
            page.text(dice.pick(NOTES), edge + (left - edge) // 2, bottom - 9, 16)
        top -= 1
    else:  # a heading at the foot, underlined, without boxes
        top = bottom - 20
        middle = 128 + dice.between(-30, 30)
        wide = lettering.width(drawing.title, 24) // 8
        page.text(drawing.title, middle, top + 5, 24)
        page.line("frame", (middle - wide, top + 10), (middle + wide, top + 10))
        page.text(f"{drawing.room}  {sheet}", middle, top + 15, 17)
    page.reserve((0, top, 256, 256))
    return top


def off_page(page: Page, words: str, x: int, y: int, way: int) -> tuple[int, int]:
    """Draw a connector from another sheet, its words beside it; return where the pipe begins."""
    tip = x + way * 8
    back = x - way * 8
    page.line("thin", (back, y - 5), (x, y - 5), (tip, y), (x, y + 5), (back, y + 5), (back, y - 5))
    page.reserve((min(back, tip), y - 6, max(back, tip), y + 7))
    half = lettering.width(words, 17) // 8
    page.text(words, min(max(x, half + 8), 247 - half), y - 11, 17)
    return (tip, y)
