import json
import os

import numpy as np
import pytest

from labkit.search import storage


@pytest.fixture
def folder(tmp_path):
    storage.save(tmp_path, "Kind", {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2], np.int64)}, {"x": 1.5})
    return tmp_path


def array_file(folder, name="a"):
    return folder / json.loads((folder / "index.json").read_text())["arrays"][name]["file"]


@pytest.mark.parametrize("mmap", [False, True])
def test_what_was_saved_comes_back(folder, mmap):
    arrays, saved = storage.load(folder, "Kind", mmap=mmap)
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].dtype == np.int64
    assert saved == {"x": 1.5}


def test_arrays_are_ordinary_numpy_files(folder):
    assert np.load(array_file(folder)).shape == (2, 3)


@pytest.mark.parametrize("mmap", [False, True])
def test_a_file_cut_short_is_refused(folder, mmap):
    path = array_file(folder)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(ValueError, match="damaged.*bytes"):
        storage.load(folder, "Kind", mmap=mmap)


@pytest.mark.parametrize("mmap", [False, True])
def test_a_missing_file_is_refused(folder, mmap):
    array_file(folder).unlink()
    with pytest.raises(FileNotFoundError, match="incomplete"):
        storage.load(folder, "Kind", mmap=mmap)


def test_a_flipped_bit_is_refused(folder):
    path = array_file(folder)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="checksum"):
        storage.load(folder, "Kind")


def test_another_array_of_the_same_size_is_refused(folder):
    np.save(array_file(folder), np.arange(6.0).reshape(3, 2))
    with pytest.raises(ValueError, match="damaged"):
        storage.load(folder, "Kind", mmap=True)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"format": 1}', b"\xff\xfe"])
def test_a_broken_header_is_refused(folder, content):
    (folder / "index.json").write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        storage.load(folder, "Kind")


def test_an_edited_header_is_refused(folder):
    path = folder / "index.json"
    path.write_text(path.read_text().replace("1.5", "2.5"))
    with pytest.raises(ValueError, match="its own checksum"):
        storage.load(folder, "Kind", mmap=True)


def test_an_empty_or_missing_folder(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(FileNotFoundError, match="no index in"):
            storage.load(folder, "Kind")


def test_another_kind_is_refused(folder):
    with pytest.raises(ValueError, match="holds a Kind, not a Other: load it with Kind.load"):
        storage.load(folder, "Other")


def test_saving_again_replaces_and_cleans_up(folder):
    storage.save(folder, "Kind", {"a": np.zeros(1)})
    arrays, saved = storage.load(folder, "Kind")
    assert (list(arrays), saved) == (["a"], {})
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("dies_at", ["array", "header"])
def test_a_save_that_dies_leaves_the_old_index(folder, monkeypatch, dies_at):
    def die(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "_write_array" if dies_at == "array" else "_replace", die)
    with pytest.raises(KeyboardInterrupt):
        storage.save(folder, "Kind", {"a": np.zeros(1)})
    assert storage.load(folder, "Kind")[1] == {"x": 1.5}
    assert len(list(folder.iterdir())) == 3


def test_a_mapped_index_survives_being_replaced(folder):
    old = storage.load(folder, "Kind", mmap=True)[0]["a"]
    storage.save(folder, "Kind", {"a": np.zeros((2, 3))})
    assert old.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_writing_into_a_mapped_array_leaves_the_file_alone(folder):
    mapped = storage.load(folder, "Kind", mmap=True)[0]["a"]
    mapped[0, 0] = 99
    assert storage.load(folder, "Kind")[0]["a"][0, 0] == 0


@pytest.fixture
def outer(tmp_path):
    inner = {
        name: lambda path, x=x: storage.save(path, "Inner", {"a": np.full(3, x)}) for name, x in (("p", 1), ("q", 2))
    }
    storage.save(tmp_path, "Outer", {}, {"x": 1}, inner=inner)
    return tmp_path


def test_inner_folders_are_index_folders_by_themselves(outer):
    folders, saved = storage.load_inner(outer, "Outer")
    assert saved == {"x": 1}
    assert [storage.load(folders[name], "Inner")[0]["a"].tolist() for name in ("p", "q")] == [[1, 1, 1], [2, 2, 2]]


def test_an_inner_folder_that_is_missing_or_another_is_refused(outer):
    folders, _ = storage.load_inner(outer, "Outer")
    storage.save(folders["p"], "Inner", {"a": np.full(3, 7)})
    with pytest.raises(ValueError, match="not the one that was saved with it"):
        storage.load_inner(outer, "Outer")
    (folders["p"] / "index.json").unlink()
    with pytest.raises(FileNotFoundError, match="incomplete"):
        storage.load_inner(outer, "Outer")


def test_saving_again_removes_old_inner_folders(outer):
    storage.save(outer, "Outer", {}, inner={"p": lambda path: storage.save(path, "Inner", {"a": np.zeros(1)})})
    assert len(list(outer.iterdir())) == 2
    storage.save(outer, "Kind", {"a": np.zeros(1)})
    assert all(path.is_file() for path in outer.iterdir())


def test_a_save_that_dies_inside_leaves_the_old_index(outer):
    def die(path):
        storage.save(path, "Inner", {"a": np.zeros(1)})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storage.save(outer, "Outer", {}, inner={"p": die})
    assert storage.load_inner(outer, "Outer")[1] == {"x": 1}
    assert len(list(outer.iterdir())) == 3
