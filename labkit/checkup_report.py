"""What the doctor tells: one line a check, and below it what mends a failure; as text, or as a table in a notebook."""

import html
from dataclasses import dataclass


class Trouble(Exception):
    """Something is wrong; `remedy` is the command or the step that mends it."""

    def __init__(self, seen: str, remedy: str) -> None:
        """Keep what was seen as the message, and the remedy beside it."""
        super().__init__(seen)
        self.remedy = remedy


@dataclass(frozen=True)
class Check:
    """One line of the report: what was looked at, what was seen, and the remedy (empty when all is well)."""

    name: str
    seen: str
    remedy: str = ""


@dataclass(frozen=True)
class Report:
    """All checks; prints as text, shows as a table in a notebook."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return not any(check.remedy for check in self.checks)

    def __str__(self) -> str:
        """One line per check, a second one under each failure with the remedy, and the verdict."""
        lines = []
        for check in self.checks:
            lines.append(f"{'MEND' if check.remedy else 'ok':5}{check.name:13}{check.seen}")
            if check.remedy:
                lines.append(f"{'':18}-> {check.remedy}")
        return "\n".join([*lines, self._verdict()])

    def _repr_html_(self) -> str:
        """The same report as a table that follows the notebook's theme."""
        rows = []
        for check in self.checks:
            cells = ["<b>mend</b>" if check.remedy else "ok", html.escape(check.name), html.escape(check.seen)]
            if check.remedy:
                cells[2] += f"<br>→ <code>{html.escape(check.remedy)}</code>"
            rows.append("".join(f'<td style="text-align:left">{cell}</td>' for cell in cells))
        head = "".join(f'<th style="text-align:left">{title}</th>' for title in ("", "check", "seen"))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{self._verdict()}</p>"

    def _verdict(self) -> str:
        bad = sum(bool(check.remedy) for check in self.checks)
        return f"{bad} of {len(self.checks)} checks need mending." if bad else "All is well: the course can start."
