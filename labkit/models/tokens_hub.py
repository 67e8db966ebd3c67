"""ColBERT checkpoints that do not travel with the course, through sentence-transformers' `MultiVectorEncoder`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.checks import Vectors
from labkit.models.dense import torch_threads
from labkit.models.hub import opened, version
from labkit.models.texts import check_texts
from labkit.models.token_vectors import TokenVectors
from labkit.unit import unit_rows

Encode = Callable[..., list[Any]]


class HubTokenEncoder:
    """Encodes texts through sentence-transformers, with the markers, limits and skip-list that the model brings along.

    Attributes:
        name: the model's name, or its folder's.
        dim: numbers in a token's vector.
        max_tokens: longer documents are cut here.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, name: str) -> None:
        """Load a model by its hub name (needs `LABKIT_MODELS=hub`) or from a local folder (always allowed).

        Raises:
            ValueError: if hub models are not allowed; the message says how to allow them and what to use instead.
            FileNotFoundError: if they are allowed but the model cannot be fetched.
        """
        from sentence_transformers import MultiVectorEncoder

        self._model, folder = opened(name, MultiVectorEncoder, "token encoder", _INSTEAD)
        self.name = folder.name if folder else name
        self.dim = int(self._model.encode_query("a").shape[1])
        own_limit = getattr(self._model[0], "document_length", None)
        self.max_tokens = int(own_limit or self._model.max_seq_length or 1_000_000)  # None: never cut
        made_of = version(self._model, folder)
        self.fingerprint = f"{name}/{made_of}/{self.max_tokens}/tokens-v1"

    def encode_documents(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each document.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(self._model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each query.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(self._model.encode_query, texts)

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""
        return self._pieces(self._model.encode_document, text)

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""
        return self._pieces(self._model.encode_query, text)

    def _encode(self, encode: Encode, texts: Sequence[str]) -> TokenVectors:
        with torch_threads():
            found = encode(check_texts(texts), convert_to_numpy=True, show_progress_bar=False) if len(texts) else []
        rows: list[Vectors] = [np.asarray(row, np.float32) for row in found]
        tokens = TokenVectors.of(rows, dim=self.dim)
        return TokenVectors(unit_rows(tokens.vectors), tokens.offsets)

    def _pieces(self, encode: Encode, text: str) -> list[str]:
        (found,) = encode(check_texts([text]), output_value=None, show_progress_bar=False)
        ids = found["input_ids"][found["attention_mask"].bool()]
        pieces: list[str] = self._model.tokenizer.convert_ids_to_tokens(ids.tolist())
        return pieces


_INSTEAD = "Use one that travels with the course: load_token_encoder()."
