import numpy as np
import pytest

from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import random_rotation, truncate
from labkit.unit import unit_rows


def test_a_map_multiplies_and_normalises():
    # (1, 1) W = (3, 4), of length 5
    assert LinearMap([[1, 1], [2, 3]], "m")([[1.0, 1.0]]).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]


def test_zero_rows_stay_zero():
    assert LinearMap(np.eye(3), "same")(np.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_unit_rows_neither_overflows_nor_vanishes(scale):
    rows = unit_rows(np.array([[3, 4], [0, 0]], np.float32) * np.float32(scale))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0]], rtol=1e-6)


def test_vectors_of_the_wrong_width_are_refused():
    with pytest.raises(ValueError, match="should have 3 dimensions, but has 2"):
        LinearMap(np.eye(3), "same")(np.ones((4, 2)))


def test_sums_beyond_float32_are_refused():
    with pytest.raises(ValueError, match="mapped vectors should be finite, but row 1"):
        LinearMap(np.ones((6, 6)), "sum")([[1.0] * 6, [3e38] * 6])


def test_a_matrix_with_nan_is_refused():
    with pytest.raises(ValueError, match="matrix should be finite"):
        LinearMap([[np.nan]], "bad")


def test_orthogonality_error_by_hand():
    assert LinearMap(np.diag([1, 3]), "m").orthogonality_error == 8
    assert LinearMap(np.eye(4)[:, :2], "projection").orthogonality_error == 0


def test_save_and_load_give_the_same_map_and_the_same_bytes(tmp_path):
    rotation = random_rotation(16, seed=5, name="spin")
    rotation.save(tmp_path / "deep" / "a.safetensors")
    loaded = LinearMap.load(tmp_path / "deep" / "a.safetensors")
    assert loaded.name == "spin"
    np.testing.assert_array_equal(loaded.matrix, rotation.matrix)
    loaded.save(tmp_path / "b.safetensors")
    assert (tmp_path / "b.safetensors").read_bytes() == (tmp_path / "deep" / "a.safetensors").read_bytes()
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["a.safetensors"]


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        LinearMap.load(tmp_path / "none.safetensors")


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "cut.safetensors"
    random_rotation(16, seed=5).save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="damaged"):
        LinearMap.load(path)


def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path):
    path, rotation = tmp_path / "flipped.safetensors", random_rotation(4, seed=5, name="spin")
    rotation.save(path)
    whole, refused = path.read_bytes(), 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :])
        try:
            loaded = LinearMap.load(path)
        except ValueError:
            refused += 1
        else:
            assert loaded.name == "spin"
            np.testing.assert_array_equal(loaded.matrix, rotation.matrix)
    assert refused >= len(whole) - len("crc32")  # its name alone can be lost


def test_a_file_from_before_there_was_a_checksum_loads(tmp_path):
    from safetensors.numpy import save_file

    told = {"labkit": '{"kind": "LinearMap", "name": "old"}'}
    save_file({"matrix": np.eye(3, dtype=np.float32)}, tmp_path / "old.safetensors", metadata=told)
    assert LinearMap.load(tmp_path / "old.safetensors").name == "old"


def test_a_file_of_something_else_is_refused(tmp_path):
    from safetensors.numpy import save_file

    save_file({"weight": np.zeros((2, 2), np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="should hold a LinearMap, but holds something"):
        LinearMap.load(tmp_path / "other.safetensors")


def test_the_first_columns_are_the_map_followed_by_truncation():
    rotation = random_rotation(16, seed=5)
    x = np.random.default_rng(0).standard_normal((9, 16))
    np.testing.assert_allclose(rotation.first(4)(x), truncate(rotation(x), 4), atol=1e-6)
    with pytest.raises(ValueError, match="between 1 and 16, but is 17"):
        rotation.first(17)
