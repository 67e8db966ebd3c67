"""What the small token vectors should learn: to give the MaxSim that the full token vectors give, and to find the answer.

    M[z, j]  = the largest cosine of query token z with a token of document j
    s[i, j]  = mean of M[z, j] over the tokens z of query i            MaxSim, divided by the query's length

Three terms, student against teacher (the encoder as it was, 384 numbers a token), over all pairs of a batch:

    tokens     mean (M - M')^2                                         every single match
    ranking    KL(softmax(s' / t) || softmax(s / t))                   the order of the documents
    answers    -log softmax(s / t)[i, i]                               a question's own text before all others

Sources: Hinton et al. 2015, arXiv 1503.02531 (distillation); Santhanam et al. 2021, "ColBERTv2", arXiv 2112.01488.
"""

from collections.abc import Sequence
from typing import Any

Tensor = Any  # torch.Tensor


def matches(queries: Tensor, documents: Tensor, lengths: Sequence[int]) -> Tensor:
    """`M`, the largest cosine of each query token with each document, `(query tokens, documents)`.

    Args:
        queries: unit vectors of all query tokens, `(query tokens, d)`.
        documents: unit vectors of all document tokens end to end.
        lengths: tokens of each document.
    """
    import torch

    similarities = queries @ documents.T
    return torch.stack([part.amax(dim=1) for part in similarities.split(list(lengths), dim=1)], dim=1)


def scores(best: Tensor, lengths: Sequence[int]) -> Tensor:
    """MaxSim divided by the query's length, `(queries, documents)`, from `matches` and the queries' lengths."""
    import torch

    return torch.stack([part.mean(dim=0) for part in best.split(list(lengths))])


def distillation_loss(
    student: Tensor, teacher: Tensor, query_lengths: Sequence[int], *, temperature: float, tokens: float, answers: float
) -> Tensor:
    """The three terms together; `tokens` and `answers` are their weights against the ranking's 1.

    Args:
        student: `M` of the small vectors, `(query tokens, documents)`; query i belongs to document i.
        teacher: `M` of the full vectors.
        query_lengths: tokens of each query.
        temperature: divides the scores.
        tokens: weight of the single matches.
        answers: weight of a question's own text.
    """
    import torch
    from torch.nn.functional import cross_entropy

    own, wanted = scores(student, query_lengths) / temperature, scores(teacher, query_lengths) / temperature
    target = wanted.softmax(dim=1)
    # Cross-entropy with the teacher less the teacher's own entropy is the divergence; 0 where they agree.
    ranking = cross_entropy(own, target) - cross_entropy(wanted, target)
    answer = cross_entropy(own, torch.arange(len(own))) if answers else own.new_zeros(())
    return ranking + tokens * (student - teacher).square().mean() + answers * answer
