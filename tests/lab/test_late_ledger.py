import numpy as np
import pytest

from labkit.lab.late_ledger import Ledger
from labkit.search.hits import Hits


class Fixed:
    """A search with given first hits and bytes."""

    def __init__(self, ids, nbytes):
        self.ids, self.nbytes = ids, nbytes

    def search(self, queries, k):
        return Hits.from_lists([[(i, -float(rank)) for rank, i in enumerate(ids[:k])] for ids in self.ids], k)


@pytest.fixture
def ledger(shop):
    exact, half = Fixed([[1, 4], [0, 3]], 5_000), Fixed([[1, 0], [0, 2]], 500)
    return Ledger({"exact": exact, "half": half, "tiny": Fixed([[2, 3], [2, 4]], 50)}, shop)


def test_recall_and_bytes_are_those_of_the_searches(ledger):
    assert ledger.recall == {"exact": 1.0, "half": 0.5, "tiny": 0.0}
    assert ledger.nbytes == {"exact": 1_000.0, "half": 100.0, "tiny": 10.0}
    assert ledger.smallest(0.5) == "half" and ledger.smallest(1) == "exact"


def test_the_table_compares_with_the_first(ledger):
    rows = {row[0]: row for row in ledger.table().rows}
    assert rows["exact"][1:4] == ("1 kB", "1.0", "1.000")
    assert rows["half"][2] == "10.0" and rows["half"][3].startswith("0.500 (")
    assert rows["exact"][-1] == "" and rows["tiny"][-1].startswith("-")


def test_the_figure_has_a_point_a_search(ledger):
    exhibit = ledger.plot("A finding")
    drawn = sorted(float(x) for trace in exhibit.figure.data for x in np.atleast_1d(trace.x))
    assert drawn == [10.0, 100.0, 1_000.0] and "top 10" in exhibit.figure.layout.yaxis.title.text


def test_one_search_is_no_ledger(shop):
    with pytest.raises(ValueError, match="at least two searches"):
        Ledger({"exact": Fixed([[1], [0]], 1)}, shop)
