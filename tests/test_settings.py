import subprocess
import sys

import pytest

from labkit import settings


def test_threads_follow_the_variable(monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "3")
    assert settings.threads() == 3


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "\u00b2", " "])
def test_a_wrong_number_of_threads_is_refused(monkeypatch, value):
    monkeypatch.setenv("LABKIT_THREADS", value)
    with pytest.raises(ValueError, match="LABKIT_THREADS"):
        settings.threads()


def test_cache_folder_follows_the_variable_and_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "a" / "b"))
    assert settings.cache_dir() == tmp_path / "a" / "b"
    assert settings.cache_dir().is_dir()


def test_a_cache_folder_that_cannot_be_made_says_what_to_set(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(OSError, match="set LABKIT_CACHE"):
        settings.cache_dir()


def test_the_home_folder_may_be_abbreviated(monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("LABKIT_CACHE", "~/cache")
    assert settings.cache_dir() == tmp_path / "cache"


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
