"""A page of the book: a notebook's fragment of HTML in a frame that asks the network for nothing."""

import re
from html import escape

PLOTLY_JS = "plotly.min.js"
# Colours by the reader's light or dark theme; one column that also prints.
_CSS = """
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav { display: flex; gap: 1.5rem; flex-wrap: wrap; border-bottom: 1px solid #8888; padding-bottom: .5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font-size: .85rem; line-height: 1.4; }
.highlight { border-left: 3px solid #0f7fbf; padding: .5rem .75rem; margin: .75rem 0; background: #8881; }
.output_subarea { margin: .5rem 0; overflow-x: auto; }
.prompt, .anchor-link { display: none; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
math[display=block] { margin: .75rem 0; overflow-x: auto; }
.controls { border: 1px dashed #8888; padding: .25rem .6rem; font-size: .85rem; }
img { max-width: 100%; }
"""


def page(title: str, body: str, links: list[tuple[str, str]], *, figures: bool = True) -> str:
    """A whole HTML page.

    Args:
        title: shown by the browser.
        body: HTML.
        links: (address, text) of the other pages, shown on top.
        figures: whether it draws plotly figures.
    """
    script = f'<script src="{PLOTLY_JS}"></script>' if figures else ""
    shown = "".join(f'<a href="{escape(address)}">{escape(text)}</a>' for address, text in links)
    nav = f'<nav aria-label="Pages">{shown}</nav>' if links else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_CSS}{_colours()}</style>{script}</head>\n'
        f"<body>{nav}<main>{body}</main></body></html>\n"
    )


def _colours() -> str:
    from pygments.formatters import HtmlFormatter

    light = str(HtmlFormatter(style="default").get_style_defs(".highlight"))
    dark = str(HtmlFormatter(style="github-dark").get_style_defs(".highlight"))
    rules = [re.sub(r" background: [^;}]+;?", "", text) for text in (light, dark)]
    return f"{rules[0]}\n@media (prefers-color-scheme: dark) {{ {rules[1]} }}"
