import pytest


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Progress of a test is nobody's progress. The embeddings stay where they are cached."""
    from labkit.lab.exercises import store

    monkeypatch.setattr(store, "folder", lambda: tmp_path)
    monkeypatch.setattr(store, "_remembered", {})
    monkeypatch.delenv("LABKIT_STRICT", raising=False)
    return tmp_path
