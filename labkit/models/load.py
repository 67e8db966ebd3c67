"""One way to get an encoder: by name."""

from typing import cast

from labkit.models.cache import CachedEncoder, Encoder
from labkit.models.catalogue import catalogue, find
from labkit.models.dense import DenseEncoder
from labkit.models.hub import HubEncoder
from labkit.models.onnx import OnnxEncoder
from labkit.models.static import StaticEncoder


def load_encoder(name: str = "all-MiniLM-L6-v2", *, cache: bool = True) -> Encoder:
    """The text encoder of that name: `encode_documents(texts)` and `encode_queries(texts)` give unit vectors.

    Args:
        name: a model of the catalogue, or a folder that sentence-transformers saved; with `LABKIT_MODELS=hub` also any
            sentence-transformers model of a hub.
        cache: remember embeddings on disk, so that the same text is encoded only once.

    Raises:
        ValueError: if no model has that name, or its weights are not the ones of the catalogue.
        FileNotFoundError: if the weights are missing; the message has the command that mends it.

    Example:
        >>> encoder = load_encoder("wordllama-256", cache=False)
        >>> encoder.encode_queries(["a river bank"]).shape
        (1, 256)
    """
    encoder = _load(name)
    return cast(Encoder, CachedEncoder(encoder)) if cache else encoder


def _load(name: str) -> Encoder:
    kinds = {card.name: card.kind for card in catalogue()}
    match kinds.get(name):
        case "dense":
            return DenseEncoder(find(name))
        case "onnx":
            return OnnxEncoder(find(name))
        case "static":
            return StaticEncoder(find(name))
        case "cross":
            raise ValueError(
                f"{name} scores pairs and gives no vectors; use it to re-rank, and take another encoder here"
            )
    return HubEncoder(name)
