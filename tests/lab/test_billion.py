import numpy as np
import pytest

from labkit.lab.billion import BillionLab, footprint_table
from labkit.lab.billion_checks import CANDIDATES, plot_crowding, plot_reproduction, reproduction
from labkit.lab.billion_passes import first_pass_explorer, plot_first_passes
from labkit.lab.billion_scale import Scaling, candidates_needed, plot_recall_scaling, plot_time_scaling, scaling_table
from labkit.lab.waterfall import plot_waterfall
from labkit.measure.growth import shortlist_recall
from labkit.measure.neighbours import recall_of_exact
from labkit.search.chain import chain, prefix_codes
from labkit.search.flat import FlatIndex


@pytest.fixture(scope="module")
def real():
    rng = np.random.default_rng(0)
    spread = np.linspace(1, 0.3, 64)
    vectors = (
        rng.standard_normal((40, 64))[rng.integers(40, size=1300)] + 0.5 * rng.standard_normal((1300, 64))
    ) * spread
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return vectors[:1200], vectors[1200:]


@pytest.fixture(scope="module")
def lab(real, tmp_path_factory):
    return BillionLab(*real, n=20_000, dims=32, folder=tmp_path_factory.mktemp("simulated"))


def test_the_lab_measures_the_chain_that_labkit_runs(lab):
    index = chain(prefix_codes(lab.vectors[:5000], 32), lab.vectors[:5000], 1000)
    recall = recall_of_exact(index.search(lab.queries, 10), FlatIndex(lab.vectors[:5000]).search(lab.queries, 10))
    assert lab.sizes == (2000, 5000, 10_000, 20_000)
    assert lab.recalls()[1] == pytest.approx(recall)


def test_stages_and_their_tables(lab):
    first, second = lab.stages()
    assert first.values.mean() < second.values.mean() == pytest.approx(lab.recalls()[-1].mean())
    table = lab.stage_table()
    assert [row[1:3] for row in table.rows] == [("20,000", "80 kB"), ("1,000", "256 kB")]
    assert "95 % interval" in table.caption
    plot_waterfall([first, second], "t", metric="recall@10")


def test_memory_of_a_process_that_only_searches(lab):
    found = lab.footprint()
    assert found.peak >= found.before > 10_000_000 and found.queries == 64
    if found.own is not None:
        # Its own memory grows by codes and buffers, not by the file.
        assert found.own < found.before + 200_000_000
    assert footprint_table(found, lab).rows[1] == ("the codes", "80 kB")


def test_figures_beyond_what_was_measured(lab):
    scaling = Scaling.of(lab)
    for exhibit in (plot_time_scaling(lab, scaling), plot_recall_scaling(lab, scaling)):
        assert "billion" in exhibit.figure.layout.title.text and "(" in exhibit.summary
    rows = scaling_table(lab, scaling).rows
    assert [row[0] for row in rows] == ["10,000,000", "100,000,000", "1,000,000,000"]
    assert rows[-1][1:3] == ("4 GB", "256 GB")
    assert candidates_needed(lab, 20_000, recall=lab.recalls()[-1].mean()) == pytest.approx(1000, rel=0.01)
    with pytest.raises(ValueError, match="less than"):
        candidates_needed(lab, 20_000, recall=1.01)


def test_first_passes(lab):
    exhibit = plot_first_passes(lab, 20_000)
    assert len(exhibit.figure.data) == 2 and "32 bits" in exhibit.summary  # of 64, 128, 256, 384 only 64 fits
    with pytest.raises(ValueError, match="one of"):
        plot_first_passes(lab, 999)
    box = first_pass_explorer(lab)
    box.children[0].children[0].value = 2000
    assert (
        "2,000 documents"
        in box.children[1].outputs[0]["data"]["application/vnd.plotly.v1+json"]["layout"]["title"]["text"]
    )


def test_simulated_curves_follow_the_real_ones_as_random_vectors_do_not(real):
    documents, queries = real
    found, n = reproduction(documents, queries)
    assert n == 1200
    curves = {name: values.mean(axis=1) for name, values in found["first pass"].items()}
    random = np.random.default_rng(0).standard_normal(documents.shape).astype(np.float32)
    deep = prefix_codes(random, 64).search(queries, 1000)
    lost = shortlist_recall(deep, FlatIndex(random).search(queries, 10), CANDIDATES).mean(axis=1)
    gap, random_gap = np.abs(curves["simulated"] - curves["real"]).max(), np.abs(lost - curves["real"]).max()
    assert gap < 0.2 and gap < random_gap / 2
    first, second = plot_reproduction(found, n)
    assert "simulated within" in first.figure.layout.title.text and "95 %" in second.summary


def test_it_gets_crowded(real, lab):
    crowd = plot_crowding(*real, lab.exact).figure.data[1]
    assert len(crowd.x) > 3 and np.diff(crowd.y).min() > 0


def test_too_few_to_show_anything(real, tmp_path):
    with pytest.raises(ValueError, match="20,000"):
        BillionLab(*real, n=10_000, folder=tmp_path)
