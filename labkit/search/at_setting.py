"""A compressed index with its settings fixed, so that whatever only knows `search(queries, k)` can use it."""

from dataclasses import dataclass

from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits
from labkit.search.residual import ResidualIndex


@dataclass(frozen=True)
class AtSetting:
    """Searches a `ResidualIndex` with the same settings every time; a `DenseRetriever` can hold it.

    Attributes:
        index: what is searched.
        candidates: documents that are decoded.
        nprobe: centroids a query token that lead to documents; None for all documents.

    Example:
        >>> index = ResidualIndex(TokenVectors.of([[[1, 0]], [[0, 1], [0.6, 0.8]]]), centroids=3)
        >>> AtSetting(index, candidates=2).search(TokenVectors.of([[[0, 1]]]), k=2).ids
        array([[1, 0]])
    """

    index: ResidualIndex
    candidates: int
    nprobe: int | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of the index."""
        return self.index.nbytes

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.index)

    def search(self, queries: TokenVectors, k: int) -> Hits:
        """The `k` best documents of each query.

        Raises:
            TypeError: if the queries are no `TokenVectors`.
            ValueError: if a setting or `k` is out of range.
        """
        return self.index.search(queries, k, nprobe=self.nprobe, candidates=self.candidates)
