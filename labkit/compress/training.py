"""Training a Matryoshka adapter: a rotation that brings to the front what tells a question's answer from other texts.

Each step takes a batch of pairs (a question, a text that answers it). At every length m the question should be nearer
to its own text than to the other texts of the batch (InfoNCE, van den Oord et al. 2018, arXiv 1807.03748):

    loss_m = -log( exp(s_ii / t) / sum_j exp(s_ij / t) )        s_ij = cos(first m numbers of q_i W, of d_j W)

The mean over several m is the Matryoshka loss (Kusupati et al. 2022, arXiv 2205.13147; sentence-transformers calls it
MatryoshkaLoss). The encoder stays as it is; only W is trained, and it is kept a rotation at every step by writing it as

    W = W_0 (I + S)^-1 (I - S)        S = X - X^T  (the Cayley transform; Cayley 1846)

so that no cosine changes at full length, and what was learned from one kind of text cannot spoil another kind there.

Other texts of a batch may answer a question too. A share `soft` of each target therefore follows the cosines at full
length, which know of such neighbours (distillation: Hinton et al. 2015, arXiv 1503.02531). It costs a little on texts
of the kind trained on and gains a little on others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from labkit.checks import as_vectors
from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import check_dim, pca_rotation

_SOFT_TEMPERATURE = 0.05  # of the full-length cosines in the soft targets

Tensor = Any  # torch.Tensor: torch is loaded by the functions that need it


def train_adapter(
    queries: ArrayLike,
    documents: ArrayLike,
    *,
    dims: Sequence[int] = (16, 32, 64, 96, 128, 192, 256),
    steps: int = 200,
    batch: int = 512,
    seed: int = 0,
    learning_rate: float = 0.005,
    temperature: float = 0.07,
    soft: float = 0.3,
    progress: bool = True,
    name: str = "Matryoshka adapter",
) -> LinearMap:
    """A rotation whose first numbers are the best ones, `(d, d)`, trained on pairs of vectors; starts from PCA.

    Args:
        queries: `(n, d)`, one vector a question.
        documents: `(n, d)`, row i answers question i.
        dims: the lengths that should be good. The full length is not needed: a rotation cannot change it.
        steps: batches to train on.
        batch: pairs in a batch; each text is a wrong answer to all other questions of its batch.
        seed: of the order of the pairs.
        learning_rate: of Adam, falling to zero over the steps.
        temperature: the smaller, the more only the nearest wrong answers count.
        soft: share of each target that follows the full-length cosines, 0 to 1.
        progress: show a bar.
        name: the name of the map.

    Raises:
        ValueError: if the two arrays differ in shape, hold fewer pairs than a batch, or a length is not between 1
            and d; if steps, batch, learning rate or temperature are too small to train with, or `soft` is no share.
    """
    import torch
    from tqdm.auto import tqdm

    q, d = as_vectors(queries, name="queries"), as_vectors(documents, name="documents")
    _check(q.shape, d.shape, steps, batch, learning_rate, temperature, soft)
    dims = [check_dim(dim, q.shape[1]) for dim in dims]
    if not dims:
        raise ValueError("dims is empty; name the lengths that should be good, for example (32, 64, 128)")
    start = torch.from_numpy(pca_rotation(np.vstack([q, d])).matrix)
    x = torch.zeros_like(start, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=learning_rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    order = _batches(len(q), batch, steps, seed)
    with _one_thread(), tqdm(order, desc="training", unit="step", disable=not progress) as bar:
        for rows in bar:
            rotation = start @ cayley(x)
            loss = matryoshka_loss(
                torch.from_numpy(q[rows]) @ rotation, torch.from_numpy(d[rows]) @ rotation, dims, temperature, soft
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
        # In double precision the last product is a rotation to the last digit of float32.
        matrix = (start.double() @ cayley(x.detach().double())).float().numpy()
    return LinearMap(matrix, name)


@contextmanager
def _one_thread() -> Iterator[None]:
    """One torch thread for a while: the bytes then do not depend on how many there are, nor the time on other jobs."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def cayley(x: Tensor) -> Tensor:
    """The rotation `(I + S)^-1 (I - S)` of the skew-symmetric `S = X - X^T`; the identity where X is zero."""
    import torch

    skew, eye = x - x.T, torch.eye(len(x), dtype=x.dtype)
    return torch.linalg.solve(eye + skew, eye - skew)


def matryoshka_loss(
    queries: Tensor, documents: Tensor, dims: Sequence[int], temperature: float, soft: float = 0.0
) -> Tensor:
    """The mean over `dims` of the contrastive loss of the truncated vectors, questions to texts and texts to questions.

    Args:
        queries: `(batch, d)`.
        documents: `(batch, d)`, row i answers question i.
        dims: the lengths.
        temperature: divides the cosines.
        soft: share of the target that follows the full-length cosines instead of "its own text and no other".
    """
    import torch
    from torch.nn.functional import cross_entropy, normalize

    def scores(dim: int, divisor: float) -> Tensor:
        return normalize(queries[:, :dim], dim=1) @ normalize(documents[:, :dim], dim=1).T / divisor

    own = torch.eye(len(queries), dtype=queries.dtype)
    with torch.no_grad():
        full = scores(queries.shape[1], _SOFT_TEMPERATURE)
        targets = [(1 - soft) * own + soft * side.softmax(dim=1) for side in (full, full.T)]
    losses = []
    for dim in dims:
        short = scores(dim, temperature)
        losses.append((cross_entropy(short, targets[0]) + cross_entropy(short.T, targets[1])) / 2)
    return torch.stack(losses).mean()


def _batches(n: int, batch: int, steps: int, seed: int) -> list[Any]:
    """Rows of each step: the pairs in random order, again and again; what is left of a round is dropped."""
    rng, rows = np.random.default_rng(seed), list[Any]()
    while len(rows) < steps:
        order = rng.permutation(n)
        rows += [order[i : i + batch] for i in range(0, n - batch + 1, batch)]
    return rows[:steps]


def _check(
    q: tuple[int, ...],
    d: tuple[int, ...],
    steps: int,
    batch: int,
    learning_rate: float,
    temperature: float,
    soft: float,
) -> None:
    if q != d:
        raise ValueError(f"queries and documents should be pairs, one row each, but their shapes are {q} and {d}")
    if batch < 2:
        raise ValueError(f"batch should be at least 2, because the other pairs are the wrong answers, but is {batch}")
    if q[0] < batch:
        raise ValueError(
            f"training needs at least one batch of {batch} pairs, but got {q[0]}; pass more, or batch={q[0]}"
        )
    for what, value in (("steps", steps), ("learning_rate", learning_rate), ("temperature", temperature)):
        if not value > 0:
            raise ValueError(f"{what} should be above 0, but is {value}")
    if not 0 <= soft <= 1:
        raise ValueError(f"soft is a share and should be between 0 and 1, but is {soft}")
