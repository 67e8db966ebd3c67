"""Three questions to the drawing model, each a loss.

With v a sheet's vector, P its patch vectors and t a text's vector:

    captions   which caption belongs to which sheet of the batch? CLIP's contrastive loss (Radford et al. 2021, arXiv
               2103.00020) with every true pair counted, since one caption may fit several sheets
    presence   is there such a thing on the sheet? one yes or no for each kind: sigmoid(a v.t + b) (the form of SigLIP,
               Zhai et al. 2023, arXiv 2303.15343)
    places     which kind stands at this place, or none? softmax over the kinds' P.t, and a constant for "none"

The third needs the boxes of the training sheets. They come free with a drawing program; with scanned drawings somebody
would have to draw them, or the loss would have to do without.
"""

from __future__ import annotations

from typing import Any

from labkit.train.drawing_clip_data import IGNORE, PAPER

Tensor = Any  # torch.Tensor


def caption_loss(sheets: Tensor, captions: Tensor, true: Tensor, scale: Tensor) -> Tensor:
    """The contrastive loss, sheets to captions and captions to sheets.

    Args:
        sheets: `(n, d)` unit vectors.
        captions: `(m, d)` unit vectors.
        true: `(m, n)` bool, whether a caption fits a sheet; each caption fits one at least.
        scale: 1 / temperature.
    """
    scores = scale * captions @ sheets.T
    fits = true.to(scores.dtype)
    to_sheets = -((fits * scores.log_softmax(1)).sum(1) / fits.sum(1)).mean()
    own = fits.sum(0) > 0
    fits, scores = fits[:, own], scores[:, own]
    to_captions = -((fits * scores.log_softmax(0)).sum(0) / fits.sum(0)).mean()
    return (to_sheets + to_captions) / 2


def presence_loss(sheets: Tensor, kinds: Tensor, present: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """The mean binary cross-entropy of sigmoid(scale v.t + shift).

    Args:
        sheets: `(n, d)` unit vectors.
        kinds: `(kinds, d)` unit vectors of texts that name one kind each.
        present: `(n, kinds)` of 0 and 1.
        scale: steepness.
        shift: where the middle lies.
    """
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(scale * sheets @ kinds.T + shift, present)


def place_loss(places: Tensor, kinds: Tensor, labels: Tensor, scale: Tensor, paper: Tensor) -> Tensor:
    """The cross-entropy of the kinds at each place; symbols and empty paper have equal weight in total.

    Args:
        places: `(n, rows, columns, d)` patch vectors.
        kinds: `(kinds, d)` unit vectors of texts that name one kind each.
        labels: `(n, rows, columns)`, a kind, `PAPER` or `IGNORE`.
        scale: factor of the products.
        paper: the score of "nothing stands here".
    """
    import torch
    from torch.nn.functional import cross_entropy

    scores = scale * places.flatten(0, 2).float() @ kinds.T
    scores = torch.cat([scores, paper.expand(len(scores), 1)], 1)
    labels = labels.flatten()
    each = cross_entropy(scores, labels, ignore_index=IGNORE, reduction="none")
    drawn, empty = (labels != PAPER) & (labels != IGNORE), labels == PAPER
    return each[drawn].sum() / drawn.sum().clamp(min=1) + each[empty].sum() / empty.sum().clamp(min=1)
