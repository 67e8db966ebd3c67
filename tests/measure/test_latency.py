import numpy as np
import pytest

from labkit.measure import latency as module
from labkit.measure.latency import Latency, human_bytes, latency
from labkit.models.memory import may_remember
from labkit.search.hits import Hits


class Recorder:
    def __init__(self):
        self.asked = []

    def search(self, queries, k):
        self.asked.append((list(queries), k))
        return Hits.from_lists([[] for _ in queries], k)


def test_queries_are_searched_one_at_a_time_in_rounds():
    recorder = Recorder()
    result = latency(recorder, ["a", "b", "c"], k=5, repeats=2, warmup=1)
    assert [queries for queries, _ in recorder.asked] == [["a"], ["a"], ["b"], ["c"], ["a"], ["b"], ["c"]]
    assert {k for _, k in recorder.asked} == {5}
    assert result.n == 6


def test_percentiles_of_known_times(monkeypatch):
    # The clock advances by 0, 1, 2 ... ms in each search; warm-up is not timed.
    ticks = iter(np.cumsum([0.0] + [x for ms in range(11) for x in (1.0, ms / 1000)]))
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(ticks))
    assert latency(Recorder(), ["a"], repeats=11, warmup=3) == Latency(
        pytest.approx(5), pytest.approx(1), pytest.approx(9), 11
    )


def test_a_time_limit_stops_a_slow_searcher_after_at_least_one_search():
    assert latency(Recorder(), ["a", "b"], limit_s=0.0).n == 1


def test_nothing_is_remembered_while_the_clock_runs():
    class Curious(Recorder):
        def search(self, queries, k):
            self.asked.append(may_remember())
            return super().search(queries, k)

    curious = Curious()
    latency(curious, ["a"], repeats=2, warmup=1)
    assert [asked for asked in curious.asked if isinstance(asked, bool)] == [False] * 3
    assert may_remember()


def test_vectors_can_be_timed_too():
    recorder = Recorder()
    latency(recorder, np.eye(3, dtype=np.float32), repeats=1, warmup=0)
    assert [np.shape(queries) for queries, _ in recorder.asked] == [(1, 3)] * 3


def test_bad_requests_are_refused():
    with pytest.raises(ValueError, match="no queries"):
        latency(Recorder(), [])
    with pytest.raises(TypeError, match="list of texts"):
        latency(Recorder(), "pump")
    with pytest.raises(ValueError, match="repeats"):
        latency(Recorder(), ["a"], repeats=0)


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 B"), (1.5, "1.5 B"), (999, "999 B"), (999.6, "1 kB"), (1e6, "1 MB"), (2.5e9, "2.5 GB"), (7e15, "7,000 TB")],
)
def test_bytes_for_people(n, text):
    assert human_bytes(n) == text


@pytest.mark.parametrize("n", [-1, float("nan"), float("inf")])
def test_impossible_sizes_are_refused(n):
    with pytest.raises(ValueError, match="bytes"):
        human_bytes(n)
