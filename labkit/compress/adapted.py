"""An encoder followed by a linear map: what a Matryoshka adapter looks like to everything that takes an encoder."""

import hashlib
from collections.abc import Sequence

from labkit.checks import Vectors
from labkit.compress.linear_map import LinearMap
from labkit.models.cache import Encoder


class AdaptedEncoder:
    """Encodes with an encoder, then applies a map to its vectors.

    Put the map behind the cache (`AdaptedEncoder(load_encoder(), adapter)`): one cached encoding of the texts then
    serves every map.

    Attributes:
        encoder: the encoder that reads the texts.
        adapter: the map applied to its vectors.
        name: encoder and map, for tables.
        dim: numbers in a mapped vector.
        max_tokens: longer texts are cut here.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, encoder: Encoder, adapter: LinearMap) -> None:
        """Join the two.

        Raises:
            ValueError: if the map does not take vectors of the encoder's width.
        """
        width, self.dim = adapter.matrix.shape
        if encoder.dim != width:
            raise ValueError(f"map {adapter.name!r} takes {width} dimensions, but {encoder.name} gives {encoder.dim}")
        self.encoder, self.adapter = encoder, adapter
        self.name, self.max_tokens = f"{encoder.name} + {adapter.name}", encoder.max_tokens
        self.fingerprint = f"{encoder.fingerprint}/{hashlib.sha256(adapter.matrix.tobytes()).hexdigest()[:16]}"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32."""
        return self.adapter(self.encoder.encode_documents(texts))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32."""
        return self.adapter(self.encoder.encode_queries(texts))
