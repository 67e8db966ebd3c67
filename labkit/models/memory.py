"""Results of earlier runs are remembered on disk, but not while a clock is running.

A search that reads its query's vector from a file takes a fraction of the time that a new query would take. So whoever
measures time does it inside `forgotten()`, and whoever remembers asks `may_remember()` first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_clocks: list[None] = []  # one entry for each `with forgotten()` that is open, in whichever thread


def may_remember() -> bool:
    """Whether stored results may be used and new ones stored.

    Example:
        >>> may_remember()
        True
    """
    return not _clocks


@contextmanager
def forgotten() -> Iterator[None]:
    """While this is open nothing is remembered: everything is computed anew, and nothing is stored.

    Example:
        >>> with forgotten():
        ...     may_remember()
        False
    """
    _clocks.append(None)
    try:
        yield
    finally:
        _clocks.pop()
