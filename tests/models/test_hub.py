import numpy as np
import pytest

from labkit.models.hub import HubEncoder
from labkit.models.weights import verify


def test_a_hub_model_is_refused_by_default_and_the_message_says_how_to_allow_it(monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    with pytest.raises(ValueError, match=r"'BAAI/bge-m3'.*all-MiniLM-L6-v2.*LABKIT_MODELS=hub"):
        HubEncoder("BAAI/bge-m3")


def test_a_model_that_cannot_be_fetched_names_one_that_is_here(monkeypatch):
    import sentence_transformers

    def unreachable(name, device):
        raise OSError("no route to host")

    monkeypatch.setenv("LABKIT_MODELS", "hub")
    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", unreachable)
    with pytest.raises(FileNotFoundError, match=r"'BAAI/bge-m3'.*no route to host.*all-MiniLM-L6-v2"):
        HubEncoder("BAAI/bge-m3")


def test_a_saved_folder_needs_no_hub(monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    encoder = HubEncoder(str(verify("all-MiniLM-L6-v2")))
    assert (encoder.dim, encoder.max_tokens) == (384, 256)
    vectors = encoder.encode_documents(["a pump", ""])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.encode_queries([]).shape == (0, 384)
    with pytest.raises(TypeError, match="position 0"):
        encoder.encode_queries([None])
