"""An STS-style score: how well cosines follow graded similarity, over pairs drawn from a collection.

Semantic textual similarity benchmarks (Cer et al. 2017, arXiv 1708.00055) ask whether alike pairs get a higher cosine
than unlike pairs, and give the rank correlation. Most of their pairs are easy to tell apart. Retrieval asks something
harder: is the answer above *every* one of the thousands of documents that are not the answer?
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import as_vectors
from labkit.data.collection import Collection


class GradedPairs(NamedTuple):
    """Pairs of a query and a document with a grade: 2 judged relevant, 1 of the same type, 0 of another type."""

    queries: NDArray[np.int64]
    documents: NDArray[np.int64]
    grades: NDArray[np.int64]


def graded_pairs(collection: Collection, *, seed: int = 0) -> GradedPairs:
    """Three pairs a query: with a relevant document, with a random one of the same type, with one of another type.

    Raises:
        ValueError: if all documents are of one type, or no query gives three pairs.
    """
    rng = np.random.default_rng(seed)
    types = np.array(collection.types)
    if len(set(collection.types)) < 2:
        raise ValueError("graded_pairs needs documents of at least two types")
    rows = []
    for query, grades in enumerate(collection.relevance()):
        if not grades:
            continue
        answer = max(grades, key=lambda document: (grades[document], -document))
        unjudged = np.ones(len(types), bool)
        unjudged[list(grades)] = False
        alike, other = (np.flatnonzero(unjudged & mask) for mask in (types == types[answer], types != types[answer]))
        if len(alike) and len(other):
            rows += [(query, answer, 2), (query, int(rng.choice(alike)), 1), (query, int(rng.choice(other)), 0)]
    if not rows:
        raise ValueError(
            "graded_pairs needs at least one query with a relevant document, and beside that document unjudged ones "
            "of its own and of another type"
        )
    return GradedPairs(*np.array(rows, np.int64).T)


def sts_score(documents: ArrayLike, queries: ArrayLike, pairs: GradedPairs) -> float:
    """Spearman's rank correlation of cosine and grade over the pairs, between -1 and 1.

    Args:
        documents: `(n, d)` unit vectors of the collection's documents.
        queries: `(nq, d)` unit vectors of its queries.
        pairs: from `graded_pairs`.

    Raises:
        ValueError: if the vectors do not fit together, or all cosines or all grades are equal (or there are none).

    Example:
        >>> pairs = GradedPairs(np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([2, 1, 0]))
        >>> sts_score([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], [[1.0, 0.0]], pairs)
        1.0
    """
    from scipy.stats import spearmanr

    documents = as_vectors(documents, name="documents")
    queries = as_vectors(queries, dim=documents.shape[1], name="queries")
    cosines = np.einsum("ij,ij->i", queries[pairs.queries], documents[pairs.documents])
    if any(len(np.unique(values)) < 2 for values in (cosines, pairs.grades)):
        raise ValueError(f"{len(cosines)} pairs whose cosines or grades are all equal have no rank correlation")
    return float(spearmanr(cosines, pairs.grades).statistic)
