"""The ColBERT weights that this project trained for all-MiniLM-L6-v2: small changes to its last layers, and a projection.

    W becomes W + B A      for each linear map of the last layers       A: (r, d_in), B: (d_out, r)
    token vector           P h / |P h|                                  P: 384 numbers to fewer

How they were made and what they are worth: `data/models/minilm-colbert/README.md`. Made again by `labkit train colbert`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.checks import Vectors
from labkit.models.bert import Bert, BertLayer
from labkit.models.linear import Weight, between_layers, packed
from labkit.models.trained_here import measured_weights
from labkit.tensors import load_tensors, save_tensors

Tensor = Any  # torch.Tensor
MAPS = ("qkv", "attention_out", "up", "down")


@dataclass(frozen=True, eq=False)
class TokenAdapter:
    """What turns MiniLM into a ColBERT-style encoder.

    Attributes:
        projection: `(384, d)` float32.
        updates: `"3.qkv.A"` `(r, d_in)` and `"3.qkv.B"` `(d_out, r)` for layer 3's map `qkv`, and so on.
    """

    projection: Vectors
    updates: Mapping[str, NDArray[Any]]

    def save(self, path: str | Path) -> None:
        """Write a safetensors file, the updates in half precision; the same adapter gives the same bytes."""
        halved = {name: update.astype(np.float16) for name, update in self.updates.items()}
        save_tensors(path, "TokenAdapter", {"projection": self.projection} | halved, {})

    @classmethod
    def load(cls, path: str | Path) -> "TokenAdapter":
        """The adapter written by `save`.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if the file is damaged or holds something else.
        """
        arrays, _ = load_tensors(path, "TokenAdapter")
        return cls(arrays.pop("projection"), arrays)

    def applied(self, bert: Bert, dtype: str) -> Bert:
        """The encoder with the updates added to its weights, in `dtype`; it takes no longer than the one before.

        Args:
            bert: weights in float32 (`load_bert(folder, "float32")`).
            dtype: one of `settings.DTYPES`.
        """
        import torch

        wanted = between_layers(dtype)

        def pair(both: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            return both[0].to(wanted), both[1].to(wanted)

        def dense(i: int, name: str) -> tuple[Weight, Tensor]:
            weight, bias = getattr(bert.layers[i], name)
            if (a := self.updates.get(f"{i}.{name}.A")) is not None:
                b = self.updates[f"{i}.{name}.B"]
                weight = weight + torch.from_numpy(b.astype(np.float32) @ a.astype(np.float32))
            return packed(weight, dtype), bias.to(wanted)

        def layer(i: int, old: BertLayer) -> BertLayer:
            norms = {"attention_norm": pair(old.attention_norm), "norm": pair(old.norm)}
            return BertLayer(**{name: dense(i, name) for name in MAPS}, **norms)

        return replace(
            bert,
            words=bert.words.to(wanted),
            positions=bert.positions.to(wanted),
            norm=pair(bert.norm),
            layers=tuple(layer(i, old) for i, old in enumerate(bert.layers)),
        )


def colbert_folder() -> Path:
    """Where the ColBERT weights, their card and their measured results lie."""
    return settings.repo_data_dir() / "models" / "minilm-colbert"


def load_colbert(folder: Path | None = None) -> tuple[TokenAdapter, str]:
    """The trained adapter and the sha256 of its file.

    Args:
        folder: where `model.safetensors` and `results.json` lie; by default the committed ones.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if the weights are not the ones whose results were measured.

    Example:
        >>> load_colbert()[0].projection.shape
        (384, 128)
    """
    weights, sha256 = measured_weights(folder or colbert_folder(), "model.safetensors", "labkit train colbert")
    return TokenAdapter.load(weights), sha256
