import numpy as np
import pytest

from labkit.lab.late_plaid import PROBES, PlaidLab, plaid_explorer, plot_stages, stage_times
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits
from labkit.search.maxsim import MaxSimIndex
from labkit.search.rescore import Stage
from labkit.search.residual import ResidualIndex
from labkit.unit import unit_rows


class Fake:
    """Fifty documents; it finds as many of the exact ten as a fourth of the candidates; it counts its searches."""

    def __init__(self):
        self.asked = []

    def __len__(self):
        return 50

    def profile(self, queries, k, *, nprobe=None, candidates=None):
        self.asked.append((nprobe, candidates))
        good = min(10, candidates // 4)
        ids = [*range(good), *range(20, 30 - good)]
        lists = [[(i, -float(rank)) for rank, i in enumerate(ids)] for _ in range(len(queries))]
        looked = 50 if nprobe is None else 5 * nprobe
        times = [(1.0, 4.0, 9.0), (3.0, 5.0, 7.0), (2.0, 6.0, 8.0)][len(self.asked) % 3]
        stages = [
            Stage(name, count, 0.0, ms)
            for name, count, ms in zip(("first", "second", "third"), (0, looked, candidates), times, strict=True)
        ]
        return Hits.from_lists(lists, k), stages


@pytest.fixture
def lab():
    exact = Hits(np.tile(np.arange(10), (2, 1)), np.zeros((2, 10), np.float32))
    return PlaidLab(Fake(), TokenVectors.of([np.eye(2), np.eye(2)]), exact)


def test_a_setting_is_searched_once(lab):
    assert lab.measure("all", 20)[0] == 0.5 and lab.measure("all", 20)[0] == 0.5
    assert lab.measure(2, 40)[0] == 1.0
    assert lab.index.asked == [(None, 20), (2, 40)]


def test_the_title_has_the_recall_and_the_share_decoded(lab):
    exhibit = lab.draw(2, 20)
    assert "nprobe 2, 20 candidates: 50.0%" in exhibit.figure.layout.title.text
    assert "40% of the documents" in exhibit.figure.layout.title.text
    assert "rough scores for 10 of 50 documents and full scores for 20" in exhibit.summary
    assert [trace.name for trace in exhibit.figure.data] == ["All documents scored roughly", "nprobe 2", "chosen"]
    assert max(exhibit.figure.data[0].x) == 40  # more candidates than documents are not offered


def test_the_explorer_redraws(lab):
    box = plaid_explorer(lab)
    nprobe, candidates = box.children[0].children

    def title():
        return box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"]["layout"]["title"]["text"]

    assert "nprobe 1, 40" in title()
    nprobe.value = "all"
    candidates.value = 10
    assert "All documents scored roughly, 10 candidates: 20.0%" in title()


@pytest.mark.parametrize(("n", "offered", "first"), [(30, [10, 20], 20), (8, [8], 8)])
def test_a_small_collection_is_explored_too(n, offered, first):
    rng = np.random.default_rng(0)
    texts = TokenVectors.of([unit_rows(rng.standard_normal((6, 16)).astype(np.float32)) for _ in range(n)])
    index, exact = ResidualIndex(texts), MaxSimIndex(texts)
    queries = TokenVectors.of([texts[0], texts[1]])
    lab = PlaidLab(index, queries, exact.search(queries, 10))
    nprobe, candidates = plaid_explorer(lab).children[0].children
    assert [number for _, number in candidates.options] == offered and candidates.value == first
    for probes in PROBES:
        nprobe.value = probes
        assert f"{first} candidates" in lab.draw(probes, first).figure.layout.title.text


def test_hits_of_other_queries_are_refused(lab):
    with pytest.raises(ValueError, match="1 queries came with exact hits for 2"):
        PlaidLab(Fake(), TokenVectors.of([np.eye(2)]), lab.exact)


def test_stage_times_are_medians_of_three_rounds(lab):
    stages = stage_times(lab.index, lab.queries, candidates=20)
    assert {name: stage.milliseconds for name, stage in stages.items()} == {"first": 2.0, "second": 5.0, "third": 8.0}
    exhibit = plot_stages(stages, "A finding")
    assert list(exhibit.figure.data[0].x) == [2.0, 5.0, 8.0]
    assert exhibit.summary.startswith("15.00 ms a query in all. first 2.000 ms, no document; second 5.000 ms, 50")
    with pytest.raises(ValueError, match="no stage"):
        plot_stages({}, "Nothing")
