"""An encoder that remembers what it has encoded, so that a notebook encodes its collection once and not at every run."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from labkit.checks import Vectors
from labkit.models.store import VectorStore, open_store, remembered, text_key
from labkit.models.texts import check_texts

Found = TypeVar("Found", covariant=True)
Key = Callable[[str], bytes]


class AnyEncoder(Protocol[Found]):
    """An encoder of texts, whatever it makes of them: one vector a text, or one a token."""

    name: str
    dim: int
    max_tokens: int
    fingerprint: str

    def encode_documents(self, texts: Sequence[str]) -> Found:
        """What it makes of documents."""

    def encode_queries(self, texts: Sequence[str]) -> Found:
        """What it makes of queries."""


class Encoder(AnyEncoder[Vectors], Protocol):
    """A dense text encoder: one unit vector a text, `(n, dim)` float32."""


class Remembering(ABC, Generic[Found]):
    """An encoder with a memory on disk; otherwise the same as the one it wraps.

    Attributes:
        encoder: the encoder that does the work.
        name: the encoder's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: the encoder's fingerprint.
        file: where the vectors lie; delete it to encode anew.
    """

    def __init__(self, encoder: AnyEncoder[Found], store: VectorStore) -> None:
        """Join an encoder and the store of what it has encoded."""
        self.encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.max_tokens, self.fingerprint = encoder.max_tokens, encoder.fingerprint
        self._store, self.file = store, store.file

    def encode_documents(self, texts: Sequence[str]) -> Found:
        """What the encoder makes of documents, read from the cache where it is there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._of("document", texts, self.encoder.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Found:
        """What the encoder makes of queries, read from the cache where it is there.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._of("query", texts, self.encoder.encode_queries)

    def _of(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], Found]) -> Found:
        # The key holds the role: a query may carry another prompt than a document, and be cut elsewhere.
        return self._remembered(check_texts(texts), lambda text: text_key(role, text), encode, role)

    @abstractmethod
    def _remembered(self, texts: list[str], key: Key, encode: Callable[[list[str]], Found], role: str) -> Found:
        """What belongs to the texts, from the store or from `encode`."""


class CachedEncoder(Remembering[Vectors]):
    """A dense encoder with a memory on disk: one unit vector a text, `(n, dim)` float32."""

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        """Wrap an encoder.

        Args:
            encoder: what does the work.
            folder: where the cache file lies; by default `embeddings` in labkit's cache folder.
        """
        super().__init__(encoder, open_store("embeddings", encoder.name, encoder.fingerprint, encoder.dim, folder))

    def _remembered(self, texts: list[str], key: Key, encode: Callable[[list[str]], Vectors], role: str) -> Vectors:
        return remembered(self._store, texts, key, len, encode, f"encoding {role} texts ({self.name})")
