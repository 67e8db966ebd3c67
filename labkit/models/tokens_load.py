"""One way to get a token encoder: by name."""

from typing import cast

from labkit.models.bert import load_bert
from labkit.models.catalogue import find
from labkit.models.dense import chosen_dtype
from labkit.models.tokens import TokenEncoder
from labkit.models.tokens_adapter import load_colbert
from labkit.models.tokens_cache import AnyTokenEncoder, CachedTokenEncoder
from labkit.models.tokens_hub import HubTokenEncoder
from labkit.models.tokens_reading import Reading
from labkit.models.weights import verify

RAW = "all-MiniLM-L6-v2"
COLBERT = "minilm-colbert"


def load_token_encoder(
    name: str = RAW, *, cache: bool = True, reading: Reading | None = None, dtype: str = "auto"
) -> AnyTokenEncoder:
    """The token encoder of that name: `encode_documents(texts)` and `encode_queries(texts)` give `TokenVectors`.

    Args:
        name: `all-MiniLM-L6-v2` for the bi-encoder's own token states, 384 numbers each; `minilm-colbert` for those of
            the weights that this project trained, 128 numbers each; or a folder with a checkpoint of
            sentence-transformers' `MultiVectorEncoder`; with `LABKIT_MODELS=hub` also such a model of a hub.
        cache: remember token vectors on disk, so that the same text is encoded only once.
        reading: other limits, markers or skip-list than the model's own; not for checkpoints, which bring theirs along.
        dtype: `float32`, `bfloat16`, `int16`, or `auto`: `LABKIT_DTYPE`, or the fastest on this CPU.

    Raises:
        ValueError: if no model has that name, its weights are not the ones of the catalogue, or the dtype is unknown.
        FileNotFoundError: if the weights are missing; the message has the command that mends it.

    Example:
        >>> encoder = load_token_encoder(cache=False)
        >>> encoder.encode_documents(["a river bank.", ""]).lengths.tolist()
        [5, 2]
        >>> encoder.document_tokens("a river bank.")
        ['[CLS]', 'a', 'river', 'bank', '[SEP]']
    """
    encoder = _load(name, reading, chosen_dtype(dtype))
    return cast(AnyTokenEncoder, CachedTokenEncoder(encoder)) if cache else encoder


def _load(name: str, reading: Reading | None, dtype: str) -> AnyTokenEncoder:
    if name in (RAW, COLBERT):
        return _embedded(name, reading, dtype)
    if reading is not None:
        raise ValueError(f"{name} brings its own limits, markers and skip-list: leave `reading` out")
    return HubTokenEncoder(name)


def _embedded(name: str, reading: Reading | None, dtype: str) -> TokenEncoder:
    card = find(RAW)
    folder = verify(card)
    mark = f"{name}/{card.sha256['model.safetensors'][:16]}/{dtype}"
    bert, projection = load_bert(folder, "float32" if name == COLBERT else dtype), None
    if name == COLBERT:
        adapter, sha256 = load_colbert()
        bert, projection, mark = adapter.applied(bert, dtype), adapter.projection, f"{mark}/{sha256[:16]}"
    return TokenEncoder(name, bert, folder / "tokenizer.json", reading=reading, projection=projection, fingerprint=mark)
