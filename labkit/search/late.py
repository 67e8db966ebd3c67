"""Late interaction, by definition: the score of one query and one document, both kept as one vector a token.

    document token        "valve"  "of"  "P-101"
    query "P-101"            .2     .1     .9        largest: .9, won by token 2
    query "valve"            .8     .3     .1        largest: .8, won by token 0
                                            MaxSim = .9 + .8 = 1.7

Each query token looks for its best match in the document, wherever that stands; the score adds the matches up. Source:
Khattab and Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over BERT".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.models.token_vectors import TokenVectors


@dataclass(frozen=True, eq=False)
class Winners:
    """Which token of a document matched each token of a query best.

    Attributes:
        positions: `(t,)` int64, tokens of the document counted from 0; of equal ones the first.
        similarities: `(t,)` float32, their inner products with the query's tokens.
    """

    positions: NDArray[np.int64]
    similarities: NDArray[np.float32]

    @property
    def score(self) -> float:
        """MaxSim: the sum of the similarities."""
        return float(np.float32(self.similarities.sum(dtype=np.float64)))


def maxsim(query: ArrayLike, document: ArrayLike) -> float:
    """MaxSim of the tokens of a query `(t, d)` and of a document `(m, d)`; -inf if the document has no tokens.

        score = sum over i of max over j of query[i] · document[j]

    This is the definition, in NumPy. `MaxSimIndex` computes the same for many documents.

    Raises:
        ValueError: if the query has no tokens, or the two differ in dimensions.

    Example:
        >>> maxsim([[1, 0], [0, 1]], [[0.8, 0.1], [0.2, 0.3], [0.9, 0.1]])
        1.2
    """
    asked, held = _pair(query, document)
    if len(held) == 0:
        return -np.inf
    similarities = asked.astype(np.float64) @ held.astype(np.float64).T
    return float(np.float32(similarities.max(axis=1).sum()))


def winners(query: ArrayLike, document: ArrayLike) -> Winners:
    """The token of a document `(m, d)` that is most similar to each token of a query `(t, d)`.

    Raises:
        ValueError: if one of the two has no tokens, or they differ in dimensions.

    Example:
        >>> winners([[1, 0], [0, 1]], [[0.8, 0.1], [0.2, 0.3], [0.9, 0.1]]).positions
        array([2, 1])
    """
    from labkit.kernels.maxsim import winners as found

    asked, held = _pair(query, document)
    return Winners(*found(asked, held))


def _pair(query: ArrayLike, document: ArrayLike) -> tuple[Vectors, Vectors]:
    asked = as_vectors(query, name="query tokens")
    if len(asked) == 0:
        raise ValueError("the query has no tokens, so there is nothing to look for; encode a text that is not empty")
    return asked, as_vectors(document, dim=asked.shape[1], name="document tokens")


def check_tokens(tokens: object, *, dim: int | None = None, name: str = "tokens") -> TokenVectors:
    """The tokens, if they are some.

    Raises:
        TypeError: if they are no `TokenVectors`.
        ValueError: if they have other dimensions.
    """
    if not isinstance(tokens, TokenVectors):
        raise TypeError(f"{name} should be TokenVectors, but are {type(tokens).__name__}; TokenVectors.of makes them")
    if dim is not None and tokens.dim != dim:
        raise ValueError(f"{name} should have {dim} dimensions like the documents, but have {tokens.dim}")
    return tokens


def check_token_queries(queries: object, dim: int) -> TokenVectors:
    """The queries, if each can be asked.

    Raises:
        TypeError: if they are no `TokenVectors`.
        ValueError: if they have other dimensions, or one has no tokens.
    """
    asked = check_tokens(queries, dim=dim, name="queries")
    if (empty := np.flatnonzero(asked.lengths == 0)).size:
        raise ValueError(f"query {empty[0]} has no tokens, so there is nothing to look for; leave it out")
    return asked
