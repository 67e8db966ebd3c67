import numpy as np
import pytest

from labkit.models.memory import forgotten
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens_cache import CachedTokenEncoder


class Counting:
    """As many vectors as a text has letters, and a note of what was asked."""

    name, dim, max_tokens, fingerprint = "counting", 2, 99, "counting/v1"

    def __init__(self):
        self.asked = []

    def encode_documents(self, texts):
        self.asked += texts
        return TokenVectors.of([np.array([[ord(c), 1 / 3] for c in t]).reshape(-1, 2) for t in texts], dim=2)

    def encode_queries(self, texts):
        found = self.encode_documents(texts)
        return TokenVectors(-found.vectors, found.offsets)


def test_each_text_is_encoded_once_and_the_numbers_stay_the_same(tmp_path):
    inner = Counting()
    texts = ["bb", "a", "bb", "", "ccc"]
    first = CachedTokenEncoder(inner, tmp_path).encode_documents(texts)
    assert sorted(inner.asked) == ["", "a", "bb", "ccc"]
    again = CachedTokenEncoder(Counting(), tmp_path)
    second = again.encode_documents(texts)
    assert again.encoder.asked == []
    assert first.lengths.tolist() == [2, 1, 2, 0, 3]
    np.testing.assert_array_equal(first.vectors, second.vectors)
    np.testing.assert_array_equal(first[1], [[97, np.float16(1 / 3)]])
    assert again.encode_documents([]).vectors.shape == (0, 2)


def test_queries_are_kept_apart_from_documents(tmp_path):
    encoder = CachedTokenEncoder(Counting(), tmp_path)
    np.testing.assert_array_equal(encoder.encode_documents(["a"]).vectors, -encoder.encode_queries(["a"]).vectors)


def test_nothing_is_remembered_while_a_clock_runs(tmp_path):
    encoder = CachedTokenEncoder(Counting(), tmp_path)
    encoder.encode_documents(["a"])
    with forgotten():
        encoder.encode_documents(["a"])
    assert encoder.encoder.asked == ["a", "a"]


def test_a_damaged_file_is_made_again(tmp_path):
    encoder = CachedTokenEncoder(Counting(), tmp_path)
    wanted = encoder.encode_documents(["abc"]).vectors
    data, blob = encoder.file.read_bytes(), wanted.astype("<f2").tobytes()
    encoder.file.write_bytes(data.replace(blob, b"\x01" + blob[1:]))
    with pytest.warns(UserWarning, match="was broken"):
        np.testing.assert_array_equal(encoder.encode_documents(["abc"]).vectors, wanted)
