"""A static encoder: every token has one fixed vector, and a text is the mean of its tokens.

    vector = mean(table[token ids]) / |mean(table[token ids])|

No layers, no attention: word order and context are lost, and some 100,000 short sentences a second are gained.
Source: Miller 2024, WordLlama (token tables taken from large language models).
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from labkit.checks import Vectors
from labkit.models.catalogue import ModelCard
from labkit.models.texts import check_texts, load_tokenizer
from labkit.models.weights import verify

TEXTS_A_BATCH = 1024


class StaticEncoder:
    """Encodes texts by averaging a table of token vectors.

    Attributes:
        name: the model's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, card: ModelCard) -> None:
        """Load the token table of a `static` card, after checking its hashes.

        Raises:
            FileNotFoundError: if the weights are missing.
            ValueError: if a file's hash is not the catalogue's.
        """
        from safetensors.numpy import load_file

        folder = verify(card)
        table_file, tokenizer_file = card.sha256
        self.name, self.dim, self.max_tokens = card.name, card.dim, card.max_tokens
        self.fingerprint = f"{card.name}/{card.sha256[table_file][:16]}/float32/v2"
        self._table = load_file(folder / table_file)["embedding.weight"].astype(np.float32)
        self._tokenizer = load_tokenizer(folder / tokenizer_file, card.max_tokens)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, dim)` float32; an empty text, which has no token, gets the zero vector.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        listed = check_texts(texts)
        vectors = np.zeros((len(listed), self.dim), np.float32)
        for start in range(0, len(listed), TEXTS_A_BATCH):
            batch = listed[start : start + TEXTS_A_BATCH]
            self._average(self.tokenize(batch), vectors[start : start + len(batch)])
        return vectors

    encode_queries = encode_documents

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text; none for an empty text."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _average(self, ids: list[list[int]], out: Vectors) -> None:
        from scipy.sparse import csr_array

        # A 0/1 matrix (texts, vocabulary) times the table adds up each text's rows without copying them first. The sum
        # has the direction of the mean, and only the direction is kept.
        ends = np.cumsum([0, *map(len, ids)])
        tokens = np.fromiter(chain.from_iterable(ids), np.int64, ends[-1])
        counts = csr_array((np.ones(len(tokens), np.float32), tokens, ends), shape=(len(ids), len(self._table)))
        sums = counts @ self._table
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        np.divide(sums, norms, out=out, where=norms > 0)
