import threading
import time

import pytest

from labkit.models.parallel import side_by_side


def test_results_come_in_the_order_of_the_items(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "3")
    assert list(side_by_side(lambda wait: time.sleep(wait) or wait, [0.03, 0.0, 0.01])) == [0.03, 0.0, 0.01]
    assert list(side_by_side(len, [])) == []


def test_each_thread_begins_once_and_no_more_threads_run_than_allowed(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "2")
    begun = []
    names = set(
        side_by_side(
            lambda _: time.sleep(0.002) or threading.current_thread().name, range(20), begin=lambda: begun.append(1)
        )
    )
    assert len(names) == len(begun) <= 2


def test_a_failure_stops_the_rest(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "1")
    seen = []

    def work(item):
        seen.append(item)
        time.sleep(0.01)
        if item == 1:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        list(side_by_side(work, range(50)))
    assert len(seen) < 10
