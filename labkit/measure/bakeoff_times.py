"""The times of a bake-off: one query alone, and documents in a batch; and who may not be timed."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.measure.latency import latency
from labkit.models.api.encoder import ApiEncoder
from labkit.models.cache import Encoder
from labkit.models.memory import forgotten

_TIMED_DOCUMENTS, _TIMED_QUERIES, _SECONDS = 64, 25, 0.4


def search_ms(searcher: Any, asked: Any, k: int) -> float:  # noqa: ANN401
    """Milliseconds of one search alone, by the middle one of up to 25 queries."""
    return latency(searcher, asked[:_TIMED_QUERIES], k=k, limit_s=_SECONDS).median_ms


def encoding_speed(
    encoder: Encoder, documents: Sequence[str], queries: Sequence[str], seed: int
) -> tuple[float, float]:
    """Milliseconds to encode one query alone, and documents a second in one batch."""

    class _QueriesOnly:
        def search(self, queries: Sequence[str], k: int) -> Any:  # noqa: ANN401
            return encoder.encode_queries(queries)

    ms = latency(_QueriesOnly(), queries[:_TIMED_QUERIES], k=1, limit_s=_SECONDS).median_ms
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(documents))[:_TIMED_DOCUMENTS]
    sample = [documents[row] for row in rows]
    with forgotten():
        encoder.encode_documents(sample[:4])
        start = time.perf_counter()
        rounds = 0
        while rounds == 0 or (time.perf_counter() - start < _SECONDS and rounds < 50):
            encoder.encode_documents(sample)
            rounds += 1
        seconds = time.perf_counter() - start
    return ms, rounds * len(sample) / seconds


def paid(model: Any) -> bool:  # noqa: ANN401
    """Whether someone pays for each text: an API, possibly behind an adapter, or one of the searchers of a fusion."""
    if isinstance(model, ApiEncoder):
        return True
    inner = [*getattr(model, "searchers", ()), *([model.encoder] if hasattr(model, "encoder") else [])]
    return any(map(paid, inner))
