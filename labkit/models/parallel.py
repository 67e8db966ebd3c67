"""Work side by side: one thread a batch instead of many threads in one batch.

Two threads that share one small matrix product wait for each other dozens of times a batch, and on a busy machine each
wait can be long. Two threads with a batch each never wait, and what a batch returns cannot depend on the thread count.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from labkit import settings

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result], items: Sequence[Item], *, begin: Callable[[], None] | None = None
) -> Iterator[Result]:
    """The result of each item, in order, from as many threads as labkit may use; NumPy and torch let them overlap.

    Args:
        work: what to do with an item.
        items: what to work on.
        begin: called once in each thread before its first item.

    Example:
        >>> list(side_by_side(len, ["a", "bc"]))
        [1, 2]
    """
    pool = ThreadPoolExecutor(min(settings.threads(), max(1, len(items))), initializer=begin)
    try:
        yield from pool.map(work, items)
    finally:
        # After an interruption the items that wait are dropped, so that a notebook's stop button stops.
        pool.shutdown(cancel_futures=True)
