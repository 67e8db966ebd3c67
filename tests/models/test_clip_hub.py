import json

import numpy as np
import pytest

from labkit.models.clip_hub import OpenClip
from labkit.models.image_text import load_image_text

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """An architecture that open_clip learns for this test, and a file with random weights for it."""
    import open_clip
    import torch

    folder = tmp_path_factory.mktemp("clip")
    (folder / "labkit-tiny.json").write_text(json.dumps(TINY))
    open_clip.add_model_config(folder / "labkit-tiny.json")
    torch.manual_seed(0)
    torch.save(open_clip.create_model("labkit-tiny").state_dict(), folder / "weights.pt")
    return folder / "weights.pt"


def test_a_local_file_of_weights_needs_no_hub(weights, monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    encoder = load_image_text("labkit-tiny", weights=weights)
    assert encoder.dim == 16 and encoder.name == "labkit-tiny/weights.pt"
    images = np.random.default_rng(0).integers(0, 256, (3, 40, 60), dtype=np.uint8)
    grey, coloured = encoder.encode_images(images), encoder.encode_images(np.repeat(images[..., None], 3, axis=3))
    np.testing.assert_allclose(np.linalg.norm(grey, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(grey, coloured, atol=1e-5)
    texts = encoder.encode_queries(["a pump", "a valve"])
    assert texts.shape == (2, 16) and texts.dtype == np.float32
    assert encoder.encode_images(images[:0]).shape == (0, 16)
    assert encoder.encode_queries([]).shape == (0, 16)


def test_vectors_are_those_of_open_clip(weights):
    import open_clip
    import torch
    from PIL import Image

    model, _, transform = open_clip.create_model_and_transforms("labkit-tiny", pretrained=str(weights))
    image = np.random.default_rng(1).integers(0, 256, (32, 32), dtype=np.uint8)
    with torch.no_grad():
        want = model.eval().encode_image(transform(Image.fromarray(image).convert("RGB"))[None], normalize=True)
    np.testing.assert_allclose(OpenClip("labkit-tiny", str(weights)).encode_images(image[None]), want, atol=1e-5)


def test_what_cannot_be_had_is_said(weights, tmp_path):
    with pytest.raises(ValueError, match="no architecture 'no-such'"):
        OpenClip("no-such", "x")
    with pytest.raises(ValueError, match="say which weights ViT-B-32"):
        OpenClip("ViT-B-32", "")
    broken = tmp_path / "broken.pt"
    broken.write_bytes(b"not weights")
    with pytest.raises(FileNotFoundError, match="could not load labkit-tiny"):
        OpenClip("labkit-tiny", str(broken))
    with pytest.raises(TypeError, match="uint8"):
        OpenClip("labkit-tiny", str(weights)).encode_images(np.zeros((1, 8, 8)))
