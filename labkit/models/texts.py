"""What every text encoder does before its model runs: check the texts, turn them into token ids, form batches."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def check_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list.

    Raises:
        TypeError: if `texts` is one text, or holds anything but texts; the message names the first wrong position.
        ValueError: if a text holds half a character (a lone surrogate).

    Example:
        >>> check_texts(("a", "b"))
        ['a', 'b']
    """
    if isinstance(texts, str | bytes):
        raise TypeError(f"texts should be a list of texts, but is one: pass [{texts[:40]!r}]")
    listed = list(texts)
    for position, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(
                f"texts should all be str, but position {position} is a {type(text).__name__}: {text!r:.60}"
            )
    try:
        "".join(listed).encode()
    except UnicodeEncodeError as problem:
        broken = problem.object[problem.start]
        position = next(i for i, text in enumerate(listed) if broken in text)
        raise ValueError(
            f"the text at position {position} holds {broken!r}, half a character that no tokenizer reads; "
            f"read its file with errors='replace'"
        ) from None
    return listed


def load_tokenizer(file: Path, max_tokens: int | None) -> "Tokenizer":
    """The tokenizer of a `tokenizer.json`: no padding, texts cut at `max_tokens` (None: never cut)."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    # The files carry settings of their own (MiniLM's pads everything to 128); an encoder decides that itself.
    tokenizer.no_padding()
    if max_tokens is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_tokens)
    return tokenizer


def token_budget_batches(lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    """Positions of texts in batches of about `budget` tokens, the longest texts first.

    Texts of like length share a batch, so that little or nothing is padded; the longest come first, so that a run that
    does not fit in memory fails at once.

    Args:
        lengths: `(n,)` tokens of each text.
        budget: most tokens in a batch (a single longer text is a batch of its own).

    Example:
        >>> [batch.tolist() for batch in token_budget_batches(np.array([2, 9, 3, 3]), budget=9)]
        [[1], [2, 3, 0]]
    """
    order = np.argsort(-lengths, kind="stable")
    start, used = 0, 0
    for end, length in enumerate(lengths[order]):
        if end > start and used + length > budget:
            yield order[start:end]
            start, used = end, 0
        used += int(length)
    if start < len(order):
        yield order[start:]
