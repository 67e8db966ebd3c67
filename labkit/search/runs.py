r"""A text to its runs of letters and digits, in any script: what word search and the hunt for codes both begin with.

    "HV‑203A, naïve पानी"  ->  ["hv-203a", "naïve", "पानी"]

Hindi, Tamil, Thai and many more write vowels as *combining marks* on the letter before them. Python's `\w` leaves marks
out, so that a word would break at each of its vowels. Here a run takes them along.

Source: Unicode Standard Annex 31, "Identifiers and syntax", where marks and joiners continue a word too.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import NamedTuple

_DASHES = "\u2010\u2011\u2012\u2013\u2212"
_PLAIN_RUN = re.compile(r"\w+(?:[-./:]\w+)*")
_JOINERS = "\u200c\u200d"  # inside a word of Persian or Bengali: letters stand apart, or join
# Thai and Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


class _Patterns(NamedTuple):
    """Expressions that know the marks.

    Attributes:
        mark: any mark; it takes each character above U+FFFF for one, as a list of those would make it slow.
        run: letters, digits and their marks.
        piece: one character of a script without spaces, or what lies between two such.
    """

    mark: re.Pattern[str]
    run: re.Pattern[str]
    piece: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    # Without enclosing marks and variation selectors: they dress a sign up, such as the emoji of the digit 1.
    marks = [c for c in range(0x300, 0x20000) if unicodedata.category(chr(c)) in ("Mn", "Mc") and c >> 4 != 0xFE0]
    low, every = _ranges([c for c in marks if c < 0x10000]), _ranges(marks)
    return _Patterns(
        mark=re.compile(f"[{low}{_JOINERS}\U00010000-\U0001ffff]"),
        run=re.compile(rf"\w+(?:[-./:{_JOINERS}]\w+|[{_JOINERS}]?[{every}]\w*)*"),
        piece=re.compile(f"[{_UNSPACED}][{every}{_JOINERS}]*|(?:[^{_UNSPACED}]|[{every}])+"),
    )


def _ranges(codes: list[int]) -> str:
    """Rising character codes as ranges of a regular expression."""
    groups = groupby(enumerate(codes), lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in group] for _, group in groups]
    return "".join(f"{chr(span[0])}-{chr(span[-1])}" for span in spans)


def normalised(text: str) -> str:
    """The text in lower case, with one way to write each character: "ﬁ" is "fi", and all dashes are hyphens.

    Example:
        >>> normalised("HV‑203A")
        'hv-203a'
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).lower()
    for dash in _DASHES:  # `translate` would take a hundred times as long
        text = text.replace(dash, "-")
    return text


def runs(text: str) -> list[str]:
    """The runs of letters and digits in a text, normalised; one hyphen, dot, slash or colon may stand between two.

    Raises:
        TypeError: if `text` is not a text.

    Example:
        >>> runs("HV‑203A: two-stage, 10.3 bar!")
        ['hv-203a', 'two-stage', '10.3', 'bar']
    """
    if not isinstance(text, str):
        raise TypeError(f"a text should be a str, but is a {type(text).__name__}: {str(text)[:60]!r}")
    if text.isascii():
        return _PLAIN_RUN.findall(text.lower())
    plain, patterns = normalised(text), _patterns()
    return (_PLAIN_RUN if patterns.mark.search(plain) is None else patterns.run).findall(plain)


def pieces(run: str) -> list[str]:
    """The parts of a run that spaces would divide: a script without spaces gives one piece a character.

    Example:
        >>> pieces("ポンプa3")
        ['ポ', 'ン', 'プ', 'a3']
    """
    return _patterns().piece.findall(run)


def without_marks(run: str) -> str:
    """The letters and digits of a run alone, to ask of which kind they are.

    Example:
        >>> without_marks("पानी").isalpha()
        True
    """
    return run if run.isascii() else "".join(sign for sign in run if unicodedata.category(sign)[0] not in "MC")
