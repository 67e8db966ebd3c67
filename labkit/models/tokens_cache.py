"""A token encoder that remembers what it has encoded, so that a notebook encodes its collection once."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from labkit.checks import Vectors
from labkit.models.cache import AnyEncoder, Key, Remembering
from labkit.models.store import open_store, recalled
from labkit.models.token_vectors import TokenVectors


class AnyTokenEncoder(AnyEncoder[TokenVectors], Protocol):
    """A token encoder: texts to one unit vector a token."""

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""


class CachedTokenEncoder(Remembering[TokenVectors]):
    """A token encoder with a memory on disk, in half precision; otherwise the same as the one it wraps.

    Whatever comes out was rounded to half precision (to about one part in two thousand), also the first time, so that
    a second run gives the same numbers.
    """

    encoder: AnyTokenEncoder

    def __init__(self, encoder: AnyTokenEncoder, folder: Path | None = None) -> None:
        """Wrap an encoder.

        Args:
            encoder: what does the work.
            folder: where the cache file lies; by default `tokens` in labkit's cache folder.
        """
        store = open_store("tokens", encoder.name, encoder.fingerprint, encoder.dim, folder, ragged=True)
        super().__init__(encoder, store)

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""
        return self.encoder.document_tokens(text)

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""
        return self.encoder.query_tokens(text)

    def _remembered(
        self, texts: list[str], key: Key, encode: Callable[[list[str]], TokenVectors], role: str
    ) -> TokenVectors:
        def halved(part: list[str]) -> list[Vectors]:
            found = encode(part)
            rounded = found.vectors.astype(np.float16)
            return np.split(rounded, found.offsets[1:-1])

        rows = recalled(self._store, texts, key, len, halved, f"encoding {role} tokens ({self.name})")
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        vectors = np.empty((offsets[-1], self.dim), np.float32)
        for row, start, end in zip(rows, offsets, offsets[1:], strict=False):
            vectors[start:end] = row
        return TokenVectors(vectors, offsets)
