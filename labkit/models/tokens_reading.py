"""How a token encoder reads a text: what is put in front, where it is cut, and which tokens may be matched.

    query      [CLS] where does the pump drain ? [SEP]              every token looks for its match
    document   [CLS] the pump drains to the tank . [SEP]            all but the full stop can be matched

A document's punctuation marks are read, since they say how a sentence hangs together, but get no vector: nobody looks
for a comma, and every seventh token is one. Source: Khattab and Zaharia 2020, "ColBERT", section 3.2.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Role = Literal["query", "document"]


@dataclass(frozen=True)
class Reading:
    """The settings of a token encoder that decide which tokens a text has.

    Attributes:
        query_tokens: longer queries are cut here, [CLS] and [SEP] included.
        document_tokens: longer documents are cut here.
        query_marker: a token of the vocabulary put after a query's [CLS], for a model trained with one; "" for none.
        document_marker: the same for documents.
        skiplist: document tokens that are one of these characters get no vector.
    """

    query_tokens: int = 64
    document_tokens: int = 256
    query_marker: str = ""
    document_marker: str = ""
    skiplist: str = string.punctuation

    def __post_init__(self) -> None:
        """Refuse a limit that leaves no room for a word between [CLS], marker and [SEP].

        Raises:
            ValueError: if a limit is below 4.
        """
        for name, limit in (("query_tokens", self.query_tokens), ("document_tokens", self.document_tokens)):
            if limit < 4:
                raise ValueError(f"{name} should be at least 4 ([CLS], a marker, a word, [SEP]), but is {limit}")


@dataclass(frozen=True)
class Tokens:
    """One text as the encoder sees it.

    Attributes:
        ids: `(t,)` token ids.
        kept: `(t,)` whether a token gets a vector.
    """

    ids: list[int]
    kept: NDArray[np.bool_]


class Reader:
    """Turns texts into tokens, for queries in one way and for documents in another."""

    def __init__(self, tokenizer: "Tokenizer", reading: Reading) -> None:
        """Join a tokenizer that neither cuts nor pads to the settings.

        Raises:
            ValueError: if a marker is no token of the vocabulary.
        """
        self._tokenizer, self.reading = tokenizer, reading
        self._markers: dict[Role, list[int]] = {
            "query": self._marker(reading.query_marker),
            "document": self._marker(reading.document_marker),
        }
        ids = (tokenizer.token_to_id(character) for character in reading.skiplist)
        self._skipped = np.array(sorted(id for id in ids if id is not None), np.int64)

    def __call__(self, texts: Sequence[str], role: Role) -> list[Tokens]:
        """The tokens of each text; an empty text is [CLS] and [SEP]."""
        limit = self.reading.query_tokens if role == "query" else self.reading.document_tokens
        marker = self._markers[role]
        found = []
        for encoding in self._tokenizer.encode_batch_fast(list(texts)):
            first, *words, last = encoding.ids
            ids = [first, *marker, *words[: limit - 2 - len(marker)], last]
            kept = np.isin(ids, self._skipped, invert=True) if role == "document" else np.ones(len(ids), np.bool_)
            found.append(Tokens(ids, kept))
        return found

    def pieces(self, text: str, role: Role) -> list[str]:
        """The tokens that get a vector, as text, in the order of the vectors."""
        (tokens,) = self([text], role)
        return [str(self._tokenizer.id_to_token(id)) for id, kept in zip(tokens.ids, tokens.kept, strict=True) if kept]

    def _marker(self, marker: str) -> list[int]:
        if not marker:
            return []
        id = self._tokenizer.token_to_id(marker)
        if id is None:
            raise ValueError(f"a marker should be a token of the vocabulary, as '[unused0]', but is {marker!r}")
        return [id]


def is_frame(token: str) -> bool:
    """Whether a token, as text, stands around a text or marks its role, and means no word.

    Example:
        >>> [is_frame(token) for token in ("[CLS]", "pump", "[")]
        [True, False, False]
    """
    return len(token) > 2 and token.startswith("[") and token.endswith("]")
