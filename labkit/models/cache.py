"""An encoder that remembers what it has encoded, so that a notebook encodes its collection once and not at every run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from labkit.checks import Vectors
from labkit.models.store import open_store, remembered, text_key
from labkit.models.texts import check_texts


class Encoder(Protocol):
    """A dense text encoder: texts to unit vectors `(n, dim)` float32."""

    name: str
    dim: int
    max_tokens: int
    fingerprint: str

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query."""


class CachedEncoder:
    """An encoder with a memory on disk; otherwise the same as the one it wraps.

    Attributes:
        encoder: the encoder that does the work.
        name: the encoder's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: the encoder's fingerprint.
        file: where the vectors lie; delete it to encode anew.
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        """Wrap an encoder.

        Args:
            encoder: what does the work.
            folder: where the cache file lies; by default `embeddings` in labkit's cache folder.
        """
        self.encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.max_tokens, self.fingerprint = encoder.max_tokens, encoder.fingerprint
        self._store = open_store("embeddings", self.name, self.fingerprint, self.dim, folder)
        self.file = self._store.file

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32, read from the cache where it is there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._remembered("document", texts, self.encoder.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32, read from the cache where it is there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._remembered("query", texts, self.encoder.encode_queries)

    def _remembered(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], Vectors]) -> Vectors:
        return remembered(
            self._store,
            check_texts(texts),
            key=lambda text: text_key(role, text),  # the two may carry different prompts
            size=len,
            compute=encode,
            what=f"encoding {role} texts ({self.name})",
        )
