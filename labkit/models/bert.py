"""BERT's forward pass over texts laid end to end: no padding, so no token is computed that nobody asked for.

A batch of three texts of 4, 4 and 2 tokens is one array of 10 rows. The linear layers, which cost most, do not care
where a text ends; attention looks at runs of texts of equal length, so it needs no mask either:

    rows     0 1 2 3 | 4 5 6 7 | 8 9
    attention  (2, heads, 4, dim / heads)    (1, heads, 2, dim / heads)

Source: Devlin et al. 2019, "BERT"; weights and names as in Hugging Face's `BertModel`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from labkit.models.linear import Weight, between_layers, linear, linear_gelu, linear_plus, packed

SAFE_EXPONENT = 80.0  # exp(80) times 512 tokens is still a bfloat16
Tensor = Any  # torch.Tensor: torch is loaded by the functions that need it


@dataclass(frozen=True)
class BertLayer:
    """One layer's weights: `(weight, bias)` of each linear map and each layer norm.

    Queries, keys and values share one map `qkv`, its query part scaled by 1 / sqrt(head size).
    """

    qkv: tuple[Weight, Tensor]
    attention_out: tuple[Weight, Tensor]
    attention_norm: tuple[Tensor, Tensor]
    up: tuple[Weight, Tensor]
    down: tuple[Weight, Tensor]
    norm: tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Bert:
    """A BERT encoder's weights.

    Attributes:
        words: `(vocabulary, d)` token table.
        positions: `(longest text, d)` position table, with the one token type added in.
        norm: layer norm of the sum of both.
        layers: one entry a layer.
        heads: attention heads.
        eps: layer norms' epsilon.
    """

    words: Tensor
    positions: Tensor
    norm: tuple[Tensor, Tensor]
    layers: tuple[BertLayer, ...]
    heads: int
    eps: float


def load_bert(folder: Path, dtype: str) -> Bert:
    """The encoder stored as `config.json` and `model.safetensors`, its numbers in `dtype`, one of `settings.DTYPES`.

    Raises:
        ValueError: if the configuration is not a BERT with gelu and absolute positions.
    """
    import torch
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config["model_type"], config["hidden_act"], config.get("position_embedding_type", "absolute")
    if kind != ("bert", "gelu", "absolute"):
        raise ValueError(f"{folder} should hold a BERT with gelu and absolute positions, but holds {kind}")
    loaded = load_file(folder / "model.safetensors")
    wanted = between_layers(dtype)
    scale = (config["hidden_size"] // config["num_attention_heads"]) ** -0.5

    def pair(name: str) -> tuple[Tensor, Tensor]:
        return loaded[f"{name}.weight"].to(wanted), loaded[f"{name}.bias"].to(wanted)

    def dense(name: str) -> tuple[Weight, Tensor]:
        return packed(loaded[f"{name}.weight"], dtype), loaded[f"{name}.bias"].to(wanted)

    def layer(i: int) -> BertLayer:
        at = f"encoder.layer.{i}"
        query, key, value = (f"{at}.attention.self.{part}" for part in ("query", "key", "value"))

        def joined(what: str) -> Tensor:
            parts = [loaded[f"{query}.{what}"] * scale, loaded[f"{key}.{what}"], loaded[f"{value}.{what}"]]
            return torch.cat(parts)

        return BertLayer(
            qkv=(packed(joined("weight"), dtype), joined("bias").to(wanted)),
            attention_out=dense(f"{at}.attention.output.dense"),
            attention_norm=pair(f"{at}.attention.output.LayerNorm"),
            up=dense(f"{at}.intermediate.dense"),
            down=dense(f"{at}.output.dense"),
            norm=pair(f"{at}.output.LayerNorm"),
        )

    positions = loaded["embeddings.position_embeddings.weight"] + loaded["embeddings.token_type_embeddings.weight"][0]
    return Bert(
        words=loaded["embeddings.word_embeddings.weight"].to(wanted),
        positions=positions.to(wanted),
        norm=pair("embeddings.LayerNorm"),
        layers=tuple(layer(i) for i in range(config["num_hidden_layers"])),
        heads=config["num_attention_heads"],
        eps=config["layer_norm_eps"],
    )


def forward(bert: Bert, texts: Sequence[Sequence[int]]) -> Tensor:
    """The last layer's token vectors of all texts end to end, `(tokens, d)`.

    Args:
        bert: the weights.
        texts: token ids of each text; neighbours of equal length are attended to together, so sort by length first.
    """
    import torch
    from torch.nn.functional import embedding, layer_norm

    runs = [(length, len(list(group))) for length, group in groupby(texts, key=len)]
    ids = torch.tensor([token for text in texts for token in text])
    places = torch.cat([torch.arange(length).repeat(count) for length, count in runs])
    width = bert.words.shape[1]
    with torch.inference_mode():
        x = embedding(ids, bert.words) + embedding(places, bert.positions)
        x = layer_norm(x, (width,), *bert.norm, bert.eps)
        for layer in bert.layers:
            mixed = _attention(linear(x, *layer.qkv), runs, bert.heads)
            x = layer_norm(linear_plus(mixed, *layer.attention_out, x), (width,), *layer.attention_norm, bert.eps)
            wide = linear_gelu(x, *layer.up)
            x = layer_norm(linear_plus(wide, *layer.down, x), (width,), *layer.norm, bert.eps)
    return x


def _attention(qkv: Tensor, runs: Sequence[tuple[int, int]], heads: int) -> Tensor:
    import torch

    mixed = torch.empty(len(qkv), qkv.shape[1] // 3, dtype=qkv.dtype)
    start = 0
    for length, count in runs:
        end = start + length * count
        parts = qkv[start:end].view(count, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        _attend(parts, mixed[start:end].view(count, length, heads, -1).transpose(1, 2))
        start = end
    return mixed


def _attend(qkv: Tensor, out: Tensor) -> None:
    """Write softmax(q k') v into `out`, `(texts, heads, tokens, head size)`; q is scaled already.

    Args:
        qkv: `(3, texts, heads, tokens, head size)`.
        out: where the result goes.
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    if qkv.dtype == torch.float32:
        q, k, v = qkv
        out.copy_(scaled_dot_product_attention(q, k, v, scale=1.0))
        return
    # The products want their matrices in one piece: one copy here, or one of each matrix, the keys' number by number.
    q, k, v = qkv.contiguous()
    _weigh(q @ k.transpose(-1, -2), v, out)


def _weigh(scores: Tensor, v: Tensor, out: Tensor) -> None:
    """Write softmax(scores) v into `out`; overwrites `scores`.

    In bfloat16 torch spends more on the softmax of short rows than on both products. Dividing after the second product
    needs no such pass, but leaves out the shift by the row's maximum: a text whose exp() might overflow gets the plain
    softmax. That is decided text by text, so that no text's numbers depend on its neighbours.
    """
    import torch

    lowest, highest = map(float, scores.aminmax())
    if max(-lowest, highest) <= SAFE_EXPONENT:
        weights = scores.exp_()
        torch.div(weights @ v, weights.sum(-1, keepdim=True), out=out)
    elif len(scores) == 1:
        out.copy_(scores.softmax(-1) @ v)
    else:
        for text in range(len(scores)):
            _weigh(scores[text : text + 1], v[text : text + 1], out[text : text + 1])
