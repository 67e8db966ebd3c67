"""A collection small enough for a first bake-off: every relevant document, and a random sample of the others.

With fewer documents there are fewer wrong answers, so every search looks better than it is. Differences between models are
what one should read from a sample, and then measure the finalists on everything.
"""

from dataclasses import replace

import numpy as np

from labkit.data.collection import Collection


def fewer_documents(collection: Collection, n: int, *, seed: int = 0) -> Collection:
    """The collection with about `n` documents: all relevant ones, and others drawn at random until there are `n`.

    Judgements of "not relevant" about documents that are left out are left out too.

    Raises:
        ValueError: if `n` is below 1.

    Example:
        >>> shop = Collection("shop", ["a", "b", "c"], [""] * 3, ["hat", "shoe", "sock"],
        ...                   query_ids=["q"], queries=["cap"], qrels={"q": {"a": 1, "b": 0}})
        >>> small = fewer_documents(shop, 1)
        >>> small.doc_ids, small.qrels
        (['a'], {'q': {'a': 1}})
    """
    if n < 1:
        raise ValueError(f"n should be a number of documents of at least 1, but is {n}")
    answers = {document for grades in collection.relevance() for document in grades}
    others = np.array([row for row in range(len(collection)) if row not in answers], np.int64)
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(others)[: max(0, n - len(answers))]
    rows = sorted([*answers, *drawn.tolist()])
    kept = {collection.doc_ids[row] for row in rows}
    return replace(
        collection,
        name=f"{collection.name}, {len(rows):,} documents",
        doc_ids=[collection.doc_ids[row] for row in rows],
        titles=[collection.titles[row] for row in rows],
        texts=[collection.texts[row] for row in rows],
        types=[collection.types[row] for row in rows],
        qrels={
            query_id: {doc_id: grade for doc_id, grade in grades.items() if doc_id in kept}
            for query_id, grades in collection.qrels.items()
        },
    )
