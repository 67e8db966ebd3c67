"""A small table that prints well as text and shows well in a notebook, in its light and its dark theme."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Table:
    """A table of finished texts: columns of numbers are right-aligned, the first column and columns of words are not.

    Attributes:
        header: one title a column.
        rows: one text a column, for each row.
        caption: what a reader must know to read the numbers.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        """Refuse ragged rows."""
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(f"row {row} has {len(row)} cells, but the header has {len(self.header)}")

    def __str__(self) -> str:
        """The table in aligned columns, the caption below.

        Example:
            >>> print(Table(("searcher", "nDCG@10"), (("BM25", "0.52"), ("dense", "0.5")), "2 queries"))
            searcher  nDCG@10
            BM25         0.52
            dense         0.5
            2 queries
        """
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        right = [self._is_numbers(column) for column in range(len(self.header))]
        text = [
            "  ".join(
                cell.rjust(width) if numbers else cell.ljust(width)
                for cell, width, numbers in zip(line, widths, right, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*text, self.caption] if self.caption else text)

    def _is_numbers(self, column: int) -> bool:
        """Whether a column is right-aligned: it is not the first, and no cell of it begins with a letter."""
        return column > 0 and not any(row[column].lstrip(" (<+-")[:1].isalpha() for row in self.rows)

    def _repr_html_(self) -> str:
        # No colours: JupyterLab's own table style then fits whichever theme is on.
        sides = ["right" if self._is_numbers(column) else "left" for column in range(len(self.header))]

        def cells(tag: str, texts: tuple[str, ...]) -> str:
            scope = ' scope="col"' if tag == "th" else ""
            first = '<th scope="row"' if tag == "td" else f"<th{scope}"
            made = [f'{first} style="text-align: left">{escape(texts[0])}</th>']
            for text, side in zip(texts[1:], sides[1:], strict=True):
                # An interval stays on one line; a wide table then breaks before it, not within.
                kept = escape(text).replace(" to ", "&nbsp;to&nbsp;")
                made.append(f'<{tag}{scope} style="text-align: {side}">{kept}</{tag}>')
            return f"<tr>{''.join(made)}</tr>"

        caption = (
            f'<caption style="caption-side: bottom; text-align: left; color: inherit; opacity: 0.8">'
            f"{escape(self.caption)}</caption>"
            if self.caption
            else ""
        )
        body = "".join(cells("td", row) for row in self.rows)
        return (
            f'<table style="font-variant-numeric: tabular-nums">{caption}'
            f"<thead>{cells('th', self.header)}</thead><tbody>{body}</tbody></table>"
        )
