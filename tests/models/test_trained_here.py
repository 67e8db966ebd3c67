import hashlib
import json

import pytest

from labkit.models.trained_here import measured_weights

COMMAND = "labkit train something"


def test_only_the_weights_that_were_measured_are_let_through(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"w\.bin.*labkit train something"):
        measured_weights(tmp_path, "w.bin", COMMAND)
    (tmp_path / "w.bin").write_bytes(b"abc")
    with pytest.raises(FileNotFoundError, match=r"results\.json.*labkit train something"):
        measured_weights(tmp_path, "w.bin", COMMAND)
    digest = hashlib.sha256(b"abc").hexdigest()
    (tmp_path / "results.json").write_text(json.dumps({"sha256": digest}), encoding="utf-8")
    assert measured_weights(tmp_path, "w.bin", COMMAND) == (tmp_path / "w.bin", digest)
    (tmp_path / "w.bin").write_bytes(b"abd")
    with pytest.raises(ValueError, match="has sha256"):
        measured_weights(tmp_path, "w.bin", COMMAND)
