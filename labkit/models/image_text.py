"""Encoders that put images and texts into one space, so that a sentence finds a picture.

`load_image_text()` gives the model that this project trained for the drawing library (`drawing_clip.py`); with
`LABKIT_MODELS=hub` any pretrained open_clip model by name, or one from a local file (`clip_hub.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.checks import Vectors
from labkit.models import drawing_clip
from labkit.models.cache import Encoder
from labkit.models.store import open_store, remembered
from labkit.models.texts import check_texts

Images = NDArray[np.uint8]
Patches = NDArray[np.float32]
SIZE = 256  # pixels each way of the drawings that the model was trained on
_AT_ONCE = 16  # images: more only needs more memory


class ImageTextEncoder(Protocol):
    """What every image-text model offers.

    Attributes:
        name: the model's name.
        dim: numbers in a vector.
        fingerprint: changes whenever the numbers could.
    """

    name: str
    dim: int
    fingerprint: str

    def encode_images(self, images: Images) -> Vectors:
        """One unit vector an image, `(n, dim)` float32."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, dim)` float32."""
        ...


class DrawingClip:
    """The small CLIP of the drawing library. A text vector fits sheet vectors and patch vectors alike.

    Attributes:
        name: `drawing-clip`.
        dim: 128.
        fingerprint: changes whenever the numbers could.
        stride: pixels from one patch to the next.
    """

    def __init__(self, folder: Path | None = None, text_encoder: Encoder | None = None) -> None:
        """Load the weights of a folder, by default the committed ones.

        Args:
            folder: where `model.safetensors` and `results.json` lie.
            text_encoder: gives MiniLM vectors; by default labkit's, which remembers what it has encoded.

        Raises:
            FileNotFoundError: if a file is missing.
            ValueError: if the weights are not the ones whose results were measured.
        """
        from labkit.models.load import load_encoder

        self._model, digest = drawing_clip.load(folder)
        self._texts = text_encoder or load_encoder(drawing_clip.TEXT_ENCODER)
        self.name, self.dim, self.stride = "drawing-clip", drawing_clip.DIM, drawing_clip.STRIDE
        self.fingerprint = f"drawing-clip/{digest[:16]}/{self._texts.fingerprint}/v1"
        self._store = open_store("images", self.name, self.fingerprint, self.dim)

    def encode_images(self, images: Images) -> Vectors:
        """One unit vector a drawing, `(n, 128)` float32, read from the cache where it is there.

        Raises:
            TypeError: if the images are not uint8.
            ValueError: if their shape is not (n, 256, 256).
        """
        return remembered(
            self._store,
            list(check_images(images)),
            key=lambda image: hashlib.sha256(image.tobytes()).digest(),
            size=len,
            compute=lambda few: self._encode(np.stack(few)),
            what="images to vectors",
        )

    def _encode(self, images: Images) -> Vectors:
        import torch

        parts = [drawing_clip.pooled(self._model, places) for places in self._places(images)]
        return np.asarray(torch.cat(parts).numpy(), np.float32) if parts else np.empty((0, self.dim), np.float32)

    def encode_patches(self, images: Images) -> Patches:
        """The patch vectors of each drawing, `(n, 32, 32, 128)` float32: row by row, from the top left.

        They are not unit vectors: the longer, the surer. 512 KiB a drawing.

        Raises:
            TypeError: if the images are not uint8.
            ValueError: if their shape is not (n, 256, 256).
        """
        side = SIZE // self.stride
        out = np.empty((len(check_images(images)), side, side, self.dim), np.float32)
        start = 0
        for places in self._places(images):
            out[start : start + len(places)] = places.numpy()
            start += len(places)
        return out

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, 128)` float32.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        import torch

        minilm = torch.from_numpy(self._texts.encode_queries(check_texts(texts)))
        with torch.inference_mode():
            out: Vectors = drawing_clip.texts(self._model, minilm).numpy()
        return out

    def _places(self, images: Images) -> Iterator[drawing_clip.Tensor]:
        import torch
        from tqdm.auto import tqdm

        from labkit.models.dense import torch_threads

        images = check_images(images)
        with (
            torch_threads(),
            torch.inference_mode(),
            tqdm(total=len(images), desc="reading drawings", delay=2, mininterval=0.5) as bar,
        ):
            for start in range(0, len(images), _AT_ONCE):
                few = torch.from_numpy(images[start : start + _AT_ONCE].copy())  # a cached library is read-only
                yield drawing_clip.patches(self._model, few)
                bar.update(len(few))


def check_images(images: object) -> Images:
    """The images, if they are grey drawings `(n, 256, 256)` of uint8.

    Raises:
        TypeError: if they are something else than uint8.
        ValueError: if they have another shape.

    Example:
        >>> check_images(np.zeros((2, 256, 256), np.uint8)).shape
        (2, 256, 256)
    """
    array = np.asarray(images)
    if array.dtype != np.uint8:
        raise TypeError(
            f"images should be uint8 from 0 (ink) to 255 (paper), but are {array.dtype}; "
            "load files with ImageCollection.from_folder"
        )
    if array.ndim != 3 or array.shape[1:] != (SIZE, SIZE):
        hint = "; for one image pass image[None]" if array.shape == (SIZE, SIZE) else ""
        raise ValueError(f"images should have shape (n, {SIZE}, {SIZE}), but their shape is {array.shape}{hint}")
    return array


def load_image_text(name: str = "drawing-clip", *, weights: str | Path = "") -> ImageTextEncoder:
    """The image-text model of that name: `encode_images(images)` and `encode_queries(texts)` give unit vectors.

    Args:
        name: `drawing-clip`; with `LABKIT_MODELS=hub`, or with a local file of weights, an open_clip architecture
            such as `ViT-B-32`.
        weights: for open_clip only: a tag such as `laion2b_s34b_b79k`, or the path of a file.

    Raises:
        ValueError: if there is no such model here.
        FileNotFoundError: if the weights cannot be had.
    """
    if name == "drawing-clip":
        return DrawingClip()
    local = bool(weights) and Path(weights).is_file()
    if not local and not settings.hub_allowed():
        raise ValueError(
            f"no image-text model {name!r} comes with the course; use 'drawing-clip', or set LABKIT_MODELS=hub to let "
            "open_clip download one, or pass weights=<a local file> for an open_clip architecture"
        )
    from labkit.models.clip_hub import OpenClip

    return OpenClip(name, str(weights))


def zero_shot(encoder: ImageTextEncoder, images: Images, labels: Sequence[str], *,
              prompts: Sequence[str] = ("{}",), temperature: float = 0.05) -> Vectors:  # fmt: skip
    """The share of each label for each image, `(n, labels)`, each row summing to 1: labels that nobody trained.

        p = softmax(v . t / temperature)        t: the unit mean of a label's vectors over the prompts

    Several prompts make t steadier (Radford et al. 2021, arXiv 2103.00020, section 3.1.4).

    Args:
        encoder: gives the vectors.
        images: what to label.
        labels: at least two words or phrases.
        prompts: sentences with a `{}` for the label.
        temperature: above 0; the smaller, the surer the model seems. It changes no order.

    Raises:
        ValueError: if there are fewer than two labels, no prompts, a prompt has no `{}`, or the temperature is not
            above 0.
    """
    if len(labels) < 2:
        raise ValueError(f"zero_shot chooses between labels, so it needs at least 2, but got {len(labels)}")
    if not prompts or any("{}" not in prompt for prompt in prompts):
        raise ValueError(f"every prompt needs a {{}} where the label goes, but the prompts are {list(prompts)}")
    if not temperature > 0:
        raise ValueError(f"temperature should be above 0, but is {temperature}")
    vectors = encoder.encode_queries([prompt.format(label) for label in labels for prompt in prompts])
    means = vectors.reshape(len(labels), len(prompts), -1).mean(axis=1)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scores = encoder.encode_images(images) @ means.T / temperature
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: Vectors = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return out
