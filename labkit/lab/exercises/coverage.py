"""A rough guide to which rubric points an answer touches: cosines of its sentences with each point.

It is the course's own encoder at work, with all that notebook 01 says about cosines: it sees topics, not truth. A sentence
that says the opposite of a point covers it as well as one that makes it.
"""

import re
from collections.abc import Sequence

from labkit.measure.table import Table

# Of the points of their own rubrics, the 25 model answers reach 0.5 on 70 % and 0.35 on 88 %; of the points of other
# questions' rubrics, on 4 % and 22 %.
LIKELY, PERHAPS = 0.5, 0.35
CAPTION = (
    "A rough guide: cosines of MiniLM see topics, not truth, and miss much that is said in other words. You judge."
)


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    Example:
        >>> sentences("Short first. Then: full vectors! Really?")
        ['Short first.', 'Then: full vectors!', 'Really?']
    """
    return [one for one in (part.strip() for part in re.split(r"(?<=[.!?;])\s+|\n+", text)) if one]


def coverage(answer: str, rubric: Sequence[str]) -> Table:
    """A table: rubric point, whether the answer likely touches it, and by which sentence."""
    said = sentences(answer)
    if not said:
        return Table(("point", "touched?", "by"), tuple((point, "no answer yet", "") for point in rubric), CAPTION)
    from labkit.models.load import load_encoder

    encoder = load_encoder("all-MiniLM-L6-v2")
    cosines = encoder.encode_queries(list(rubric)) @ encoder.encode_documents(said).T
    rows = []
    for point, row in zip(rubric, cosines, strict=True):
        best = int(row.argmax())
        verdict = "likely" if row[best] >= LIKELY else "perhaps" if row[best] >= PERHAPS else "not seen"
        quoted = said[best] if row[best] >= PERHAPS else ""
        rows.append((point, f"{verdict} ({row[best]:.2f})", quoted if len(quoted) <= 90 else quoted[:88] + " …"))
    return Table(("point", "touched?", "by"), tuple(rows), CAPTION)
