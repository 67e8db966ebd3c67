"""Claim cards: what is said, by whom, under which condition, and what this notebook has just measured."""

import html
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["holds here", "holds only if", "does not hold here", "cannot be checked here"]
_SIGNS: dict[str, str] = {
    "holds here": "✓",
    "holds only if": "≈",
    "does not hold here": "✗",
    "cannot be checked here": "?",
}


@dataclass(frozen=True)
class ClaimCard:
    """A claim beside its measurement.

    Attributes:
        claim: the sentence as it is usually said.
        source: who says so, and where.
        condition: under which condition it was said.
        measured: what was measured here, with its interval.
        verdict: one of four.
        because: why, or the missing condition after "holds only if".
    """

    claim: str
    source: str
    condition: str
    measured: str
    verdict: Verdict
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse a verdict that is none of the four."""
        if self.verdict not in _SIGNS:
            raise ValueError(f"verdict should be one of {list(_SIGNS)}, but is {self.verdict!r}")

    def __str__(self) -> str:
        """The card as plain text."""
        return (
            f"CLAIM      {self.claim}\nSOURCE     {self.source}\nCONDITION  {self.condition}\n"
            f"MEASURED   {self.measured}\nVERDICT    {_SIGNS[self.verdict]} {self._said()}"
        )

    def _said(self) -> str:
        if not self.because:
            return self.verdict
        return self.verdict + (" " if self.verdict == "holds only if" else ": ") + self.because

    def _repr_html_(self) -> str:
        def row(name: str, text: str) -> str:
            return (
                f'<tr><th scope="row" style="text-align: left; vertical-align: top; white-space: nowrap">{name}</th>'
                f'<td style="text-align: left; white-space: normal">{html.escape(text)}</td></tr>'
            )

        body = "".join(
            row(name, text)
            for name, text in (("Source", self.source), ("Condition", self.condition), ("Measured here", self.measured))
        )
        verdict = f"{_SIGNS[self.verdict]} {self._said()}"
        return (
            '<div style="border: 1px solid #808080; border-left-width: 6px; border-radius: 4px; padding: 8px 14px; '
            'max-width: 760px; margin: 6px 0"><div style="font-size: 1.1em; margin-bottom: 6px">'
            f"Claim: <b>“{html.escape(self.claim)}”</b></div>"
            f'<table style="margin: 0">{body}</table>'
            f'<div style="margin-top: 6px"><b>{html.escape(verdict)}</b></div></div>'
        )
