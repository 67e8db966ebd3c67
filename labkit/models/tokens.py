"""A ColBERT-style encoder: one unit vector for every token of a text, instead of one for the whole text.

    token vector = P h / |P h|        h: the last layer's output for the token, P: a projection to fewer numbers (or none)

A query is then compared token by token: MaxSim sums, over the query's tokens, the best cosine with any token of the
document. Source: Khattab and Zaharia 2020, "ColBERT". On the same weights the numbers agree with sentence-transformers'
`MultiVectorEncoder` (see the tests).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.models.bert import Bert, forward
from labkit.models.dense import one_torch_thread, torch_threads
from labkit.models.parallel import side_by_side
from labkit.models.texts import check_texts, load_tokenizer, token_budget_batches
from labkit.models.token_vectors import TokenVectors
from labkit.models.tokens_reading import Reader, Reading, Role, Tokens
from labkit.unit import unit_rows

TOKENS_A_BATCH = 512


class TokenEncoder:
    """Encodes texts into token vectors with an embedded BERT through torch.

    Attributes:
        name: the model's name.
        dim: numbers in a token's vector.
        max_tokens: longer documents are cut here.
        reading: limits, markers and skip-list.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(
        self,
        name: str,
        bert: Bert,
        tokenizer: Path,
        *,
        reading: Reading | None = None,
        projection: Vectors | None = None,
        fingerprint: str,
    ) -> None:
        """Join weights, tokenizer and settings; `load_token_encoder` does it by name.

        Args:
            name: the model's name.
            bert: the encoder's weights.
            tokenizer: its `tokenizer.json`.
            reading: limits, markers and skip-list; by default those of `Reading`.
            projection: `(d_in, d)` applied to each token's state; none for the states as they are.
            fingerprint: what tells these weights from others; the settings are added to it.

        Raises:
            ValueError: if a limit is longer than the weights have positions, or a marker is no token.
        """
        self.reading = reading = reading or Reading()
        positions = len(bert.positions)
        for what, limit in (("query_tokens", reading.query_tokens), ("document_tokens", reading.document_tokens)):
            if limit > positions:
                raise ValueError(f"{what} should be at most {positions}, the positions of {name}, but is {limit}")
        self.name, self.max_tokens = name, reading.document_tokens
        self.dim = int(bert.words.shape[1] if projection is None else projection.shape[1])
        self.fingerprint = f"{fingerprint}/{reading}/{self.dim}/tokens-v2"
        self._bert, self._projection = bert, projection
        self._read = Reader(load_tokenizer(tokenizer, None), reading)

    def encode_documents(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each document, without its punctuation; an empty text has those of [CLS] and [SEP].

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(texts, "document")

    def encode_queries(self, texts: Sequence[str]) -> TokenVectors:
        """The token vectors of each query.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(texts, "query")

    def document_tokens(self, text: str) -> list[str]:
        """The tokens of a document, one for each of its vectors."""
        return self._read.pieces(text, "document")

    def query_tokens(self, text: str) -> list[str]:
        """The tokens of a query, one for each of its vectors."""
        return self._read.pieces(text, "query")

    def _encode(self, texts: Sequence[str], role: Role) -> TokenVectors:
        from tqdm.auto import tqdm

        tokens = self._read(check_texts(texts), role)
        offsets = np.concatenate([[0], np.cumsum([text.kept.sum() for text in tokens])]).astype(np.int64)
        vectors = np.empty((offsets[-1], self.dim), np.float32)

        def encode(batch: NDArray[np.int64]) -> int:
            found = self._states([tokens[i] for i in batch])
            ends = np.cumsum([offsets[i + 1] - offsets[i] for i in batch])
            for i, rows in zip(batch, np.split(found, ends[:-1]), strict=True):
                vectors[offsets[i] : offsets[i + 1]] = rows
            return len(batch)

        lengths = np.array([len(text.ids) for text in tokens], np.int64)
        batches = list(token_budget_batches(lengths, TOKENS_A_BATCH))
        # A cached encoder calls with at most 512 texts and shows a bar of its own.
        with (
            torch_threads(),
            tqdm(total=len(tokens), desc="encoding", delay=2, mininterval=0.5, disable=len(tokens) <= 512) as bar,
        ):
            for done in side_by_side(encode, batches, begin=one_torch_thread):
                bar.update(done)
        return TokenVectors(vectors, offsets)

    def _states(self, texts: Sequence[Tokens]) -> Vectors:
        """The unit vectors of all kept tokens of some texts end to end."""
        states = forward(self._bert, [text.ids for text in texts]).float().numpy()
        states = states[np.concatenate([text.kept for text in texts])]
        return unit_rows(states if self._projection is None else states @ self._projection)
