import json

import numpy as np
import pytest

from labkit.models.tokens_adapter import TokenAdapter, colbert_folder, load_colbert
from labkit.models.tokens_load import load_token_encoder


def test_what_is_saved_is_loaded(tmp_path):
    rng = np.random.default_rng(0)
    adapter = TokenAdapter(
        rng.standard_normal((384, 4)).astype(np.float32),
        {"5.up.A": np.float16(rng.standard_normal((2, 384))), "5.up.B": np.float16(rng.standard_normal((1536, 2)))},
    )
    adapter.save(tmp_path / "a.safetensors")
    again = TokenAdapter.load(tmp_path / "a.safetensors")
    np.testing.assert_array_equal(again.projection, adapter.projection)
    assert sorted(again.updates) == sorted(adapter.updates)
    for name, update in adapter.updates.items():
        np.testing.assert_array_equal(again.updates[name], update)


def test_weights_that_were_not_the_ones_measured_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes((colbert_folder() / "model.safetensors").read_bytes())
    with pytest.raises(FileNotFoundError, match="labkit train colbert"):
        load_colbert(tmp_path)
    (tmp_path / "results.json").write_text(json.dumps({"sha256": "0000"}), encoding="utf-8")
    with pytest.raises(ValueError, match="has sha256"):
        load_colbert(tmp_path)


def test_the_committed_weights_are_small_and_encode():
    assert (colbert_folder() / "model.safetensors").stat().st_size < 3_000_000
    encoder, full = load_token_encoder("minilm-colbert", cache=False), load_token_encoder(cache=False)
    texts = ["Where does the pump drain?", ""]
    ours, theirs = encoder.encode_documents(texts), full.encode_documents(texts)
    assert ours.dim == encoder.dim == 128
    np.testing.assert_array_equal(ours.offsets, theirs.offsets)
    np.testing.assert_allclose(np.linalg.norm(ours.vectors, axis=1), 1, atol=1e-5)
    assert encoder.fingerprint != full.fingerprint
    # Trained to give the same cosines: within a text they stay close to those of the full vectors.
    np.testing.assert_allclose(ours[0] @ ours[0].T, theirs[0] @ theirs[0].T, atol=0.35)
