"""The default text encoder: a BERT whose token vectors are averaged into one unit vector a text.

    vector = mean(token vectors) / |mean(token vectors)|

Source: Reimers and Gurevych 2019, "Sentence-BERT". The numbers agree with sentence-transformers' (see the tests).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.checks import Vectors
from labkit.models.bert import forward, load_bert
from labkit.models.catalogue import ModelCard
from labkit.models.parallel import side_by_side
from labkit.models.texts import check_texts, load_tokenizer, token_budget_batches
from labkit.models.weights import verify

TOKENS_A_BATCH = 512


class DenseEncoder:
    """Encodes texts with an embedded BERT through torch.

    Attributes:
        name: the model's name.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        dtype: what it multiplies in.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, card: ModelCard, *, dtype: str = "auto") -> None:
        """Load the weights of a `dense` card, after checking their hashes.

        Args:
            card: an entry of the catalogue.
            dtype: `float32`, `bfloat16`, `int16`, or `auto`: `LABKIT_DTYPE`, or the fastest on this CPU.

        Raises:
            ValueError: if the dtype is none of these, or a file's hash is not the catalogue's.
            FileNotFoundError: if the weights are missing.
        """
        self.dtype = chosen_dtype(dtype)
        folder = verify(card)
        self.name, self.dim, self.max_tokens = card.name, card.dim, card.max_tokens
        self.fingerprint = f"{card.name}/{card.sha256['model.safetensors'][:16]}/{self.dtype}/{card.max_tokens}/v3"
        self._tokenizer = load_tokenizer(folder / "tokenizer.json", card.max_tokens)
        self._bert = load_bert(folder, self.dtype)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, `(n, dim)` float32; an empty text gets the vector of "nothing but the frame".

        BERT frames every text with two tokens, [CLS] and [SEP]; an empty or blank text is the mean of these two.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        ids = self.tokenize(check_texts(texts))
        lengths = np.array([len(text) for text in ids], np.int64)
        batches = list(token_budget_batches(lengths, TOKENS_A_BATCH))
        vectors = np.empty((len(ids), self.dim), np.float32)

        def encode(batch: NDArray[np.int64]) -> int:
            vectors[batch] = self._pooled([ids[i] for i in batch], lengths[batch])
            return len(batch)

        from tqdm.auto import tqdm

        # A cached encoder calls with at most 512 texts and shows a bar of its own.
        with (
            torch_threads(),
            tqdm(total=len(ids), desc="encoding", delay=2, mininterval=0.5, disable=len(ids) <= 512) as bar,
        ):
            if len(batches) == 1:  # nothing to run beside it: all of torch's threads share the one batch
                encode(batches[0])
            else:
                for done in side_by_side(encode, batches, begin=one_torch_thread):
                    bar.update(done)
        return vectors

    encode_queries = encode_documents

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, with the model's frame tokens, cut at `max_tokens`."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def _pooled(self, ids: list[list[int]], lengths: NDArray[np.int64]) -> Vectors:
        tokens = forward(self._bert, ids).float().numpy()
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        means = np.add.reduceat(tokens, starts, axis=0) / lengths[:, None]
        unit: Vectors = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
        return unit


def fast_dtype() -> str:
    """What this CPU multiplies fastest: `bfloat16` (AVX-512 BF16 or AMX), `int16` (AVX2 without AVX-512), else `float32`.

    Where the CPU has no bfloat16, torch emulates it, which is slower than float32.
    """
    import torch

    seen: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    if seen.get("avx512_bf16") or seen.get("amx_bf16"):
        return "bfloat16"
    from labkit.kernels.linear16 import fast

    return "int16" if fast() else "float32"


def chosen_dtype(dtype: str = "auto") -> str:
    """One of `settings.DTYPES`; for `auto` what `LABKIT_DTYPE` says, or else `fast_dtype()`.

    Raises:
        ValueError: if it is none of them, or `LABKIT_DTYPE` is something else.
    """
    if dtype not in ("auto", *settings.DTYPES):
        raise ValueError(f"dtype should be 'auto', 'float32', 'bfloat16' or 'int16', but is {dtype!r}")
    return dtype if dtype != "auto" else settings.dtype() or fast_dtype()


def one_torch_thread() -> None:
    """Let torch use one thread for what the calling thread does."""
    import torch

    torch.set_num_threads(1)


@contextmanager
def torch_threads() -> Iterator[None]:
    """Let torch use labkit's number of threads for a while, then give it back the number it had."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(settings.threads())
    try:
        yield
    finally:
        torch.set_num_threads(before)
