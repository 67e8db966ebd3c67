"""Token pooling: fewer vectors a document. Tokens that say nearly the same are replaced by their mean.

    tokens   the  pump  pumps  water  .        pool_factor 2: 5 tokens -> ceil(5 / 2) = 3 vectors
    groups    0    1     1      2     0

The tokens of one document are grouped by Ward's method: two groups at a time are joined, always the two whose joining
adds least to the squared distances from the groups' means. Nothing is trained, queries stay as they are, and any index
of token vectors takes the result.

Source: Clavie, Chaffin and Adams 2024, "Reducing the Footprint of Multi-Vector Retrieval with Minimal Performance Impact
via Token Pooling". Ward 1963, "Hierarchical Grouping to Optimize an Objective Function".
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.models.token_vectors import TokenVectors


def pool_tokens(tokens: TokenVectors, pool_factor: float = 2.0, *, keep_first: int = 0) -> TokenVectors:
    """The documents with about `pool_factor` times fewer vectors, in the order of their first tokens.

    A document of `t` tokens keeps `ceil(t / pool_factor)` vectors: the means of groups of tokens, brought to the mean
    length of their tokens (for unit vectors, to 1).

    Args:
        tokens: `(tokens, d)` of all documents.
        pool_factor: at least 1; 1 changes nothing.
        keep_first: so many tokens at the beginning of each document stay by themselves, such as a marker.

    Raises:
        TypeError: if the tokens are not `TokenVectors`.
        ValueError: if the factor is below 1 or not finite, or `keep_first` is below 0.

    Example:
        >>> document = [[1, 0], [0, 1], [0.8, 0.6], [0, 1]]
        >>> pool_tokens(TokenVectors.of([document]), 2).vectors.round(2)
        array([[0.95, 0.32],
               [0.  , 1.  ]], dtype=float32)
    """
    if not isinstance(tokens, TokenVectors):
        raise TypeError(f"tokens should be TokenVectors, but are {type(tokens).__name__}; TokenVectors.of makes them")
    _check(pool_factor, keep_first)
    pooled = [_means(document, token_groups(document, pool_factor, keep_first=keep_first)) for document in tokens]
    return TokenVectors.of(pooled, dim=tokens.dim)


def token_groups(document: ArrayLike, pool_factor: float = 2.0, *, keep_first: int = 0) -> NDArray[np.int64]:
    """The group of each token of one document `(t, d)`, numbered `0, 1, …` by their first tokens, `(t,)`.

    Raises:
        ValueError: if the factor is below 1 or not finite, `keep_first` is below 0, or the tokens are no vectors.

    Example:
        >>> token_groups([[1, 0], [0, 1], [0.8, 0.6], [0, 1]], 2)
        array([0, 1, 0, 1])
    """
    from scipy.cluster.hierarchy import cut_tree, fcluster, ward

    _check(pool_factor, keep_first)
    rows = as_vectors(document, name="document tokens")
    kept = min(keep_first, len(rows))
    free = len(rows) - kept
    wanted = max(1, math.ceil(len(rows) / pool_factor) - kept)
    if wanted >= free:
        return np.arange(len(rows))
    tree = ward(rows[kept:].astype(np.float64))
    found = fcluster(tree, wanted, criterion="maxclust")
    if found.max() < wanted:  # joins of equal height were made together; one by one takes longer
        found = cut_tree(tree, n_clusters=wanted).ravel()
    _, first, labels = np.unique(found, return_index=True, return_inverse=True)
    number = np.empty(len(first), np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return np.concatenate((np.arange(kept), kept + number[labels]))


def _means(document: Vectors, groups: NDArray[np.int64]) -> Vectors:
    if len(document) == 0:
        return document
    count = int(groups.max()) + 1
    rows = document.astype(np.float64)
    sizes = np.bincount(groups, minlength=count)
    means = np.zeros((count, document.shape[1]))
    np.add.at(means, groups, rows)
    means /= sizes[:, None]
    wanted = np.bincount(groups, np.linalg.norm(rows, axis=1), count) / sizes
    lengths = np.linalg.norm(means, axis=1)
    means *= np.divide(wanted, lengths, out=np.ones(count), where=lengths > 1e-12)[:, None]
    # A token by itself is left alone, to the last bit.
    alone = sizes[groups] == 1
    pooled = means.astype(np.float32)
    pooled[groups[alone]] = document[alone]
    return pooled


def _check(pool_factor: float, keep_first: int) -> None:
    if not (math.isfinite(pool_factor) and pool_factor >= 1):
        raise ValueError(f"pool_factor should be at least 1 (1 keeps every token), but is {pool_factor}")
    if keep_first < 0:
        raise ValueError(f"keep_first should be 0 or more, but is {keep_first}")
