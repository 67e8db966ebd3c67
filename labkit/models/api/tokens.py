"""How many tokens texts have, without the vendor's tokenizer: good enough for a price and for safe batches.

A token of English text is about four characters; every character beyond ASCII counts as one token:

    tokens = ASCII characters / 4 + other characters

Each vendor cuts texts in its own way, so this is an estimate and is shown as one.
"""

from collections.abc import Iterator, Sequence

import numpy as np

CHARACTERS_A_TOKEN = 4
CAUTIOUS_CHARACTERS_A_TOKEN = 3  # code and numbers have shorter tokens than prose


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, at least one.

    Example:
        >>> estimated_tokens("a pump that hums"), estimated_tokens("日本語")
        (4, 3)
    """
    ascii_ones = len(text.encode("ascii", "ignore"))
    return max(1, round(ascii_ones / CHARACTERS_A_TOKEN + len(text) - ascii_ones))


def cut(text: str, max_tokens: int) -> str:
    """The longest beginning of a text that surely has no more than `max_tokens` tokens, for prose and most code.

    Example:
        >>> cut("a pump that hums", 3)
        'a pump th'
    """
    if len(text) <= max_tokens:
        return text
    points = np.frombuffer(text.encode("utf-32-le"), "<u4")
    so_far = np.cumsum(np.where(points < 128, 1 / CAUTIOUS_CHARACTERS_A_TOKEN, 1.0))
    return text[: int(np.searchsorted(so_far, max_tokens + 1e-6, side="right"))]


def batches(texts: Sequence[str], most_texts: int, most_tokens: int) -> Iterator[list[str]]:
    """The texts in order, in lists of at most so many texts and about so many tokens (a longer one is alone).

    Example:
        >>> list(batches(["a", "b", "c" * 40], most_texts=3, most_tokens=10))
        [['a', 'b'], ['cccccccccccccccccccccccccccccccccccccccc']]
    """
    batch: list[str] = []
    used = 0
    for text in texts:
        tokens = estimated_tokens(text)
        if batch and (len(batch) == most_texts or used + tokens > most_tokens):
            yield batch
            batch, used = [], 0
        batch.append(text)
        used += tokens
    if batch:
        yield batch
