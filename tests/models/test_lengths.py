import numpy as np
import pytest

import labkit
from labkit.models.lengths import CutOff, cut_off


def test_by_hand():
    found = CutOff(np.array([5, 12, 20]), 10, exact=True)
    assert (found.cut, found.share_cut) == (2, pytest.approx(2 / 3))
    assert found.share_unread == pytest.approx((2 + 10) / 37)
    assert str(found) == "2 of 3 texts are longer than 10 tokens; 32.4% of all tokens are never read"
    assert str(CutOff(np.array([5]), 10, exact=False)).startswith("about 0 of 1")
    assert CutOff(np.array([], np.int64), 10, exact=True).share_unread == 0


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "bge-small-en-v1.5", "wordllama-256"])
def test_counts_are_those_of_the_encoders_own_tokenizer(name):
    encoder = labkit.load_encoder(name)
    inner = encoder.encoder
    texts = ["a pump that hums", "", "E-1042: état"]
    own = inner._tokenizer.encode_batch(texts, add_special_tokens=name != "wordllama-256")
    found = cut_off(encoder, texts)
    assert found.tokens.tolist() == [len(one.ids) for one in own]
    assert found.exact and found.max_tokens == encoder.max_tokens


def test_what_is_counted_as_unread_has_no_influence_on_the_vector():
    encoder = labkit.load_encoder("all-MiniLM-L6-v2", cache=False)
    text = "pump " * 254  # and the two frame tokens
    found = cut_off(encoder, [text, text + "valve"])
    assert found.tokens.tolist() == [256, 257] and found.cut == 1
    same = encoder.encode_documents([text, text + "valve", "valve " + text])
    assert same[0] @ same[1] == pytest.approx(1, abs=1e-3)
    assert same[0] @ same[2] < 0.999


def test_it_looks_through_an_adapter():
    encoder = labkit.AdaptedEncoder(labkit.load_encoder("all-MiniLM-L6-v2"), labkit.load_adapter())
    assert cut_off(encoder, ["a pump"]).tokens.tolist() == [4]


def test_an_encoder_without_a_tokenizer_is_estimated():
    class Vendor:
        name, dim, max_tokens = "vendor/model", 8, 3

    found = cut_off(Vendor(), ["a pump that hums", "abc"])
    assert found.tokens.tolist() == [4, 1] and not found.exact and found.cut == 1


def test_a_model_of_a_hub_counts_with_its_own(tmp_path):
    class Model:
        @staticmethod
        def tokenizer(texts, truncation, verbose):
            assert not truncation
            return {"input_ids": [text.split() for text in texts]}

    class Hub:
        name, dim, max_tokens, _model = "org/model", 8, 3, Model

    assert cut_off(Hub(), ["one two three four", ""]).tokens.tolist() == [4, 0]
    assert cut_off(Hub(), []).tokens.tolist() == []
