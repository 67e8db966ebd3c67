"""A small table that prints well as text and shows well in a notebook, in its light and its dark theme."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Table:
    """A table of finished texts: the first column is left-aligned, the others are numbers and right-aligned.

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
        text = [
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*text, self.caption] if self.caption else text)

    def _repr_html_(self) -> str:
        # No colours: JupyterLab's own table style then fits whichever theme is on.
        def cells(tag: str, texts: tuple[str, ...]) -> str:
            first, *others = texts
            left, right = "text-align: left", "text-align: right; white-space: nowrap"
            scope = ' scope="col"' if tag == "th" else ""
            name = f'<th scope="row" style="{left}">' if tag == "td" else f'<th{scope} style="{left}">'
            numbers = "".join(f'<{tag}{scope} style="{right}">{escape(text)}</{tag}>' for text in others)
            return f"<tr>{name}{escape(first)}</th>{numbers}</tr>"

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
