import numpy as np
import pytest

from labkit.models.cache import CachedEncoder
from labkit.models.load import load_encoder


def test_the_default_is_minilm_with_a_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    encoder = load_encoder()
    assert isinstance(encoder, CachedEncoder)
    assert (encoder.name, encoder.dim, encoder.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)
    first = encoder.encode_queries(["a pump"])
    assert (load_encoder().encode_queries(["a pump"]) == first).all()
    assert (load_encoder(cache=False).encode_queries(["a pump"]) == first).all()


@pytest.mark.parametrize(("name", "dim"), [("bge-small-en-v1.5", 384), ("wordllama-256", 256)])
def test_the_other_embedded_encoders(name, dim):
    vectors = load_encoder(name, cache=False).encode_documents(["a pump"])
    assert vectors.shape == (1, dim) and np.isclose(np.linalg.norm(vectors), 1, atol=1e-6)


def test_a_cross_encoder_is_no_encoder():
    with pytest.raises(ValueError, match="scores pairs"):
        load_encoder("ms-marco-MiniLM-L-12-v2")


def test_a_misspelt_name(monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    with pytest.raises(ValueError, match="no embedded encoder is called 'minilm'"):
        load_encoder("minilm")
