"""The words of the drawing model's training: kinds of component by their names, in phrases.

None of these phrases is one that the library's queries are made of (labkit/data/drawing/queries.py), and none of the
words that its `synonym` queries use (`UNSEEN`) occurs here.
"""

from __future__ import annotations

import numpy as np

from labkit.data.drawing.kinds import NAMES
from labkit.data.drawing.words import a, listed

KINDS = tuple(NAMES)
POSITION = {kind: i for i, kind in enumerate(KINDS)}
PHRASES = (
    "{0}",
    "{1}",
    "show me {1}",
    "where's the {0}",
    "locate the {0}",
    "is there {1} on it?",
    "drawing with {1}",
    "position of the {0}",
    "the {0}, please",
)
PAIRS = ("{0}", "drawings with {0}", "sheet that has {0}", "{0} together")


def phrasings() -> list[list[str]]:
    """Per kind, in the order of `KINDS`, every name of it in every phrase; the kind's own name comes first.

    Example:
        >>> phrasings()[0][:3]
        ['gate valve', 'a gate valve', 'show me a gate valve']
    """
    return [[form.format(word, a(word)) for word in (kind, *NAMES[kind]) for form in PHRASES] for kind in KINDS]


def several_kinds(present: list[int], rng: np.random.Generator) -> tuple[str, list[int]]:
    """A caption that names two or three of the kinds present, and which ones; one kind if there is no other."""
    chosen = rng.permutation(present)[: int(rng.integers(2, 4))].tolist()
    words = [a(str(rng.choice((KINDS[i], KINDS[i], *NAMES[KINDS[i]])))) for i in chosen]
    return str(rng.choice(PAIRS)).format(listed(words)), chosen
