import numpy as np
import pytest

from labkit.models.catalogue import find
from labkit.models.static import StaticEncoder
from labkit.models.weights import locate

CARD = find("wordllama-256")
TEXTS = ["a river bank", "money in the bank", "naïve 日本語 🙂", "word " * 900]


@pytest.fixture(scope="module")
def encoder():
    return StaticEncoder(CARD)


def test_vectors_equal_the_packages_own(encoder):
    from wordllama import WordLlama

    theirs = WordLlama.load(cache_dir=locate(CARD), disable_download=True).embed(TEXTS, norm=True)
    np.testing.assert_allclose(encoder.encode_documents(TEXTS), theirs, atol=1e-5)


def test_a_vector_is_the_direction_of_the_mean_of_the_tokens(encoder):
    (ids,) = encoder.tokenize(["a river bank"])
    mean = encoder._table[ids].mean(axis=0)
    np.testing.assert_allclose(encoder.encode_queries(["a river bank"])[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_an_empty_text_is_the_zero_vector_wherever_it_stands(encoder):
    vectors = encoder.encode_documents(["", "a river bank", "", "", "money", ""])
    assert (vectors[[0, 2, 3, 5]] == 0).all()
    np.testing.assert_allclose(np.linalg.norm(vectors[[1, 4]], axis=1), 1, atol=1e-6)
    assert (encoder.encode_documents(["", ""]) == 0).all()
    assert encoder.encode_documents([]).shape == (0, 256)


def test_batches_do_not_show(encoder):
    texts = [f"text {i} of the bank" for i in range(1030)] + [""]
    together = encoder.encode_documents(texts)
    for i in (0, 1023, 1024, 1029):
        assert (together[i] == encoder.encode_documents([texts[i]])[0]).all()


def test_word_order_is_lost(encoder):
    forth, back = encoder.encode_documents(["dog bites man", "man bites dog"])
    assert forth @ back > 0.9


def test_texts_only(encoder):
    with pytest.raises(TypeError, match="position 0 is a int"):
        encoder.encode_documents([7])
