import subprocess
import sys

import pytest

from labkit import settings


def test_threads_follow_the_variable(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "3")
    assert settings.threads() == 3


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_wrong_number_of_threads_is_refused(monkeypatch, value):
    monkeypatch.setenv("LABKIT_THREADS", value)
    with pytest.raises(ValueError, match="LABKIT_THREADS"):
        settings.threads()


def test_cache_folder_follows_the_variable_and_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "a" / "b"))
    assert settings.cache_dir() == tmp_path / "a" / "b"
    assert settings.cache_dir().is_dir()


def test_models_setting_is_hub_or_nothing(monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    assert not settings.hub_allowed()
    monkeypatch.setenv("LABKIT_MODELS", "hub")
    assert settings.hub_allowed()
    monkeypatch.setenv("LABKIT_MODELS", "yes")
    with pytest.raises(ValueError, match="LABKIT_MODELS"):
        settings.hub_allowed()


def test_import_is_light():
    """Loading labkit loads none of the heavy libraries."""
    heavy = {"torch", "numba", "transformers", "sklearn", "scipy", "plotly", "ipywidgets", "IPython"}
    code = f"import labkit, sys; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_loaded():
    import labkit

    assert "Collection" in labkit.__all__
    for name in labkit.__all__:
        assert getattr(labkit, name) is not None
