import numpy as np
import pytest

from labkit.lab.billion_costs import _real, bill_check, cost_explorer, plot_designs
from labkit.measure.costs import Design, Part, designs, hnsw_part, id_part, payload_part, token_part, vector_part
from labkit.measure.costs_machines import Assumptions, compare_designs, machines, monthly_cost, read_ms
from labkit.models.token_vectors import TokenVectors
from labkit.search.maxsim import MaxSimIndex
from labkit.search.residual import ResidualIndex


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).standard_normal((10_000, 64)).astype(np.float32)


@pytest.mark.parametrize("m", [8, 32])
def test_within_two_per_cent_of_real_indexes(vectors, m):
    kinds = _real(vectors, m)
    assert len(kinds) >= 6
    for name, parts, measured in kinds:
        assert Design(name, len(vectors), parts).bytes_in() == pytest.approx(measured, rel=0.02), name


def test_within_two_per_cent_of_late_interaction():
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 16, 2000)
    vectors = rng.standard_normal((lengths.sum(), 32)).astype(np.float32)
    tokens = TokenVectors(vectors, np.concatenate([[0], lengths.cumsum()]))
    residual = ResidualIndex(tokens, nbits=2, centroids=64, progress=False)
    for part, measured in (
        (token_part(lengths.mean(), 32), MaxSimIndex(tokens).nbytes),
        (token_part(lengths.mean(), 32, 8), MaxSimIndex(tokens, dtype="int8").nbytes),
        (token_part(lengths.mean(), 32, 2, centroids=64), residual.nbytes),
    ):
        assert Design("x", 2000, (part,)).bytes_in() == pytest.approx(measured, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_within_two_per_cent_of_larger_indexes(n):
    vectors = np.random.default_rng(0).standard_normal((n, 16)).astype(np.float32)
    for name, parts, measured in _real(vectors, 8 if n < 1_000_000 else 0):
        assert Design(name, n, parts).bytes_in() == pytest.approx(measured, rel=0.02), name


def test_golden_values():
    assert [vector_part(1536, bits).each for bits in (32, 16, 8, 4, 1)] == [6144, 3072, 1536, 768, 192]
    assert vector_part(13, 1).each == 2 and vector_part(3, 4).each == 2
    assert hnsw_part(16).each == pytest.approx(8 * 16 + 64 / 15 + 12)
    assert token_part(100, 128, 1, centroids=10).each == 100 * (3 + 16) + 8
    assert token_part(100, 128, 1, centroids=10).once == 10 * 128 * 2
    assert token_part(100, 128).each == 100 * 512 + 8


def test_the_handouts_billion():
    flat, *_, chain, _ = designs(10**9, 1536)
    assert flat.bytes_in("memory") == pytest.approx(6.296e12, rel=1e-3) and flat.bytes_in("disk") == 0
    assert chain.bytes_in("memory") == 16e9 + 8e9 and chain.bytes_in("disk") == 6.144e12


def test_replicas_and_payload_are_counted():
    one, three = (Design("x", 10, (id_part(), payload_part(100)), copies) for copies in (1, 3))
    assert three.bytes_in() == 3 * one.bytes_in() == 3 * 1080
    assert one.bytes_in("disk") == 1000
    assert "together on disk" in str(one.table())


def test_machines_follow_whichever_is_scarcer():
    a = Assumptions(memory_gb=10, disk_gb=100, usable=0.5)
    assert machines(Design("m", 10**9, (Part("x", 12),)), a) == 3  # 12 GB / 5 GB
    assert machines(Design("d", 10**9, (Part("x", 1), Part("y", 101, "disk"))), a) == 3  # 101 GB / 50 GB
    assert machines(Design("m", 10**9, (Part("x", 12),), 2), a) == 6
    cost = monthly_cost(Design("m", 10**9, (Part("x", 12),)), a)
    assert cost == pytest.approx(12 / 0.5 * a.memory_price + 3 * a.machine_price)


def test_reads_from_disk():
    a = Assumptions(read_us=100, reads_together=1)
    assert read_ms(10, 4096, a) == pytest.approx(1.0)  # a row a page
    starts = np.arange(0, 4096 * 3, 1536)
    pages = np.mean((starts + 1535) // 4096 - starts // 4096 + 1)
    assert read_ms(10, 1536, a) == pytest.approx(pages)


@pytest.mark.parametrize(
    "make",
    [
        lambda: vector_part(0), lambda: vector_part(8, 3), lambda: hnsw_part(1), lambda: token_part(0, 8),
        lambda: Part("x", -1), lambda: Part("x", float("nan")), lambda: Part("x", 1, "cloud"),
        lambda: Design("x", 0, ()), lambda: Design("x", 1, (), 0), lambda: designs(10, 64, short=128),
        lambda: Assumptions(usable=1.5), lambda: Assumptions(memory_gb=0), lambda: Assumptions(disk_price=-1),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be(make):
    with pytest.raises(ValueError):
        make()


def test_exhibits(vectors):
    assert [row[0] for row in bill_check(vectors[:500]).rows][-1] == "faiss HNSW, M = 16"
    exhibit = plot_designs(designs(10**9, 1536))
    assert exhibit.figure.layout.title.text.startswith("6.3 TB in memory as float32,<br>24 GB as first 128 as bits")
    box = cost_explorer()
    n, dim, short, m, copies, price = box.children[0].children
    before = box.children[1].outputs[0]["data"]["text/plain"]
    m.value, dim.value, short.value = 0, 384, 512
    after = box.children[1].outputs[0]["data"]["text/plain"]
    assert before != after and "first 384 as bits" in after
    price.value = 8.0
    assert "cost" in box.children[1].outputs[-1]["data"]["text/plain"]
    assert compare_designs(designs(10**6, 384), Assumptions()).rows[0][3] == "1"
