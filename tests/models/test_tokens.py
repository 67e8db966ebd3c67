import json
import string

import numpy as np
import pytest

from labkit.models.bert import load_bert
from labkit.models.catalogue import find
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens import TokenEncoder
from labkit.models.tokens_load import load_token_encoder
from labkit.models.tokens_reading import Reading
from labkit.models.weights import verify

CARD = find("all-MiniLM-L6-v2")
TEXTS = [
    "",
    "   \n",
    "pump",
    "Where does the heat exchanger E-1042 drain?",
    "!!! ... ???",
    "A search index finds the nearest document, or so they say. " * 8,
    "token " * 400,  # longer than the encoder reads
    "naïve façade 日本語",
]


def projection():
    matrix = np.random.default_rng(0).standard_normal((384, 32))
    return (matrix / np.sqrt(32)).astype(np.float32)


def encoder(dtype="float32", **options):
    folder = verify(CARD)
    return TokenEncoder("test", load_bert(folder, dtype), folder / "tokenizer.json", fingerprint="v1", **options)


@pytest.fixture(scope="module")
def reading():
    return Reading(query_tokens=16, document_tokens=64)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A ColBERT checkpoint as sentence-transformers saves it: the same weights, limits, skip-list and projection."""
    import torch
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
    from sentence_transformers.sentence_transformer.modules import Dense

    body = Transformer(str(verify(CARD)), query_length=16, document_length=64)
    head = Dense(
        384,
        32,
        bias=False,
        activation_function=torch.nn.Identity(),
        module_input_name="token_embeddings",
        module_output_name="token_embeddings",
    )
    with torch.no_grad():
        head.linear.weight.copy_(torch.from_numpy(projection().T))
    modules = [body, head, MultiVectorMask(list(string.punctuation))]
    folder = tmp_path_factory.mktemp("checkpoint") / "tiny-colbert"
    MultiVectorEncoder(modules=modules, device="cpu").save(str(folder))
    return folder


def assert_same(ours: TokenVectors, theirs: TokenVectors, atol):
    np.testing.assert_array_equal(ours.lengths, theirs.lengths)
    np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=atol)


def test_equals_multi_vector_encoder_on_the_same_weights(checkpoint, reading, monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)  # a local folder needs no hub
    ours = encoder(reading=reading, projection=projection())
    theirs = load_token_encoder(str(checkpoint), cache=False)
    assert (theirs.name, theirs.dim, theirs.max_tokens) == ("tiny-colbert", 32, 64)
    assert_same(ours.encode_documents(TEXTS), theirs.encode_documents(TEXTS), 5e-6)
    assert_same(ours.encode_queries(TEXTS), theirs.encode_queries(TEXTS), 5e-6)
    for text in TEXTS:
        assert ours.document_tokens(text) == theirs.document_tokens(text)
        assert ours.query_tokens(text) == theirs.query_tokens(text)
    assert theirs.encode_queries([]).vectors.shape == (0, 32)


def test_vectors_are_unit_length_and_one_a_token():
    ours = load_token_encoder(cache=False)
    documents = ours.encode_documents(TEXTS)
    assert documents.dim == ours.dim == 384
    np.testing.assert_allclose(np.linalg.norm(documents.vectors, axis=1), 1, atol=1e-5)
    assert documents.lengths.tolist() == [len(ours.document_tokens(text)) for text in TEXTS]
    assert ours.encode_queries(TEXTS).lengths.tolist() == [len(ours.query_tokens(text)) for text in TEXTS]


def test_punctuation_has_no_vector_in_documents_but_one_in_queries():
    ours = encoder()
    assert ours.document_tokens("E-10, or?") == ["[CLS]", "e", "10", "or", "[SEP]"]
    assert ours.query_tokens("E-10, or?") == ["[CLS]", "e", "-", "10", ",", "or", "?", "[SEP]"]
    assert ours.document_tokens("... !") == ["[CLS]", "[SEP]"]
    everything = encoder(reading=Reading(skiplist=""))
    assert everything.document_tokens("or?") == ["[CLS]", "or", "?", "[SEP]"]


def test_a_skipped_token_is_still_read():
    ours, everything = encoder(), encoder(reading=Reading(skiplist=""))
    with_comma = everything.encode_documents(["stop, pump"]).vectors
    np.testing.assert_allclose(ours.encode_documents(["stop, pump"]).vectors, np.delete(with_comma, 2, 0), atol=1e-6)


def test_limits_and_markers(reading):
    ours = encoder(reading=Reading(6, 8, query_marker="[unused0]", document_marker="[unused1]"))
    words = "one two three four five six seven eight nine"
    assert ours.query_tokens(words) == ["[CLS]", "[unused0]", "one", "two", "three", "[SEP]"]
    assert ours.document_tokens(words) == ["[CLS]", "[unused1]", "one", "two", "three", "four", "five", "[SEP]"]
    assert ours.encode_queries([words]).lengths.tolist() == [6]
    assert ours.max_tokens == 8
    assert ours.fingerprint != encoder(reading=reading).fingerprint


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("bfloat16", 2e-6), ("int16", 2e-5)])
def test_a_text_does_not_depend_on_its_neighbours(dtype, tolerance):
    ours = encoder(dtype)
    together = ours.encode_documents(TEXTS + TEXTS[::-1])
    alone = TokenVectors.of([ours.encode_documents([text]).vectors for text in TEXTS])
    np.testing.assert_allclose(together.take(range(len(TEXTS))).vectors, alone.vectors, atol=tolerance)


def test_bfloat16_keeps_the_directions():
    exact, halved = encoder().encode_documents(TEXTS).vectors, encoder("bfloat16").encode_documents(TEXTS).vectors
    assert (exact * halved).sum(1).min() > 0.995


def test_wrong_input_is_refused(monkeypatch, tmp_path):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    with pytest.raises(TypeError, match="list of texts"):
        encoder().encode_queries("a")
    with pytest.raises(ValueError, match="query_tokens should be at most 512"):
        encoder(reading=Reading(query_tokens=513))
    with pytest.raises(ValueError, match="at least 4"):
        Reading(document_tokens=3)
    with pytest.raises(ValueError, match="token of the vocabulary"):
        encoder(reading=Reading(query_marker="[Q]"))
    with pytest.raises(ValueError, match="dtype"):
        load_token_encoder(dtype="int8")
    with pytest.raises(ValueError, match="LABKIT_MODELS=hub"):
        load_token_encoder("lightonai/colbertv2")
    with pytest.raises(ValueError, match="leave `reading` out"):
        load_token_encoder("some/checkpoint", reading=Reading())
    monkeypatch.setenv("LABKIT_MODELS", "hub")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "modules.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="could not load"):
        load_token_encoder(str(tmp_path))
