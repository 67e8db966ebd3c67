"""Small change of English: articles, plurals, number words, lists."""

from __future__ import annotations

from collections.abc import Sequence

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ALWAYS_PLURAL = ("stairs",)


def a(noun: str) -> str:
    """Return the noun with its article.

    Example:
        >>> a("pump"), a("orifice plate"), a("RO module"), a("stairs")
        ('a pump', 'an orifice plate', 'an RO module', 'stairs')
    """
    if noun in _ALWAYS_PLURAL:
        return noun
    spelled = len(noun) > 1 and noun[:2].isupper()  # an abbreviation: the sound of its first letter decides
    return f"{'an' if noun[0] in ('AEFHILMNORSX' if spelled else 'aeioAEIO') else 'a'} {noun}"


def plural(noun: str) -> str:
    """Return the plural of a noun phrase.

    Example:
        >>> plural("battery"), plural("float switch"), plural("tank with a stirrer")
        ('batteries', 'float switches', 'tanks with a stirrer')
    """
    for link in (" with ", " supply"):
        if link in noun:
            head, tail = noun.split(link, 1)
            return f"{plural(head)}{link}{tail}" if link == " with " else noun[:-1] + "ies"
    if noun in _ALWAYS_PLURAL:
        return noun
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def several(count: int, noun: str) -> str:
    """Return a counted noun: one pump, three pumps."""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {noun if count == 1 else plural(noun)}"


def listed(items: Sequence[str]) -> str:
    """Return a list in words: `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
