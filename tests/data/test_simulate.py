import numpy as np
import pytest

from labkit.data import simulated_file
from labkit.data.simulate import BLOCK, Simulator
from labkit.data.simulated_file import forget_simulated, simulated_vectors, write_rows


@pytest.fixture(scope="module")
def real():
    """1,000 unit vectors in 20 groups of a 32-dimensional space whose first numbers vary most."""
    rng = np.random.default_rng(0)
    spread = np.linspace(1, 0.1, 32)
    centres = rng.standard_normal((20, 32)) * spread
    vectors = centres[rng.integers(20, size=1000)] + 0.6 * rng.standard_normal((1000, 32)) * spread
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_same_seed_same_vectors_and_a_block_knows_only_its_number(real):
    one, two = Simulator.fit(real, seed=3), Simulator.fit(real, seed=3)
    assert np.array_equal(one.block(2), two.block(2))
    assert not np.array_equal(one.block(2), one.block(1))
    assert not np.array_equal(one.block(2), Simulator.fit(real, seed=4).block(2))
    assert one.fingerprint == two.fingerprint != Simulator.fit(real, seed=4).fingerprint
    assert one.fingerprint != Simulator.fit(real[:-1], seed=3).fingerprint


def test_vectors_are_unit_float32(real):
    block = Simulator.fit(real).block(0)
    assert block.dtype == np.float32 and block.shape == (BLOCK, 32)
    assert np.allclose(np.linalg.norm(block, axis=1), 1, atol=1e-5)


def test_distance_to_the_seed_is_the_measured_one(real):
    simulator = Simulator.fit(real)
    products = real @ real.T
    np.fill_diagonal(products, -1)
    assert np.allclose(simulator.cosines, np.sort(products.max(axis=1)), atol=1e-6)
    seeds = real[np.random.default_rng([0, 0]).integers(len(real), size=BLOCK)]
    cosines = np.einsum("ij,ij->i", simulator.block(0), seeds)
    wanted = np.quantile(simulator.cosines, [0.1, 0.5, 0.9])
    assert np.allclose(np.quantile(cosines, [0.1, 0.5, 0.9]), wanted, atol=0.01)


def test_spectrum_comes_along(real):
    made = Simulator.fit(real).block(0)
    energies = [np.cumsum(np.square(vectors).mean(axis=0)) for vectors in (real, made)]
    assert np.abs(energies[0] - energies[1]).max() < 0.03


def test_copies_of_one_vector_stay_that_vector():
    block = Simulator.fit(np.tile([[0.6, 0.8]], (5, 1))).block(0)
    assert np.allclose(block, [0.6, 0.8], atol=1e-5)


@pytest.mark.parametrize("bad", [np.eye(2), np.zeros((4, 3)), [[1, np.nan], [0, 1], [1, 1]]])
def test_refuses_what_it_cannot_learn_from(bad):
    with pytest.raises(ValueError):
        Simulator.fit(bad)


def test_refuses_bad_numbers(real):
    with pytest.raises(ValueError, match="counted from 0"):
        Simulator.fit(real).block(-1)
    with pytest.raises(ValueError, match="at least 1"):
        next(Simulator.fit(real).blocks(0))


def test_a_larger_file_serves_smaller_sizes_and_a_cut_one_is_made_again(real, tmp_path):
    simulator = Simulator.fit(real)
    vectors, file = simulated_vectors(simulator, 12_000, tmp_path)
    assert isinstance(vectors, np.memmap) and not vectors.flags.writeable
    assert np.array_equal(vectors[10_000:], simulator.block(1)[:2000])
    fewer, same = simulated_vectors(simulator, 5000, tmp_path)
    assert same == file and np.array_equal(fewer, simulator.block(0)[:5000])
    del vectors, fewer
    whole = file.read_bytes()
    file.write_bytes(whole[:-1000])
    again, _ = simulated_vectors(simulator, 12_000, tmp_path)
    assert np.array_equal(again[-1], simulator.block(1)[1999])
    del again
    assert forget_simulated(tmp_path) == len(whole)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_write_leaves_nothing(tmp_path):
    def blocks():
        yield np.ones((2, 3), np.float32)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(tmp_path / "x.npy", blocks(), (4, 3), np.dtype(np.float32))
    assert not list(tmp_path.iterdir())


def test_too_few_rows_and_a_full_disk_are_refused(tmp_path, monkeypatch):
    block = np.ones((2, 3), np.float32)
    with pytest.raises(ValueError, match="hold 2 rows"):
        write_rows(tmp_path / "x.npy", [block], (4, 3), block.dtype)
    monkeypatch.setattr(simulated_file, "_SPARE", 1 << 60)
    with pytest.raises(OSError, match="LABKIT_CACHE"):
        write_rows(tmp_path / "x.npy", [block], (2, 3), block.dtype)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_deleted_too(tmp_path):
    (tmp_path / "abc-400000.npy.1234.tmp").write_bytes(b"12345")
    assert forget_simulated(tmp_path) == 5
    assert not list(tmp_path.iterdir())
