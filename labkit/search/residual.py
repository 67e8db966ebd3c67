"""Late interaction in compressed tokens: centroids find candidates, a few bits a dimension put them in order.

    1 centroid scores   every query token against every centroid
    2 candidates        rough scores by centroids alone, of all documents or of those that `nprobe` centroids lead to
    3 MaxSim            the best candidates are decoded and scored

Documents may be added and deleted. New tokens use the centroids that are there: build anew when the collection has become
a different one.

Source: Santhanam et al. 2022, "ColBERTv2" (compression) and "PLAID" (candidates by centroids).
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.checks import Vectors, as_vectors, check_k, check_threads
from labkit.compress.residual import ResidualQuantizer
from labkit.compress.residual_codes import ResidualCodes
from labkit.models.token_vectors import TokenVectors
from labkit.search import residual_search as steps
from labkit.search import storage
from labkit.search.encoded import check_scores
from labkit.search.hits import Hits
from labkit.search.late import Winners, check_token_queries, check_tokens, winners
from labkit.search.rescore import Stage
from labkit.search.residual_profile import profile

Ids = NDArray[np.int64]

CANDIDATES = 256  # documents decoded by default; ten times k if that is more


class ResidualIndex:
    """MaxSim search in tokens compressed to a centroid and 1, 2 or 4 bits a dimension.

    Ids are stable: `add` continues their numbers, `delete` leaves a hole. A document without tokens is never a hit.

    Attributes:
        quantizer: compresses tokens.
        codes: the compressed tokens of all documents, end to end.
        offsets: `(n + 1,)` int64, where each document begins.

    Example:
        >>> tokens = TokenVectors.of([[[1, 0]], [[0, 1], [0.6, 0.8]]])
        >>> index = ResidualIndex(tokens, centroids=3)
        >>> index.search(TokenVectors.of([[[0, 1]]]), k=2).ids
        array([[1, 0]])
    """

    def __init__(
        self,
        tokens: TokenVectors,
        *,
        nbits: int = 2,
        centroids: int | None = None,
        quantizer: ResidualQuantizer | None = None,
        seed: int = 0,
        threads: int | None = None,
        progress: bool = True,
    ) -> None:
        """Fit a quantizer and compress the tokens, which are not kept.

        Args:
            tokens: of the documents.
            nbits: 1, 2 or 4 bits a dimension.
            centroids: how many; without it 16 * sqrt(tokens), rounded down to a power of two.
            quantizer: one that is fitted already; then the two before do not matter.
            seed: of the k-means.
            threads: how many to use; without it, `labkit.threads()`. The answers are the same for any number.
            progress: show bars if it takes long.

        Raises:
            TypeError: if the tokens are no `TokenVectors`.
            ValueError: if there is no token to fit to, or an argument is out of range.
        """
        used = check_threads(threads)
        vectors = check_tokens(tokens).vectors
        quantizer = quantizer or ResidualQuantizer.fit(
            vectors, nbits=nbits, centroids=centroids, seed=seed, threads=used, progress=progress
        )
        codes = quantizer.encode(vectors, threads=used, progress=progress)
        self._set(quantizer, codes, tokens.offsets.copy(), used)

    def _set(self, quantizer: ResidualQuantizer, codes: ResidualCodes, offsets: Ids, threads: int) -> None:
        self.quantizer, self.codes, self.offsets, self.threads = quantizer, codes, offsets, threads
        self._changed()

    def _changed(self) -> None:
        self._compressed = steps.compressed(self.quantizer, self.codes, self.offsets)
        self._lists: steps.Lists | None = None
        self._seen = steps.unseen(self._compressed)

    def __len__(self) -> int:
        """Number of documents, deleted ones included: the next id that `add` gives."""
        return len(self.offsets) - 1

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return self.quantizer.dim

    @property
    def tokens(self) -> int:
        """Number of tokens."""
        return len(self.codes.centroids)

    @property
    def nbytes(self) -> int:
        """Bytes of tokens, offsets and centroids as `save` writes them.

        A search holds its centroids as float32 beside, and with AVX2 or VNNI four bytes for each token of a former candidate.
        """
        return self.offsets.nbytes + round(self.tokens * self.bytes_per_token)

    @property
    def bytes_per_token(self) -> float:
        """Bytes a token, its share of the centroids included."""
        return self.quantizer.bytes_per_token(self.tokens)

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document."""
        return self.nbytes / max(1, len(self))

    def search(
        self, queries: TokenVectors, k: int, *, nprobe: int | None = None, candidates: int | None = None
    ) -> Hits:
        """The `k` documents with the largest MaxSim of decoded tokens, best first, for each query.

        Equal scores are ordered by the smaller id. Lists are padded where too few documents have tokens.

        Args:
            queries: their tokens, at least one a query.
            k: hits wanted.
            nprobe: look only at documents with a token at one of so many best centroids of a query token; without it,
                at all. It pays off from about a million documents on.
            candidates: documents that are decoded; without it 256, or ten times `k` if that is more.

        Raises:
            TypeError: if `k` is not a whole number, or the queries are no `TokenVectors`.
            ValueError: if `k`, `nprobe` or `candidates` is out of range, the queries do not fit, or a score does not fit into
                float32.
        """
        k, asked, plan = check_k(k), list(check_token_queries(queries, self.dim)), self._plan(k, nprobe, candidates)
        with np.errstate(over="ignore", invalid="ignore"):  # said by check_scores
            hits = steps.search(self._compressed, asked, min(k, len(self)), plan, self._listed(plan), self.threads, k)
        check_scores(hits.scores, hits.ids)
        return hits

    def profile(
        self, queries: TokenVectors, k: int, *, nprobe: int | None = None, candidates: int | None = None
    ) -> tuple[Hits, list[Stage]]:
        """The hits, and what each stage cost a query; arguments and errors as `search`.

        Raises:
            ValueError: also if there is no query, or no document.
        """
        k, asked, plan = check_k(k), list(check_token_queries(queries, self.dim)), self._plan(k, nprobe, candidates)
        return profile(self._compressed, asked, min(k, len(self)), plan, self._listed(plan), self.threads, k)

    def winners(self, query: ArrayLike, document: int) -> Winners:
        """Which token of a document, as the index remembers it, matched each token of a query `(t, d)` best.

        Raises:
            IndexError: if there is no such document.
            ValueError: if the query or the document has no tokens, or the query does not fit.
        """
        return winners(as_vectors(query, dim=self.dim, name="query tokens"), self.decode(document))

    def decode(self, document: int) -> Vectors:
        """The tokens of a document as the index remembers them, `(t, d)`.

        Raises:
            IndexError: if there is no such document.
        """
        from labkit.kernels.residual import decoded

        if not 0 <= document < len(self):
            raise IndexError(f"there is no document {document}: there are {len(self)}, numbered from 0")
        return decoded(self._compressed, int(document))

    def add(self, tokens: TokenVectors) -> Ids:
        """Compress more documents with the centroids that are there; their ids come back.

        Raises:
            TypeError: if the tokens are no `TokenVectors`.
            ValueError: if they do not fit.
        """
        new = self.quantizer.encode(check_tokens(tokens, dim=self.dim).vectors, threads=self.threads)
        first = len(self)
        self.codes = self.codes.joined(new)
        self.offsets = np.concatenate([self.offsets, tokens.offsets[1:] + self.offsets[-1]])
        self._changed()
        return np.arange(first, len(self))

    def delete(self, ids: ArrayLike) -> None:
        """Drop the tokens of some documents; the other documents keep their ids, and these are not given again.

        Raises:
            TypeError: if the ids are not whole numbers.
            IndexError: if one is no document. Then nothing is deleted.
        """
        self.codes, self.offsets = steps.without(self.codes, self.offsets, ids)
        self._changed()

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        arrays, facts = self.quantizer.parts()
        arrays |= {"offsets": self.offsets, "codes": self.codes.centroids}
        arrays |= {"scales": self.codes.scales, "levels": self.codes.levels}
        storage.save(folder, "ResidualIndex", arrays, facts)

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False, threads: int | None = None) -> "ResidualIndex":
        """The index saved in a folder; with `mmap` the compressed tokens stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged.
        """
        a, saved = storage.load(folder, "ResidualIndex", mmap=mmap)
        index = cls.__new__(cls)
        codes = ResidualCodes(a["codes"], a["scales"], a["levels"])
        index._set(ResidualQuantizer.from_parts(a, saved), codes, a["offsets"], check_threads(threads))
        return index

    def _plan(self, k: int, nprobe: int | None, candidates: int | None) -> steps.Plan:
        wanted = max(CANDIDATES, 10 * k) if candidates is None else steps.check_count(candidates, "candidates", k)
        probes = None if nprobe is None else steps.check_count(nprobe, "nprobe", 1)
        return steps.Plan(probes, min(wanted, max(1, len(self))), self._seen)

    def _listed(self, plan: steps.Plan) -> "steps.Lists | None":
        if plan.nprobe is not None and self._lists is None:
            self._lists = steps.centroid_lists(self.codes.centroids, self.offsets, len(self.quantizer.centroids))
        return self._lists if plan.nprobe is not None else None
