"""Training the token vectors: MiniLM teaches a smaller MiniLM to give the same matches in fewer numbers.

The teacher is the encoder as it is, 384 numbers a token. The student is the same encoder with low-rank updates in its
last layers and a projection behind them that starts from PCA. The teacher needs no judgements, so any text will do.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.checks import Vectors
from labkit.models.bert import Bert
from labkit.models.dense import fast_dtype
from labkit.models.tokens_adapter import TokenAdapter
from labkit.models.tokens_reading import Reader, Role
from labkit.train.colbert_loss import distillation_loss, matches
from labkit.train.colbert_model import Updates, embed, runs_of, start_updates, through

Tensor = Any  # torch.Tensor

_WARM_UP = 20  # steps until the learning rate is all there
_PCA_TEXTS = 1_500


@dataclass(frozen=True)
class Side:
    """The queries, or the documents, of a batch, after the layers that are not trained.

    Attributes:
        x: `(tokens, d)`, the longest texts first.
        runs: texts of equal length, `(length, how many)`.
        rows: the rows of `x` that get a vector, in the order of the pairs.
        lengths: how many of them each text has, in the order of the pairs.
    """

    x: Tensor
    runs: list[tuple[int, int]]
    rows: Tensor
    lengths: list[int]


def train_token_adapter(
    bert: Bert,
    reader: Reader,
    queries: Sequence[str],
    documents: Sequence[str],
    *,
    dim: int = 128,
    layers: int = 3,
    rank: int = 32,
    steps: int = 340,
    batch: int = 32,
    learning_rate: float = 0.001,
    temperature: float = 0.02,
    tokens: float = 20.0,
    answers: float = 0.0,
    seed: int = 0,
    progress: bool = True,
) -> TokenAdapter:
    """Updates and projection for an encoder, trained on pairs of texts.

    Args:
        bert: the encoder's weights in float32.
        reader: how texts become tokens.
        queries: one text a question.
        documents: text i answers question i.
        dim: numbers a token should have.
        layers: how many of the last layers get updates; 0 trains the projection alone.
        rank: of the updates.
        steps: batches to train on.
        batch: pairs in a batch; every question is compared with every document of its batch.
        learning_rate: of Adam, rising over the first steps and then falling to zero.
        temperature: divides the scores, which lie between -1 and 1.
        tokens: weight of the single matches in the loss.
        answers: weight of a question's own text in the loss.
        seed: of the order of the pairs and the start of the updates.
        progress: show a bar.

    Raises:
        ValueError: if questions and documents are no pairs, or fewer than a batch; if there are not so many layers or
            dimensions, or no steps.
    """
    import torch
    from tqdm.auto import tqdm

    if len(queries) != len(documents) or len(queries) < batch:
        raise ValueError(f"training needs pairs, at least {batch}, but got {len(queries)} and {len(documents)} texts")
    if not 0 <= layers <= len(bert.layers) or not 1 <= dim <= bert.words.shape[1] or steps < 1:
        raise ValueError(f"layers, dim and steps should fit the encoder, but are {layers}, {dim} and {steps}")
    low, top = range(len(bert.layers) - layers), range(len(bert.layers) - layers, len(bert.layers))
    start = pca_projection(bert, reader, queries, documents, dim, seed)
    projection = torch.from_numpy(start).requires_grad_()
    updates = start_updates(bert, top, rank, seed)
    optimizer = torch.optim.Adam([projection, *updates.values()], lr=learning_rate)
    rng = np.random.default_rng(seed)
    with tqdm(range(steps), desc="training", unit="step", disable=not progress) as bar:
        for step in bar:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * min(1, (step + 1) / _WARM_UP) * (1 - step / steps)
            rows = rng.choice(len(queries), batch, replace=False)
            q = below(bert, low, reader, [queries[i] for i in rows], "query")
            d = below(bert, low, reader, [documents[i] for i in rows], "document")
            with torch.no_grad():
                wanted = matches(above(bert, top, q), above(bert, top, d), d.lengths)
            found = matches(
                above(bert, top, q, updates, projection), above(bert, top, d, updates, projection), d.lengths
            )
            loss = distillation_loss(found, wanted, q.lengths, temperature=temperature, tokens=tokens, answers=answers)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            bar.set_postfix(loss=f"{loss.item():.4f}", refresh=False)
    trained = {name: update.detach().numpy() for name, update in updates.items()}
    return TokenAdapter(projection.detach().numpy(), trained)


def pca_projection(
    bert: Bert, reader: Reader, queries: Sequence[str], documents: Sequence[str], dim: int, seed: int = 0
) -> Vectors:
    """The directions in which the encoder's token vectors differ most, `(d_in, dim)`, orthonormal.

    Of the unit vectors of some of the texts, without taking their mean off, which would change every cosine.
    """
    import torch

    rows = np.random.default_rng(seed).choice(len(queries), min(_PCA_TEXTS, len(queries)), replace=False)
    every = range(len(bert.layers))
    total = np.zeros((bert.words.shape[1],) * 2)
    sides: tuple[tuple[Sequence[str], Role], ...] = ((queries, "query"), (documents, "document"))
    for texts, role in sides:
        for part in np.array_split(rows, max(1, len(rows) // 32)):
            with torch.no_grad():
                side = below(bert, every, reader, [texts[i] for i in part], role)
                vectors = above(bert, (), side).double().numpy()
            total += vectors.T @ vectors
    directions: Vectors = np.linalg.eigh(total)[1][:, ::-1][:, :dim].astype(np.float32)
    return np.ascontiguousarray(directions)


def below(bert: Bert, layers: Sequence[int], reader: Reader, texts: Sequence[str], role: Role) -> Side:
    """Some texts, read and taken through the layers that are not trained."""
    import torch

    read = reader(texts, role)
    order = sorted(range(len(read)), key=lambda i: -len(read[i].ids))
    starts = np.zeros(len(read), np.int64)
    starts[order] = np.concatenate([[0], np.cumsum([len(read[i].ids) for i in order])[:-1]])
    rows = np.concatenate([start + np.flatnonzero(text.kept) for start, text in zip(starts, read, strict=True)])
    ids = [read[i].ids for i in order]
    runs = runs_of(ids)
    with torch.no_grad(), _fast():
        x = through(bert, layers, embed(bert, ids), runs)
    return Side(x, runs, torch.from_numpy(rows), [int(text.kept.sum()) for text in read])


def above(
    bert: Bert,
    layers: Sequence[int],
    side: Side,
    updates: Updates | None = None,
    projection: Tensor | None = None,
) -> Tensor:
    """The unit vectors of a batch's tokens, in the order of the pairs, after the remaining layers and the projection."""
    import torch

    with _fast():
        x = through(bert, layers, side.x, side.runs, updates)
    states = x.float()[side.rows]
    return torch.nn.functional.normalize(states if projection is None else states @ projection, dim=1)


def _fast() -> AbstractContextManager[Any]:
    """Products in bfloat16 where this CPU computes in it."""
    import torch

    context: AbstractContextManager[Any] = torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype() == "bfloat16")
    return context
