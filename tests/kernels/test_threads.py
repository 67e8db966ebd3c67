import threading

import pytest

from labkit.kernels.threads import run, split


def test_ranges_cover_every_row_once():
    ranges = split(1_000_003, row_bytes=256, threads=3)
    assert len(ranges) == 3
    assert [row for start, stop in ranges for row in (start, stop)] == [0, 333334, 333334, 666668, 666668, 1000003]


def test_small_work_stays_in_one_part():
    assert split(100, row_bytes=4, threads=8) == [(0, 100)]
    assert split(0, row_bytes=4, threads=8) == [(0, 0)]


def test_parts_run_at_the_same_time():
    meet = threading.Barrier(3, timeout=10)
    run(lambda part, start, stop: meet.wait() and None, [(0, 1), (1, 2), (2, 3)])


def test_an_error_in_a_part_is_not_lost():
    def job(part, start, stop):
        if part == 1:
            raise RuntimeError("part 1 failed")

    with pytest.raises(RuntimeError, match="part 1 failed"):
        run(job, [(0, 1), (1, 2)])
