import pytest

from labkit.models.memory import forgotten, may_remember


def test_nested_clocks_end_one_by_one_and_after_errors():
    with forgotten():
        with pytest.raises(ZeroDivisionError), forgotten():
            _ = 1 / 0
        assert not may_remember()
    assert may_remember()


def test_a_cached_encoder_computes_anew_while_a_clock_is_running(tmp_path, monkeypatch):
    """Else `compare` would report the time of reading a file as the time of a search."""
    from labkit.models.load import load_encoder

    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    encoder = load_encoder("wordllama-256")
    stored = encoder.encode_queries(["a river bank"])
    calls = []
    inner = type(encoder.encoder).encode_queries
    monkeypatch.setattr(
        type(encoder.encoder), "encode_queries", lambda self, texts: calls.append(texts) or inner(self, texts)
    )
    encoder.encode_queries(["a river bank"])
    assert calls == []
    with forgotten():
        assert (encoder.encode_queries(["a river bank"]) == stored).all()
    assert calls == [["a river bank"]]
