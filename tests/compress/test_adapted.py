import numpy as np
import pytest

from labkit.compress.adapted import AdaptedEncoder
from labkit.compress.matryoshka import random_rotation, truncate


class Lengths:
    """An encoder that needs no weights: a text becomes counts of the letters a to d."""

    name, dim, max_tokens, fingerprint = "lengths", 4, 99, "lengths/v1"

    def encode_documents(self, texts):
        x = np.array([[text.count(letter) + 1 for letter in "abcd"] for text in texts], np.float32)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    encode_queries = encode_documents


def test_documents_and_queries_go_through_the_map():
    rotation = random_rotation(4, seed=0, name="spin")
    adapted = AdaptedEncoder(Lengths(), rotation)
    texts = ["aab", "dddd"]
    for encode in (adapted.encode_documents, adapted.encode_queries):
        np.testing.assert_array_equal(encode(texts), rotation(Lengths().encode_documents(texts)))
    assert (adapted.name, adapted.dim, adapted.max_tokens) == ("lengths + spin", 4, 99)


def test_a_shortened_map_gives_truncated_vectors():
    rotation = random_rotation(4, seed=0)
    short = AdaptedEncoder(Lengths(), rotation.first(2))
    assert short.dim == 2
    np.testing.assert_allclose(
        short.encode_queries(["abc"]), truncate(rotation(Lengths().encode_queries(["abc"])), 2), atol=1e-6
    )


def test_two_maps_have_two_fingerprints():
    prints = {AdaptedEncoder(Lengths(), random_rotation(4, seed=seed)).fingerprint for seed in (0, 1)}
    assert len(prints) == 2 and Lengths.fingerprint not in prints


def test_a_map_of_another_width_is_refused():
    with pytest.raises(ValueError, match="takes 8 dimensions, but lengths gives 4"):
        AdaptedEncoder(Lengths(), random_rotation(8, seed=0))
