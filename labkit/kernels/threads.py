"""Split the rows of an array among threads.

Kernels release Python's global lock, so ordinary threads run them side by side. Threads that wait here cost nothing
and do not fight with the thread pools of NumPy, torch or faiss, as a second pool of spinning threads would.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_SMALLEST_PART = 1 << 18  # bytes of work below which a second thread costs more than it saves

_pools: dict[int, ThreadPoolExecutor] = {}
if hasattr(os, "register_at_fork"):  # a forked child inherits the pool but not its threads
    os.register_at_fork(after_in_child=_pools.clear)


def split(n: int, row_bytes: int, threads: int) -> list[tuple[int, int]]:
    """The rows `0 … n` as at most `threads` ranges `(start, stop)` in rising order.

    Example:
        >>> split(1_000_000, row_bytes=1536, threads=2)
        [(0, 500000), (500000, 1000000)]
        >>> split(10, row_bytes=1536, threads=2)
        [(0, 10)]
    """
    parts = max(1, min(threads, n * row_bytes // _SMALLEST_PART))
    bounds = [n * part // parts for part in range(parts + 1)]
    return list(zip(bounds[:-1], bounds[1:], strict=True))


def run(job: Callable[[int, int, int], None], parts: list[tuple[int, int]]) -> None:
    """Call `job(part, start, stop)` for each range, all at the same time; this thread does the first one itself."""
    if len(parts) == 1:
        job(0, *parts[0])
        return
    workers = len(parts) - 1
    pool = _pools.get(workers)
    if pool is None:
        pool = _pools.setdefault(workers, ThreadPoolExecutor(workers, thread_name_prefix="labkit"))
    others = [pool.submit(job, part, start, stop) for part, (start, stop) in enumerate(parts) if part > 0]
    try:
        job(0, *parts[0])
    finally:
        for other in others:
            other.result()
