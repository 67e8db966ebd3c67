"""How long texts are in a model's own tokens, and how much of them the model never reads.

A model cuts what is longer than its context, silently. The words behind the cut are in no vector and cannot be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.models.api.tokens import estimated_tokens
from labkit.models.cache import Encoder
from labkit.models.catalogue import catalogue, find
from labkit.models.texts import check_texts, load_tokenizer
from labkit.models.weights import verify


@dataclass(frozen=True)
class CutOff:
    """What a model does not read of some texts.

    Attributes:
        tokens: `(n,)` tokens of each text, uncut.
        max_tokens: longer texts are cut here.
        exact: whether the model's own tokenizer counted; if not, about four characters make a token.
    """

    tokens: NDArray[np.int64]
    max_tokens: int
    exact: bool

    @property
    def cut(self) -> int:
        """How many texts are longer than what the model reads."""
        return int((self.tokens > self.max_tokens).sum())

    @property
    def share_cut(self) -> float:
        """The share of the texts that are cut."""
        return self.cut / max(1, len(self.tokens))

    @property
    def share_unread(self) -> float:
        """The share of all tokens that lie behind a cut."""
        return float((self.tokens - self.max_tokens).clip(min=0).sum() / max(1, self.tokens.sum()))

    def __str__(self) -> str:
        """One line to print."""
        about = "" if self.exact else "about "
        return (
            f"{about}{self.cut:,} of {len(self.tokens):,} texts are longer than {self.max_tokens:,} tokens; "
            f"{self.share_unread:.1%} of all tokens are never read"
        )


def cut_off(encoder: Encoder, texts: Sequence[str]) -> CutOff:
    """What an encoder does not read of these texts, counted with its own tokenizer where it is at hand.

    Raises:
        TypeError: if `texts` is not a list of str.

    Example:
        >>> from labkit.models.load import load_encoder
        >>> print(cut_off(load_encoder("all-MiniLM-L6-v2"), ["pump " * 300, "a pump"]))
        1 of 2 texts are longer than 256 tokens; 15.0% of all tokens are never read
    """
    listed, inner = check_texts(texts), encoder
    while hasattr(inner, "encoder"):  # a cache or an adapter around the encoder that reads
        inner = inner.encoder
    count = _own_tokenizer(inner)
    tokens = count(listed) if count else [estimated_tokens(text) for text in listed]
    return CutOff(np.array(tokens, np.int64), encoder.max_tokens, exact=count is not None)


def _own_tokenizer(encoder: Any) -> Any:  # noqa: ANN401
    """A function from texts to numbers of tokens, or None where the tokenizer is the vendor's secret."""
    cards = {card.name for card in catalogue() if card.kind != "cross"}
    if encoder.name in cards:
        card = find(encoder.name)
        file = next(name for name in card.sha256 if "tokenizer" in name)
        tokenizer = load_tokenizer(verify(card) / file, None)
        framed = card.kind != "static"  # a static encoder adds no tokens of its own
        return lambda texts: [len(one.ids) for one in tokenizer.encode_batch_fast(texts, add_special_tokens=framed)]
    hub = getattr(getattr(encoder, "_model", None), "tokenizer", None)
    if callable(hub):
        return lambda texts: (
            [len(ids) for ids in hub(texts, truncation=False, verbose=False)["input_ids"]] if texts else []
        )
    return None
