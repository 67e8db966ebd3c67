"""One way to get an encoder: by name."""

from typing import cast

from labkit.models.cache import CachedEncoder, Encoder
from labkit.models.catalogue import catalogue, find
from labkit.models.dense import DenseEncoder
from labkit.models.static import StaticEncoder


def load_encoder(name: str = "all-MiniLM-L6-v2", *, cache: bool = True) -> Encoder:
    """The text encoder of that name: `encode_documents(texts)` and `encode_queries(texts)` give unit vectors.

    Args:
        name: a model of the catalogue; with `LABKIT_MODELS=hub` also any sentence-transformers model of a hub.
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
    embedded = [card.name for card in catalogue() if card.kind != "cross"]
    if name not in embedded:
        raise ValueError(f"no embedded encoder is called {name!r}; there are {', '.join(embedded)}")
    card = find(name)
    if card.kind == "static":
        return StaticEncoder(card)
    return DenseEncoder(card)
