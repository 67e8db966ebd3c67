import hashlib
import json

import numpy as np
import pytest

from labkit import Schematics
from labkit.models.drawing_clip import load, model_folder
from labkit.models.image_text import check_images, load_image_text, zero_shot
from labkit.train.drawing_clip_card import card


@pytest.fixture(scope="module")
def encoder():
    return load_image_text()


@pytest.fixture(scope="module")
def library():
    return Schematics.load()


class Toy:
    name, dim, fingerprint = "toy", 2, "toy"

    def encode_images(self, images):
        return np.array([[1, 0], [0.6, 0.8]], np.float32)[: len(images)]

    def encode_queries(self, texts):
        return np.array([[1, 0] if "dark" in text else [0, 1] for text in texts], np.float32)


def test_vectors_have_the_promised_form(encoder, library):
    images = encoder.encode_images(library.images[:3])
    assert images.shape == (3, 128) and images.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(images, axis=1), 1, rtol=1e-5)
    texts = encoder.encode_queries(["a pump", "a valve"])
    assert texts.shape == (2, 128) and texts.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, rtol=1e-5)
    assert encoder.encode_patches(library.images[:2]).shape == (2, 32, 32, 128)
    assert encoder.encode_images(library.images[:0]).shape == (0, 128)


def test_a_drawing_has_the_same_vector_alone_and_among_others(encoder, library):
    many = encoder.encode_images(library.images[:20])
    np.testing.assert_allclose(encoder.encode_images(library.images[17:18])[0], many[17], atol=1e-5)


def test_the_committed_weights_are_those_that_were_measured():
    folder = model_folder()
    results = json.loads((folder / "results.json").read_text())
    data = (folder / "model.safetensors").read_bytes()
    assert hashlib.sha256(data).hexdigest() == results["sha256"]
    assert len(data) < 12_000_000
    assert (folder / "README.md").read_text() == card(results)
    assert json.loads((folder / "loss_curve.json").read_text())[-1] == results["last_losses"]


def test_measured_quality_comes_back_for_a_sample_of_queries(encoder, library):
    """The promise of the card, asked again: one vector a drawing, queries for one kind of thing."""
    rows = [i for i, kind in enumerate(library.kinds) if kind == "kind"]
    scores = encoder.encode_queries([library.queries[i] for i in rows]) @ encoder.encode_images(library.images).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    relevance = library.relevance()
    success = np.mean([any(d in relevance[i] for d in ids.tolist()) for i, ids in zip(rows, best, strict=True)])
    card = json.loads((model_folder() / "results.json").read_text())
    want = card["search"]["one vector a drawing"]["kind"]["success@10"][0]
    assert abs(success - want) < 0.02


def test_damaged_or_unmeasured_weights_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="labkit train drawing-clip"):
        load(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    (tmp_path / "results.json").write_text('{"sha256": "0"}')
    with pytest.raises(ValueError, match="was measured with 0"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros((1, 256, 256)), TypeError, "uint8"),
        (np.zeros((256, 256), np.uint8), ValueError, "for one image pass"),
        (np.zeros((1, 128, 128), np.uint8), ValueError, "shape"),
        (np.zeros((1, 256, 256, 3), np.uint8), ValueError, "shape"),
    ],
)
def test_images_of_another_form_are_refused(images, error, message):
    with pytest.raises(error, match=message):
        check_images(images)


def test_a_model_that_is_not_here_is_refused(monkeypatch):
    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    with pytest.raises(ValueError, match="LABKIT_MODELS=hub"):
        load_image_text("ViT-B-32", weights="laion2b_s34b_b79k")


def test_zero_shot_by_hand():
    images = np.zeros((2, 256, 256), np.uint8)
    shares = zero_shot(Toy(), images, ["dark", "light"], temperature=0.5)
    np.testing.assert_allclose(shares[0, 0], 1 / (1 + np.exp(-2)), rtol=1e-5)  # scores 1 and 0, over 0.5
    np.testing.assert_allclose(shares[1, 0], 1 / (1 + np.exp(0.4)), rtol=1e-5)  # scores 0.6 and 0.8
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    several = zero_shot(Toy(), images, ["dark", "light"], prompts=["{}", "so {}"], temperature=0.5)
    np.testing.assert_allclose(several, shares, rtol=1e-6)


def test_zero_shot_refuses_half_a_question():
    images = np.zeros((2, 256, 256), np.uint8)
    with pytest.raises(ValueError, match="at least 2"):
        zero_shot(Toy(), images, ["dark"])
    with pytest.raises(ValueError, match="every prompt"):
        zero_shot(Toy(), images, ["dark", "light"], prompts=["no place"])
    with pytest.raises(ValueError, match="temperature"):
        zero_shot(Toy(), images, ["dark", "light"], temperature=0)
