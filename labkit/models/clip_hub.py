"""Any pretrained CLIP of open_clip, by name from a hub or from a local file (github.com/mlfoundations/open_clip)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.models.texts import check_texts

_AT_ONCE = 16


class OpenClip:
    """An open_clip model behind labkit's interface.

    Attributes:
        name: architecture and weights.
        dim: numbers in a vector.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, architecture: str, weights: str) -> None:
        """Load an architecture of open_clip with pretrained weights.

        Args:
            architecture: such as `ViT-B-32`; `open_clip.list_models()` lists them.
            weights: a tag of `open_clip.list_pretrained()`, or the path of a file.

        Raises:
            ValueError: if open_clip knows no such architecture, or no weights are named: without them its vectors
                would be random.
            FileNotFoundError: if the weights cannot be had.
        """
        import open_clip

        if architecture not in open_clip.list_models():
            some = ", ".join(open_clip.list_models()[:5])
            raise ValueError(f"open_clip has no architecture {architecture!r}; it has {some}, ...")
        if not weights:
            tags = [tag for name, tag in open_clip.list_pretrained() if name == architecture]
            raise ValueError(f"say which weights {architecture} should have: a file, or one of {', '.join(tags)}")
        try:
            # `weights_only` is open_clip's default: a file of weights cannot run code.
            made = open_clip.create_model_and_transforms(architecture, pretrained=weights)
        except Exception as problem:  # downloads and files fail in a dozen ways
            raise FileNotFoundError(
                f"could not load {architecture} with weights {weights!r} ({type(problem).__name__}: "
                f"{str(problem)[:200]}). Use 'drawing-clip', which comes with the course."
            ) from problem
        self._model, self._transform = made[0].eval(), made[2]
        self._tokenizer = open_clip.get_tokenizer(architecture)
        self.name = f"{architecture}/{Path(weights).name}"
        self.dim = len(self._encode_texts(["x"])[0])
        self.fingerprint = f"open_clip/{architecture}/{_stamp(weights)}/v1"

    def encode_images(self, images: NDArray[np.uint8]) -> Vectors:
        """One unit vector an image, `(n, dim)` float32; the model's own resizing and colours apply.

        Args:
            images: `(n, height, width)` grey or `(n, height, width, 3)` red, green, blue.

        Raises:
            TypeError: if the images are not uint8.
        """
        import torch
        from PIL import Image

        if images.dtype != np.uint8:
            raise TypeError(f"images should be uint8 from 0 to 255, but are {images.dtype}")
        parts = [np.empty((0, self.dim), np.float32)]
        with torch.inference_mode():
            for start in range(0, len(images), _AT_ONCE):
                few = [self._transform(Image.fromarray(i).convert("RGB")) for i in images[start : start + _AT_ONCE]]
                parts.append(_unit(self._model.encode_image(torch.stack(few)).float().numpy()))
        return np.concatenate(parts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, dim)` float32.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        texts = check_texts(texts)
        parts = [np.empty((0, self.dim), np.float32)]
        return np.concatenate(
            parts + [self._encode_texts(texts[i : i + _AT_ONCE]) for i in range(0, len(texts), _AT_ONCE)]
        )

    def _encode_texts(self, texts: Sequence[str]) -> Vectors:
        import torch

        with torch.inference_mode():
            return _unit(self._model.encode_text(self._tokenizer(list(texts))).float().numpy())


def _unit(vectors: Vectors) -> Vectors:
    out: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return out


def _stamp(weights: str) -> str:
    """The hash of a local file, else the tag."""
    from labkit.models.weights import file_sha256

    return file_sha256(Path(weights))[:16] if Path(weights).is_file() else weights
