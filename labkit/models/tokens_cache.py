"""A token encoder that remembers what it has encoded, so that a notebook encodes its collection once."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from labkit.checks import Vectors
from labkit.models.store import open_store, recalled, text_key
from labkit.models.texts import check_texts
from labkit.models.token_vectors import TokenVectors


class AnyTokenEncoder(Protocol):
    """A token encoder: texts to one unit vector a token."""

    name: str
    dim: int
    max_tokens: int
    fingerprint: str

    def encode_documents(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each document."""

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each query."""

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""


class CachedTokenEncoder:
    """A token encoder with a memory on disk, in half precision; otherwise the same as the one it wraps.

    Whatever comes out was rounded to half precision (to about one part in two thousand), also the first time, so that
    a second run gives the same numbers.

    Attributes:
        encoder: the encoder that does the work.
        name: the encoder's name.
        dim: numbers in a token's vector.
        max_tokens: longer documents are cut here.
        fingerprint: the encoder's fingerprint.
        file: where the vectors lie; delete it to encode anew.
    """

    def __init__(self, encoder: AnyTokenEncoder, folder: Path | None = None) -> None:
        """Wrap an encoder.

        Args:
            encoder: what does the work.
            folder: where the cache file lies; by default `tokens` in labkit's cache folder.
        """
        self.encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.max_tokens, self.fingerprint = encoder.max_tokens, encoder.fingerprint
        self._store = open_store("tokens", self.name, self.fingerprint, self.dim, folder, ragged=True)
        self.file = self._store.file

    def encode_documents(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each document, read from the cache where they are there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._remembered("document", texts, self.encoder.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each query, read from the cache where they are there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._remembered("query", texts, self.encoder.encode_queries)

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""
        return self.encoder.document_tokens(text)

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""
        return self.encoder.query_tokens(text)

    def _remembered(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], TokenVectors]) -> TokenVectors:
        def halved(part: list[str]) -> list[Vectors]:
            found = encode(part)
            rounded = found.vectors.astype(np.float16)
            return np.split(rounded, found.offsets[1:-1])

        rows = recalled(
            self._store,
            check_texts(texts),
            key=lambda text: text_key(role, text),  # the two are marked and cut differently
            size=len,
            compute=halved,
            what=f"encoding {role} tokens ({self.name})",
        )
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        vectors = np.empty((offsets[-1], self.dim), np.float32)
        for row, start, end in zip(rows, offsets, offsets[1:], strict=False):
            vectors[start:end] = row
        return TokenVectors(vectors, offsets)
