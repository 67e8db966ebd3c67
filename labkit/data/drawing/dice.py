"""Random choices that come out the same on every machine and every Python.

`random.Random.random()` is the one method of the standard generator whose sequence Python promises never to
change, so every choice here is made from it and from nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices.

    Example:
        >>> dice = Dice("gate")
        >>> [dice.below(10) for _ in range(3)]  # the same name, the same throws
        [0, 4, 4]
    """

    def __init__(self, name: str) -> None:
        """Seed the dice with a name."""
        self._unit = random.Random(name).random  # a string is hashed with SHA-512, not with Python's salted hash

    def below(self, n: int) -> int:
        """Return an integer in [0, n)."""
        return int(self._unit() * n)

    def between(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + int(self._unit() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Return True in `percent` of 100 throws."""
        return self._unit() * 100 < percent

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self._unit() * len(items))]

    def weighted(self, items: Sequence[tuple[T, int]]) -> T:
        """Return one of the (item, weight) pairs' items, heavier ones more often."""
        left = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        raise ValueError("weighted() needs at least one item of positive weight, got none")

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a new order (Fisher-Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out

    def sample(self, items: Sequence[T], n: int) -> list[T]:
        """Return n different items (all of them, reordered, if there are fewer than n)."""
        return self.shuffled(items)[:n]
