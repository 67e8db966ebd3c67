"""The texts that the token vectors are trained on: docstrings of many packages, and a part of them kept apart.

The pairs are those of the Matryoshka adapter (`labkit.train.matryoshka_texts`): none is searched in a collection.
"""

import hashlib
from collections.abc import Sequence

Pairs = tuple[list[str], list[str]]

HELD_OUT = 600


def held_out(queries: Sequence[str], documents: Sequence[str], count: int = HELD_OUT) -> tuple[Pairs, Pairs]:
    """The pairs to train on and the pairs to choose settings by, `(training, held out)`.

    Which ones are held out follows from their texts alone. A training pair that shares a text with a held-out pair, or
    the beginning of one (a sentence and what follows it are a pair too), is left out of both.

    Raises:
        ValueError: if there are not more pairs than are to be held out.

    Example:
        >>> training, apart = held_out(["a b", "c d", "e f"], ["1", "2", "3"], count=1)
        >>> len(training[0]), len(apart[0])
        (2, 1)
    """
    if len(queries) <= count:
        raise ValueError(f"holding {count} pairs out needs more pairs than that, but there are {len(queries)}")
    order = sorted(range(len(queries)), key=lambda i: _hash(queries[i], documents[i]))
    apart, others = order[:count], sorted(order[count:])
    seen = {mark for i in apart for mark in _marks(queries[i], documents[i])}
    kept = [i for i in others if not seen & _marks(queries[i], documents[i])]
    return _pick(queries, documents, kept), _pick(queries, documents, apart)


def _marks(query: str, document: str) -> set[str]:
    return {text[:80] for text in (query, document, f"{query} {document}")}


def _hash(query: str, document: str) -> bytes:
    return hashlib.sha256(f"held out\n{query}\n{document}".encode()).digest()


def _pick(queries: Sequence[str], documents: Sequence[str], rows: Sequence[int]) -> Pairs:
    return [queries[i] for i in rows], [documents[i] for i in rows]
