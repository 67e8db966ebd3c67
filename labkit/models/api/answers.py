"""From what a vendor sent back to unit vectors, or a clear error: nothing is taken on trust."""

import base64
from typing import Any

import numpy as np

from labkit.checks import Vectors, as_vectors
from labkit.models.api.vendor import Ask, Json


def data_list(answer: Json, ask: Ask) -> list[Any]:
    """The vectors of an answer in OpenAI's format, `{"data": [{"index": 0, "embedding": […]}]}`, in the texts' order.

    Raises:
        ValueError: if the answer has another form, or its indexes are not those of the texts.

    Example:
        >>> ask = Ask("m", ["a", "b"], "query", None, "float")
        >>> data_list({"data": [{"index": 1, "embedding": [2]}, {"index": 0, "embedding": [1]}]}, ask)
        [[1], [2]]
    """
    try:
        entries = {entry.get("index", place): entry["embedding"] for place, entry in enumerate(answer["data"])}
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"no list of embeddings under 'data' ({type(problem).__name__})") from None
    if sorted(entries, key=str) != sorted(range(len(ask.texts)), key=str):
        raise ValueError(f"{len(entries)} vectors for {len(ask.texts)} texts, numbered {str(list(entries)):.60}")
    return [entries[place] for place in range(len(ask.texts))]


def unit_vectors(rows: list[Any], ask: Ask, dim: int | None) -> Vectors:
    """Unit vectors `(n, dim)` float32 from vectors as they came: numbers, base64 of float32, int8, or packed bits.

    A packed byte holds eight dimensions, the first one in its highest bit (as `np.packbits` does); a bit becomes
    `+1` or `-1`, so that the sign of each number is what the vendor said.

    Args:
        rows: one entry a text.
        ask: what was asked for.
        dim: numbers wanted in a vector, or None to take what came.

    Raises:
        ValueError: if there are too few or too many, of the wrong length, not finite, or all zero.
        TypeError: if they do not hold numbers.

    Example:
        >>> unit_vectors([[3, 4]], Ask("m", ["a"], "query", None, "float"), 2)
        array([[0.6, 0.8]], dtype=float32)
    """
    if len(rows) != len(ask.texts):
        raise ValueError(f"{len(rows)} vectors for {len(ask.texts)} texts")
    numbers: Any = [_floats(row) if isinstance(row, str) else row for row in rows]
    if ask.output == "ubinary":
        numbers = _signs(numbers)
    vectors = as_vectors(numbers, dim=dim, name="vectors")
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not lengths.all():
        raise ValueError(f"vector {int(np.flatnonzero(lengths[:, 0] == 0)[0])} is all zeros and has no direction")
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)


def _floats(row: str) -> Vectors:
    return np.frombuffer(base64.b64decode(row, validate=True), "<f4")


def _signs(rows: list[Any]) -> Vectors:
    packed = as_vectors(rows, name="packed bits")
    if (packed != np.round(packed)).any() or packed.min() < 0 or packed.max() > 255:
        raise ValueError("packed bits should be whole numbers from 0 to 255, but are not")
    return np.unpackbits(packed.astype(np.uint8), axis=1).astype(np.float32) * 2 - 1
