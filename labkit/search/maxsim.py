"""Exact late-interaction search: MaxSim of every query and every document, or of a shortlist.

    score(query, document) = sum over query tokens of the largest inner product with a token of the document

The documents' tokens lie end to end and are never padded. Definition and an example by hand: `labkit.search.late`.
"""

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k, check_threads
from labkit.compress.int8 import Int8Quantizer
from labkit.models.token_vectors import TokenVectors
from labkit.search import storage
from labkit.search.encoded import check_candidates, check_distinct, check_scores
from labkit.search.hits import Hits
from labkit.search.late import Winners, check_token_queries, check_tokens
from labkit.search.maxsim_int8 import Int8Tokens
from labkit.search.maxsim_screen import ScreenedTokens
from labkit.search.maxsim_tokens import FloatTokens, HeldTokens

_KINDS: dict[str, type[FloatTokens] | type[Int8Tokens] | type[ScreenedTokens]] = {
    "float32": FloatTokens,
    "int8": Int8Tokens,
    "screened": ScreenedTokens,
}


class MaxSimIndex:
    """Exact MaxSim search in token vectors.

    A score does not depend on how many queries are asked together or on the number of threads. A document without
    tokens has no MaxSim and is never a hit.

    Attributes:
        held: the tokens, as float32 numbers, as int8 levels, or as both.

    Example:
        >>> documents = TokenVectors.of([[[1, 0], [0, 1]], [[0.6, 0.8]], [[-1, 0]]])
        >>> index = MaxSimIndex(documents)
        >>> hits = index.search(TokenVectors.of([[[1, 0], [0.6, 0.8]]]), k=3)
        >>> hits.ids, hits.scores
        (array([[0, 1, 2]]), array([[ 1.8,  1.6, -1.6]], dtype=float32))
    """

    def __init__(
        self,
        tokens: TokenVectors,
        *,
        dtype: Literal["float32", "int8", "screened"] = "float32",
        quantizer: Int8Quantizer | None = None,
        threads: int | None = None,
    ) -> None:
        """Take the documents' tokens.

        Args:
            tokens: of all documents; used where they lie, but for int8.
            dtype: "int8" keeps a byte a number instead of four. "screened" keeps both: levels tell which documents cannot
                be among the best, only the others are scored in float32; the same hits, on a CPU with VNNI usually
                sooner (see `maxsim_screen`: it depends on how far scores spread).
            quantizer: for int8; without it, one with a shared range that is calibrated on the tokens.
            threads: how many to use; without it, `labkit.threads()`.

        Raises:
            TypeError: if the tokens are not `TokenVectors`.
            ValueError: if the dtype is another one, or a quantizer comes with one that is not int8.
        """
        if dtype not in _KINDS:
            raise ValueError(f"dtype should be 'float32', 'int8' or 'screened', but is {dtype!r}")
        if quantizer is not None and dtype != "int8":
            raise ValueError(
                f"a quantizer makes int8 levels, but dtype is {dtype!r}; pass dtype='int8' or leave it out"
            )
        vectors, offsets = check_tokens(tokens).vectors, tokens.offsets
        if dtype == "int8":
            self._set(Int8Tokens.of(vectors, offsets, quantizer), threads)
        else:
            kind = ScreenedTokens if dtype == "screened" else FloatTokens
            self._set(kind.of(vectors, offsets), threads)

    def _set(self, held: HeldTokens, threads: int | None) -> None:
        self.held = held
        self.threads = check_threads(threads)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.held.offsets) - 1

    @property
    def dim(self) -> int:
        """Number of dimensions of a token."""
        return self.held.dim

    @property
    def nbytes(self) -> int:
        """Bytes of all tokens and of where each document begins."""
        return self.held.nbytes

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document, on average."""
        return self.nbytes / max(1, len(self))

    def search(self, queries: TokenVectors, k: int, candidates: NDArray[np.int64] | None = None) -> Hits:
        """The `k` documents with the largest MaxSim, best first, for each query; equal ones by the smaller id.

        Args:
            queries: the tokens of each query.
            k: at least 1; if it exceeds the number of documents the lists are padded.
            candidates: only these documents, `(nq, m)`, each query its own; -1 is no document.

        Raises:
            TypeError: if the queries are not `TokenVectors`, or `k` or the candidates are not whole numbers.
            ValueError: if a query has no tokens or other dimensions, `k` is below 1, a candidate is not a document or there
                twice, or a score might exceed the range of float32.
        """
        from labkit.kernels import maxsim

        k, asked = check_k(k), list(check_token_queries(queries, self.dim))
        if candidates is None and isinstance(self.held, ScreenedTokens):
            scores, ids = self.held.top(asked, min(k, len(self)), self.threads)
            return Hits.padded(ids, scores, k)
        job, tokens = self.held.job(asked), [len(query) for query in asked]
        if candidates is None:
            scores, ids = maxsim.best_of_all(job, self.held.offsets, tokens, min(k, len(self)), self.threads)
        else:
            checked = check_candidates(candidates, len(asked), len(self))
            found = maxsim.all_pairs(job, self.held.offsets, tokens, checked, self.threads)
            scores, ids = maxsim.keep_best(found, checked, min(k, checked.shape[1]))
            check_distinct(ids)
        check_scores(scores, ids)
        return Hits.padded(ids, scores, k)

    def rescore(self, queries: TokenVectors, candidates: NDArray[np.int64], k: int) -> Hits:
        """The `k` best of each query's own candidates `(nq, m)`, such as the hits of a faster search.

        Example:
            >>> index = MaxSimIndex(TokenVectors.of([[[1, 0]], [[0, 1]], [[0.6, 0.8]]]))
            >>> index.rescore(TokenVectors.of([[[0, 1]]]), np.array([[0, 2]]), k=1).ids
            array([[2]])
        """
        return self.search(queries, k, candidates)

    def scores(self, queries: TokenVectors) -> NDArray[np.float32]:
        """MaxSim of each query and each document, `(nq, n)`; -inf for a document without tokens."""
        from labkit.kernels import maxsim

        asked = list(check_token_queries(queries, self.dim))
        ids = np.tile(np.arange(len(self)), (len(asked), 1))
        tokens = [len(query) for query in asked]
        return maxsim.all_pairs(self.held.job(asked), self.held.offsets, tokens, ids, self.threads)

    def winners(self, query: ArrayLike, document: int) -> Winners:
        """Which token of a document matched each token of a query `(t, d)` best, and how well.

        Raises:
            IndexError: if there is no such document.
            ValueError: if the query or the document has no tokens, or the query does not fit.

        Example:
            >>> index = MaxSimIndex(TokenVectors.of([[[1, 0], [0, 1]]]))
            >>> index.winners([[0.6, 0.8]], 0).positions
            array([1])
        """
        if not 0 <= document < len(self):
            raise IndexError(f"there is no document {document}: there are {len(self)}, numbered from 0")
        return self.held.winners(self._query(query), document)

    def _query(self, query: ArrayLike) -> Vectors:
        asked = as_vectors(query, dim=self.dim, name="query tokens")
        if len(asked) == 0:
            raise ValueError("the query has no tokens, so there is nothing to look for; ask with a text not empty")
        return asked

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        arrays, settings = self.held.parts()
        dtype = next(name for name, kind in _KINDS.items() if isinstance(self.held, kind))
        storage.save(folder, "MaxSimIndex", arrays, {**settings, "dtype": dtype})

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "MaxSimIndex":
        """The index saved in a folder; with `mmap` the tokens stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        arrays, saved = storage.load(folder, "MaxSimIndex", mmap=mmap)
        index = cls.__new__(cls)
        index._set(_KINDS[saved["dtype"]].from_parts(arrays, saved), threads)
        return index
