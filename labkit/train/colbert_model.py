"""MiniLM with low-rank updates in its last layers and a projection behind them, in a form that can be trained.

    y = W x + B A x        W: as it was; A: (r, d_in), B: (d_out, r), trained, B starting from zero

Source: Hu et al. 2021, "LoRA", arXiv 2106.09685. The lower layers are not trained, so one pass through them serves both
the student and its teacher, which is the same encoder without updates and without projection.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from labkit.models.bert import Bert
from labkit.models.tokens_adapter import MAPS

Tensor = Any  # torch.Tensor
Updates = Mapping[str, Tensor]  # "3.qkv.A", "3.qkv.B", ...


def start_updates(bert: Bert, layers: Sequence[int], rank: int, seed: int) -> dict[str, Tensor]:
    """Updates that change nothing yet: `A` random, `B` zero, for each linear map of some layers."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    updates = {}
    for i in layers:
        for name in MAPS:
            d_out, d_in = getattr(bert.layers[i], name)[0].shape
            updates[f"{i}.{name}.A"] = torch.randn(rank, d_in, generator=generator) * d_in**-0.5
            updates[f"{i}.{name}.B"] = torch.zeros(d_out, rank)
    return {name: tensor.requires_grad_() for name, tensor in updates.items()}


def runs_of(texts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Neighbours of equal length: `(length, how many)`."""
    return [(length, len(list(group))) for length, group in groupby(texts, key=len)]


def embed(bert: Bert, texts: Sequence[Sequence[int]]) -> Tensor:
    """What goes into the first layer, `(tokens, d)`, all texts end to end."""
    import torch
    from torch.nn.functional import embedding, layer_norm

    ids = torch.tensor([token for text in texts for token in text])
    places = torch.cat([torch.arange(len(text)) for text in texts])
    x = embedding(ids, bert.words) + embedding(places, bert.positions)
    return layer_norm(x, (x.shape[1],), *bert.norm, bert.eps)


def through(
    bert: Bert, layers: Sequence[int], x: Tensor, runs: Sequence[tuple[int, int]], updates: Updates | None = None
) -> Tensor:
    """`x` after some layers, `(tokens, d)`; with updates if there are any. Gradients flow.

    The weights must be float32 (`load_bert(folder, "float32")`).
    """
    import torch
    from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

    width, updates = x.shape[1], updates or {}

    def mapped(x: Tensor, i: int, name: str) -> Tensor:
        y = linear(x, *getattr(bert.layers[i], name))
        if (a := updates.get(f"{i}.{name}.A")) is None:
            return y
        return y + linear(linear(x, a), updates[f"{i}.{name}.B"])

    def attended(qkv: Tensor) -> Tensor:
        mixed = []
        for part, (length, count) in zip(qkv.split([length * count for length, count in runs]), runs, strict=True):
            q, k, v = part.view(count, length, 3, bert.heads, -1).permute(2, 0, 3, 1, 4)
            out = scaled_dot_product_attention(q, k, v, scale=1.0)
            mixed.append(out.transpose(1, 2).reshape(length * count, width))
        return torch.cat(mixed)

    for i in layers:
        layer = bert.layers[i]
        mixed = mapped(attended(mapped(x, i, "qkv")), i, "attention_out")
        x = layer_norm(x + mixed, (width,), *layer.attention_norm, bert.eps)
        x = layer_norm(x + mapped(gelu(mapped(x, i, "up")), i, "down"), (width,), *layer.norm, bert.eps)
    return x
