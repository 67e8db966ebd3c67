"""A second text encoder: int8 ONNX weights run by onnxruntime, the vector read off the first token ([CLS]).

    vector = token_vectors[0] / |token_vectors[0]|

Queries carry a prompt, documents none. Source: Xiao et al. 2023, "C-Pack" (the bge models).

The int8 weights come with *dynamic* quantization: activations are scaled by the largest one in the batch. In a batch a
text's vector would therefore depend on its neighbours (cosines down to .986 were seen), so each text runs alone, on one
thread, and several run side by side.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors
from labkit.models.catalogue import ModelCard
from labkit.models.parallel import side_by_side
from labkit.models.texts import check_texts, load_tokenizer
from labkit.models.weights import verify

if TYPE_CHECKING:
    from tokenizers import Encoding

Run = Callable[["Encoding"], NDArray[np.float32]]


class OnnxEncoder:
    """Encodes texts with an embedded int8 BERT through onnxruntime.

    Attributes:
        name: the model's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        query_prompt: put in front of every query.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, card: ModelCard) -> None:
        """Load the weights of an `onnx` card, after checking their hashes.

        Raises:
            FileNotFoundError: if the weights are missing.
            ValueError: if a file's hash is not the catalogue's.
        """
        folder = verify(card)
        self.name, self.dim, self.max_tokens = card.name, card.dim, card.max_tokens
        self.query_prompt = card.query_prompt
        self.fingerprint = f"{card.name}/{card.sha256['model.onnx'][:16]}/int8/{card.max_tokens}/{card.query_prompt}/v1"
        self._tokenizer = load_tokenizer(folder / "tokenizer.json", card.max_tokens)
        self._run = open_model(folder / "model.onnx")

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32; an empty one gets the vector of its frame tokens alone.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(check_texts(texts))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32; the model's prompt is put in front of each.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode([self.query_prompt + text for text in check_texts(texts)])

    def _encode(self, texts: list[str]) -> Vectors:
        from tqdm.auto import tqdm

        vectors = np.empty((len(texts), self.dim), np.float32)
        encodings = self._tokenizer.encode_batch(texts)
        bar = tqdm(
            side_by_side(self._run, encodings),
            total=len(texts),
            desc="encoding",
            delay=2,
            mininterval=0.5,
            disable=len(texts) <= 512,
        )
        for row, tokens in enumerate(bar):
            vectors[row] = tokens[0] / np.linalg.norm(tokens[0])
        return vectors


def open_model(file: Path) -> Run:
    """A function that runs one tokenised text through the ONNX model on one thread and returns its output row."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def run(text: "Encoding") -> NDArray[np.float32]:
        parts = {"input_ids": text.ids, "attention_mask": text.attention_mask, "token_type_ids": text.type_ids}
        output: NDArray[np.float32] = session.run(None, {k: np.array([v], np.int64) for k, v in parts.items()})[0][0]
        return output

    return run
