"""Matryoshka: the first numbers of a vector are a smaller vector.

A vector whose information is ordered, most important numbers first, can be cut anywhere:

    truncate(x, m) = x[:m] / |x[:m]|

A model can be trained for that order (Kusupati et al. 2022, "Matryoshka Representation Learning", arXiv 2205.13147).
For a model that was not, a rotation can bring the order about afterwards: it changes no cosine at full length, only
what lies in front.
"""

import numbers

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors
from labkit.compress.linear_map import LinearMap
from labkit.unit import unit_rows


def check_dim(dim: int, width: int) -> int:
    """The number of dimensions to keep as an int.

    Raises:
        TypeError: if `dim` is not a whole number.
        ValueError: if it is not between 1 and `width`.
    """
    if not isinstance(dim, numbers.Integral) or isinstance(dim, bool):
        raise TypeError(f"dim should be a whole number of dimensions, but is {dim!r}")
    if not 1 <= dim <= width:
        raise ValueError(f"dim should be between 1 and {width} (the width of the vectors), but is {dim}")
    return int(dim)


def truncate(vectors: ArrayLike, dim: int) -> Vectors:
    """The first `dim` numbers of each vector, made unit length again: `(n, dim)` float32.

    Without the second step an inner product would favour the vectors that keep most of their length, whatever the
    query. A vector whose first `dim` numbers are all zero stays zero: it matches nothing.

    Raises:
        TypeError: if `dim` is not a whole number.
        ValueError: if `dim` is not between 1 and the width of the vectors, or the vectors hold NaN or infinity.

    Example:
        >>> truncate([[0.3, 0.4, 0.866], [0.0, 0.0, 1.0]], 2).tolist()
        [[0.6, 0.8], [0.0, 0.0]]
    """
    array = as_vectors(vectors)
    return unit_rows(array[:, : check_dim(dim, array.shape[1])])


def random_dimensions(vectors: ArrayLike, dim: int, *, seed: int) -> Vectors:
    """`dim` numbers of each vector drawn at random (the same for every vector), made unit length: `(n, dim)` float32.

    The control for any Matryoshka claim: if the first numbers are no better than these, nothing was ordered.
    One seed gives one choice, so documents and queries of the same width get the same dimensions.

    Raises:
        ValueError: as `truncate`.

    Example:
        >>> random_dimensions(np.eye(4), 2, seed=0).shape
        (4, 2)
    """
    array = as_vectors(vectors)
    dim = check_dim(dim, array.shape[1])
    kept = np.sort(np.random.default_rng(seed).permutation(array.shape[1])[:dim])
    return unit_rows(array[:, kept])


def pca_rotation(vectors: ArrayLike, *, name: str = "PCA") -> LinearMap:
    """The rotation that puts as much of the vectors' squared length as possible into each prefix.

    Eigenvectors of `X^T X`, largest first. The mean is **not** subtracted: what is compared are angles at the origin,
    and on text embeddings subtracting it costs quality.

    Args:
        vectors: `(n, d)`, `n >= d` wanted for a stable answer, `n >= 1` needed.
        name: the name of the map.

    Raises:
        ValueError: if there are no vectors.

    Example:
        >>> points = np.array([[0.1, 3.0], [-0.1, 2.0], [0.0, 1.0]])
        >>> abs(pca_rotation(points).matrix[:, 0]).round(1).tolist()
        [0.0, 1.0]
    """
    array = as_vectors(vectors)
    if len(array) == 0:
        raise ValueError("pca_rotation needs at least one vector, but got none")
    return LinearMap(_agreement_axes(array, array), name)


def paired_rotation(queries: ArrayLike, documents: ArrayLike, *, name: str = "paired") -> LinearMap:
    """The rotation whose prefixes make questions and their answers agree most: a Matryoshka adapter without training.

    The first m numbers of `q W` and `d W` have the largest mean inner product that m numbers can have, for every m at
    once, if the columns of W are the eigenvectors of `Q^T D + D^T Q`, largest first (Fan 1949). PCA asks where vectors
    are long; this asks where a pair agrees.

    Args:
        queries: `(n, d)`, one vector a question.
        documents: `(n, d)`, row i answers question i.
        name: the name of the map.

    Raises:
        ValueError: if the two differ in shape, or there are no pairs.

    Example:
        >>> queries = np.array([[3.0, 1.0], [-3.0, 1.0]])
        >>> documents = np.array([[-3.0, 1.0], [3.0, 1.0]])  # they disagree in the long first number
        >>> paired_rotation(queries, documents).matrix[:, 0].round(3).tolist()
        [0.0, 1.0]
    """
    q, d = as_vectors(queries, name="queries"), as_vectors(documents, name="documents")
    if q.shape != d.shape or len(q) == 0:
        raise ValueError(
            f"queries and documents should be pairs, one row each, but their shapes are {q.shape}, {d.shape}"
        )
    return LinearMap(_agreement_axes(q, d), name)


def _agreement_axes(q: Vectors, d: Vectors) -> Vectors:
    """The eigenvectors of `Q^T D + D^T Q` as columns, largest eigenvalue first."""
    from threadpoolctl import threadpool_limits

    # One thread: with several, the last digits depend on their number, and a map trained from here shows it.
    with threadpool_limits(1, user_api="blas"):
        agreement = q.astype(np.float64).T @ d.astype(np.float64)
        columns = np.linalg.eigh(agreement + agreement.T)[1][:, ::-1]
    # An eigenvector's sign is arbitrary: fix it, so that one machine's rotation is another's.
    signs = np.sign(columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])])
    return np.asarray(columns * signs, np.float32)


def random_rotation(dim: int, seed: int, *, name: str = "random rotation") -> LinearMap:
    """A rotation drawn evenly from all rotations and reflections of `dim` dimensions.

    It spreads information evenly over the numbers: the opposite of Matryoshka, and what binary codes like.
    Source: Mezzadri 2007, "How to generate random matrices from the classical compact groups" (arXiv math-ph/0609050):
    the Q of a Gaussian matrix, its columns' signs set by the diagonal of R.

    Raises:
        ValueError: if `dim` is below 1.

    Example:
        >>> random_rotation(8, seed=0).orthogonality_error < 1e-6
        True
    """
    if dim < 1:
        raise ValueError(f"dim should be at least 1, but is {dim}")
    q, r = np.linalg.qr(np.random.default_rng(seed).standard_normal((dim, dim)))
    return LinearMap(q * np.sign(np.diag(r)), name)


def prefix_energy(vectors: ArrayLike) -> NDArray[np.float64]:
    """Share of the squared length that lies in the first 1, 2, ... d numbers, `(d,)`, rising to 1.

    Raises:
        ValueError: if all vectors are zero or there are none.

    Example:
        >>> prefix_energy([[1.0, 1.0], [1.0, 1.0]]).tolist()
        [0.5, 1.0]
    """
    energy = np.square(as_vectors(vectors), dtype=np.float64).sum(axis=0)
    if energy.sum() == 0:
        raise ValueError("the vectors have no length to share out: all are zero, or there are none")
    shares: NDArray[np.float64] = np.cumsum(energy) / energy.sum()
    return shares


def spectrum(vectors: ArrayLike) -> NDArray[np.float64]:
    """The best `prefix_energy` that any rotation reaches: the PCA spectrum, cumulative, `(d,)`, rising to 1.

    A curve that shoots up says that few directions hold most of the vectors; a straight line, that none can go.

    Raises:
        ValueError: if all vectors are zero or there are none.

    Example:
        >>> spectrum([[1.0, 1.0], [1.0, 1.0]]).round(6).tolist()
        [1.0, 1.0]
    """
    array = as_vectors(vectors).astype(np.float64)
    energy = np.linalg.eigvalsh(array.T @ array)[::-1].clip(min=0)
    if energy.sum() == 0:
        raise ValueError("the vectors have no length to share out: all are zero, or there are none")
    shares: NDArray[np.float64] = np.cumsum(energy) / energy.sum()
    return shares
