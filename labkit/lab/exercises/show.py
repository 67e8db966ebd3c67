"""How a verdict, a hint or a solution looks: plain text everywhere, a little HTML where there is some, no script.

States are told by words, never by colour alone, and a screen reader announces them (`role="status"`).
"""

import html
from dataclasses import dataclass

_EDGE = {"passed": "#009e73", "not yet": "#808080", "wrong": "#d55e00", "": "#0f7fbf"}


@dataclass(frozen=True)
class Note:
    """A heading, lines `label: text`, and code, shown as text or HTML.

    Attributes:
        heading: the first line.
        lines: pairs of a label (may be empty) and a text.
        code: shown as written, below the lines.
        state: "passed", "not yet", "wrong", or "" for a note that judges nothing.
    """

    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    code: str = ""
    state: str = ""

    def __repr__(self) -> str:
        """What a terminal shows."""
        width = max((len(label) for label, _ in self.lines), default=0) + 2
        told = [f"  {(label + ':').ljust(width)}{text}" if label else f"  {text}" for label, text in self.lines]
        code = ["", *("    " + line for line in self.code.strip("\n").splitlines())] if self.code else []
        return "\n".join([self.heading, *told, *code])

    def _repr_html_(self) -> str:
        edge = f"border-left: 4px solid {_EDGE[self.state]}; padding: 2px 0 2px 12px; margin: 4px 0"
        told = "".join(
            f"<div>{f'<b>{html.escape(label)}:</b> ' if label else ''}{_inline(text)}</div>"
            for label, text in self.lines
        )
        code = f"<pre><code>{html.escape(self.code.strip())}</code></pre>" if self.code else ""
        return f'<div role="status" style="{edge}"><div><b>{_inline(self.heading)}</b></div>{told}{code}</div>'


def _inline(text: str) -> str:
    """Escaped text in which `words between backticks` are code."""
    parts = html.escape(text).split("`")
    if len(parts) % 2 == 0:  # an unpaired backtick is a backtick
        return html.escape(text)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
