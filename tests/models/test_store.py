import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.models.store import open_store, remembered, text_key


def test_what_is_put_is_got_and_the_first_stays(tmp_path):
    store = open_store("kind", "a/name", "v1", 3, tmp_path)
    assert store.file.parent == tmp_path and store.file.name.startswith("a--name-")
    one, two = np.array([1, 2, 3], np.float32), np.array([4, 5, 6], np.float32)
    assert store.get([b"x"]) == {}
    store.put({b"x": one})
    store.put({b"x": two, b"y": two})
    got = store.get([b"x", b"y", b"z", b"x"])
    assert sorted(got) == [b"x", b"y"]
    np.testing.assert_array_equal(got[b"x"], one)
    assert open_store("kind", "a/name", "v2", 3, tmp_path).get([b"x"]) == {}


def test_items_of_like_length_are_computed_together(tmp_path):
    store = open_store("kind", "n", "v1", 1, tmp_path)
    asked = []

    def compute(items):
        asked.extend(items)
        return np.array([[len(item)] for item in items], np.float32)

    lengths = remembered(store, ["a", "ccc", "bb", "a"], key=str.encode, size=len, compute=compute, what="")
    assert lengths.tolist() == [[1], [3], [2], [1]]
    assert asked == ["ccc", "bb", "a"]


def test_two_processes_share_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("labkit.models.store.ITEMS_A_TRANSACTION", 2)
    store = open_store("kind", "n", "v1", 1, tmp_path)
    items, asked = [f"{i:02}" for i in range(20)], []

    def compute(group):
        asked.extend(group)
        # Meanwhile another process, which needs the same, has encoded all but two others.
        store.put({item.encode(): np.array([float(item)], np.float32) for item in items[:18]})
        return np.array([[float(item)] for item in group], np.float32)

    found = remembered(store, items, key=str.encode, size=len, compute=compute, what="")
    assert found[:, 0].tolist() == list(range(20))
    assert len(asked) <= 4 and len(set(asked)) == len(asked)


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_keys_tell_lists_of_texts_apart(one, other):
    assert (text_key(*one) == text_key(*other)) == (one == other)


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = open_store("kind", "n", "v1", 1, tmp_path / "file" / "sub")
    with pytest.warns(UserWarning, match="working without the cache"):
        got = remembered(store, ["a"], key=str.encode, size=len, compute=lambda _: np.ones((1, 1), np.float32), what="")
    assert got.tolist() == [[1]]
