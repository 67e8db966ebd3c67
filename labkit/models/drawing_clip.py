"""The project's own small CLIP for the drawing library: the towers and how their vectors are put together.

    image  (256, 256) grey -> convolutions -> patch vectors P (32 x 32 places, 128)
    sheet  v = unit(C . softmax-over-places(D . P))    D: 256 detectors, C: back to 128 numbers
    text   t = unit(A m + B relu(E m))                 m: the text's MiniLM vector, which stays as it is

A detector's soft maximum, log(sum over places of exp), is large if *some* place of the sheet excites it, however empty
the rest is; a mean would drown a small symbol. A place is relevant to a text if P . t is large, so the patch vectors
answer "where?" with the same text vector that answers "which sheet?".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit import settings
from labkit.files import write_whole
from labkit.models.trained_here import measured_weights

Tensor = Any  # torch.Tensor and torch.nn.Module: torch is loaded by the functions that need it
Module = Any

TEXT_ENCODER = "all-MiniLM-L6-v2"
DIM, DETECTORS, STRIDE = 128, 256, 8
# (output channels, kernel, stride) of each convolution; three halvings make 32 x 32 places of 256 x 256 pixels.
LAYERS = ((16, 5, 2), (32, 3, 2), (64, 3, 1), (96, 3, 2), (96, 3, 1), (128, 3, 1))


def build(*, training: bool = False) -> Module:
    """An untrained model with parts `image`, `detect`, `combine`, `text`, `text_bend`, `text_skip`.

    Args:
        training: with batch normalisation after each convolution; the saved model has it folded into the weights.
    """
    from torch import nn

    blocks: list[Module] = []
    channels = 1
    for width, kernel, stride in LAYERS:
        blocks.append(nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=not training))
        blocks += [nn.BatchNorm2d(width), nn.ReLU()] if training else [nn.ReLU()]
        channels = width
    blocks.append(nn.Conv2d(channels, DIM, 1))
    return nn.ModuleDict(
        {
            "image": nn.Sequential(*blocks),
            "detect": nn.Linear(DIM, DETECTORS),
            "combine": nn.Linear(DETECTORS, DIM),
            "text_skip": nn.Linear(384, DIM),
            "text_in": nn.Linear(384, 256),
            "text_out": nn.Linear(256, DIM),
        }
    )


def patches(model: Module, images: Tensor) -> Tensor:
    """Patch vectors `(n, rows, columns, 128)` of grey images `(n, height, width)` from 0, ink, to 255, paper.

    They are not unit vectors: the longer, the surer.
    """
    import torch

    ink = 1 - images[:, None].to(torch.float32) / 255
    return model["image"](ink.contiguous(memory_format=torch.channels_last)).permute(0, 2, 3, 1)


def pooled(model: Module, places: Tensor) -> Tensor:
    """One unit vector a sheet, `(n, 128)`, from its patch vectors `(n, rows, columns, 128)`."""
    from torch.nn.functional import normalize

    excited = model["detect"](places.flatten(1, 2).float())
    return normalize(model["combine"](excited.logsumexp(1)), dim=1)


def texts(model: Module, minilm: Tensor) -> Tensor:
    """One unit vector a text, `(n, 128)`, from its MiniLM vector `(n, 384)`."""
    from torch.nn.functional import normalize

    return normalize(model["text_skip"](minilm) + model["text_out"](model["text_in"](minilm).relu()), dim=1)


def folded(model: Module) -> Module:
    """The trained model without batch normalisation: each is a scale and a shift, and joins its convolution."""
    from torch.nn import BatchNorm2d, Conv2d
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    plain = build()
    plain.load_state_dict({k: v for k, v in model.state_dict().items() if not k.startswith("image.")}, strict=False)
    layers = list(model["image"].eval())
    fused = [
        fuse_conv_bn_eval(a, b) if isinstance(b, BatchNorm2d) else a
        for a, b in zip(layers, [*layers[1:], None], strict=True)
        if isinstance(a, Conv2d)
    ]
    targets: Sequence[Module] = [layer for layer in plain["image"] if isinstance(layer, Conv2d)]
    for source, target in zip(fused, targets, strict=True):
        target.load_state_dict(source.state_dict())
    return plain.eval()


def model_folder() -> Path:
    """Where the committed weights, their card and their measured results lie."""
    return settings.repo_data_dir() / "models" / "drawing-clip"


def save(model: Module, path: Path) -> str:
    """Write a folded model as float16 safetensors and return the file's sha256."""
    from safetensors.torch import save as to_bytes

    data = to_bytes({name: value.half().contiguous() for name, value in model.state_dict().items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    return hashlib.sha256(data).hexdigest()


def load(folder: Path | None = None) -> tuple[Module, str]:
    """The model of a folder and the sha256 of its weights.

    Args:
        folder: where `model.safetensors` and `results.json` lie; by default the committed ones.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if the weights are damaged, or are not the ones whose results were measured.
    """
    weights, sha256 = measured_weights(folder or model_folder(), "model.safetensors", "labkit train drawing-clip")
    return load_weights(weights), sha256


def load_weights(path: Path) -> Module:
    """A folded model from a file that `save` wrote, in float32."""
    from safetensors.torch import load as from_bytes

    model = build()
    model.load_state_dict({name: value.float() for name, value in from_bytes(path.read_bytes()).items()})
    return model.eval()
