"""Queries for a collection that nobody has judged: take one sentence out of a document and ask for the document with it.

The task is known as inverse cloze (Lee, Chang and Toutanova, "Latent Retrieval for Weakly Supervised Open Domain Question
Answering", arXiv 1906.00300). It needs no person, and it is easier than life: the sentence was written by the author of the
document, in the document's own words. A person who asks uses other words. So it favours searches that match words.
"""

import re
from dataclasses import replace

import numpy as np

from labkit.data.collection import Collection

_END = re.compile(r"(?<=[.!?])\s+(?=[^\s\d])|\n+")


def known_items(collection: Collection, n: int = 200, *, min_words: int = 6, seed: int = 0) -> Collection:
    """The same documents, `n` of them without one sentence, which becomes the query that should find them.

    Args:
        collection: any documents; its own queries are left out.
        n: how many queries; fewer if fewer documents have two sentences of the length wanted.
        min_words: a sentence with fewer words is no query.
        seed: of the draw.

    Raises:
        ValueError: if `n` or `min_words` is below 1, or no document can spare a sentence.

    Example:
        >>> notes = Collection("notes", ["a"], ["Pump"], ["The seal of this pump leaks often. Order a new seal in time for it."])
        >>> made = known_items(notes)
        >>> made.queries, made.texts
        (['Order a new seal in time for it.'], ['The seal of this pump leaks often.'])
    """
    if n < 1 or min_words < 1:
        raise ValueError(f"n and min_words should be at least 1, but are {n} and {min_words}")
    sentences = [_END.split(text.strip()) for text in collection.texts]
    usable = [
        [place for place, one in enumerate(parts) if len(one.split()) >= min_words] if len(parts) > 1 else []
        for parts in sentences
    ]
    candidates = np.array([row for row, places in enumerate(usable) if places], np.int64)
    if len(candidates) == 0:
        raise ValueError(
            f"no document of {collection.name!r} has two sentences, one of them of at least {min_words} words; "
            "lower min_words, or read longer passages"
        )
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(candidates, size=min(n, len(candidates)), replace=False))
    texts, queries = list(collection.texts), []
    for row in chosen:
        place = int(rng.choice(usable[row]))
        queries.append(sentences[row][place])
        texts[row] = " ".join(sentences[row][:place] + sentences[row][place + 1 :])
    ids = [f"known-{number}" for number in range(len(queries))]
    return replace(
        collection,
        name=f"{collection.name}, known items",
        texts=texts,
        query_ids=ids,
        queries=queries,
        kinds=["known item"] * len(ids),
        qrels={query_id: {collection.doc_ids[row]: 1} for query_id, row in zip(ids, chosen, strict=True)},
    )
