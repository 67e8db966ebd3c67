"""From a pipeline and one query to the engine's own query: the only place that knows how the two correspond.

| labkit                             | Qdrant                                                                  |
|------------------------------------|-------------------------------------------------------------------------|
| `Nearest(field)`                   | `query=<vector>, using=field`                                           |
| `among=stage`                      | `prefetch=stage`, and exact scores                                      |
| `oversample=4`                     | `params.quantization: rescore=True, oversampling=4`                     |
| `Fused(stages, rank_constant=60)`  | `prefetch=stages, query=RrfQuery(k=61)`: its ranks count from 0, not 1  |
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from numpy.typing import ArrayLike

from labkit.checks import Vectors, as_vectors
from labkit.compress.matryoshka import truncate
from labkit.models.token_vectors import TokenVectors
from labkit.search.engine.shape import Shape
from labkit.search.engine.sparse import SparseVectors
from labkit.search.engine.stages import Fused, Nearest, Stage

if TYPE_CHECKING:
    from qdrant_client import models

Sparse: TypeAlias = tuple[list[int], list[float]]
Value: TypeAlias = list[float] | list[list[float]] | Sparse
Values: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Texts:
    """What is known of some documents, or of some queries: the same fields for both.

    Attributes:
        shape: of the collection they are for.
        dense: `(n, d)` for each field of one vector a text.
        tokens: their token vectors.
        sparse: their weighted terms.
    """

    shape: Shape
    dense: dict[str, Vectors]
    tokens: TokenVectors | None
    sparse: SparseVectors | None

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that are there."""
        parts = {"tokens": self.tokens, "sparse": self.sparse}
        return frozenset(self.dense) | {name for name, held in parts.items() if held is not None}

    def __len__(self) -> int:
        """Number of texts."""
        held = [*self.dense.values(), *(part for part in (self.tokens, self.sparse) if part is not None)]
        return len(held[0])

    def __getitem__(self, i: int) -> Values:
        """The fields of text `i`; one that holds nothing (no token, no known term) is left out."""
        values: Values = {field: rows[i].tolist() for field, rows in self.dense.items()}
        if self.tokens is not None and len(self.tokens[i]):
            values["tokens"] = self.tokens[i].tolist()
        if self.sparse is not None and self.sparse[i][0]:
            values["sparse"] = self.sparse[i]
        return values

    def __iter__(self) -> Iterator[Values]:
        """The fields of each text."""
        return (self[i] for i in range(len(self)))


def texts_of(
    shape: Shape, vectors: ArrayLike | None, tokens: TokenVectors | None, sparse: SparseVectors | None
) -> Texts:
    """Documents or queries for a collection, checked against its shape; prefixes are cut from the vectors.

    Raises:
        TypeError: if tokens or sparse vectors are something else.
        ValueError: if nothing is passed, something does not fit the shape, or the parts differ in length.
    """
    dense = {} if vectors is None else _dense(shape, vectors)
    if tokens is not None:
        _check_tokens(shape, tokens)
    if sparse is not None:
        _check_sparse(shape, sparse)
    parts = {"vectors": dense.get("vectors"), "tokens": tokens, "sparse": sparse}
    lengths = {name: len(part) for name, part in parts.items() if part is not None}
    if not lengths:
        raise ValueError("nothing was passed; give vectors, tokens or sparse")
    if len(set(lengths.values())) > 1:
        raise ValueError(f"all fields should have one entry a text, but there are {lengths}")
    return Texts(shape, dense, tokens, sparse)


def _dense(shape: Shape, vectors: ArrayLike) -> dict[str, Vectors]:
    if shape.dims is None:
        raise ValueError("vectors were passed, but the collection's shape has no dims")
    full = as_vectors(vectors, dim=shape.dims)
    return {"vectors": full, **{f"vectors{dims}": truncate(full, dims) for dims in shape.prefixes}}


def _check_tokens(shape: Shape, tokens: object) -> None:
    if not isinstance(tokens, TokenVectors):
        raise TypeError(f"tokens should be a TokenVectors, but is a {type(tokens).__name__}")
    if tokens.dim != shape.token_dims:
        raise ValueError(f"tokens have {tokens.dim} dimensions, but the collection's token_dims is {shape.token_dims}")


def _check_sparse(shape: Shape, sparse: object) -> None:
    if not isinstance(sparse, SparseVectors):
        raise TypeError(f"sparse should be a SparseVectors, but is a {type(sparse).__name__}")
    if not shape.sparse:
        raise ValueError("sparse vectors were passed, but the collection's shape has none")


def compile_pipeline(
    stage: Stage, query: Values, limit: int, *, bits: int | None = None, tuned: bool = True
) -> "models.QueryRequest | None":
    """The engine's query for one query and its `limit` best, or None if it can find nothing (no token, no known term).

    Args:
        stage: the pipeline's last stage.
        query: the query's fields.
        limit: hits wanted.
        bits: of the collection's codes, if it has any.
        tuned: whether to say how to use graph and codes; local mode has neither.

    Example:
        >>> from labkit.search.engine.stages import funnel
        >>> request = compile_pipeline(funnel([(2, 9)]), {"vectors": [0.6, 0.8, 0], "vectors2": [0.6, 0.8]}, limit=3)
        >>> request.using, request.limit, request.prefetch[0].using, request.prefetch[0].limit
        ('vectors', 3, 'vectors2', 9)
    """
    from qdrant_client import models

    last = _compiled(stage, query, limit, bits, tuned)
    if last is None:
        return None
    return models.QueryRequest(
        query=last.query,
        using=last.using,
        prefetch=last.prefetch,
        params=last.params,
        limit=limit,
        with_payload=False,
        with_vector=False,
    )


def _compiled(stage: Stage, query: Values, limit: int, bits: int | None, tuned: bool) -> "models.Prefetch | None":
    from qdrant_client import models

    inner = stage.stages if isinstance(stage, Fused) else [stage.among] if stage.among is not None else []
    found = [_compiled(part, query, part.limit, bits, tuned) for part in inner]
    prefetch = [part for part in found if part is not None]
    if inner and not prefetch:
        return None
    if isinstance(stage, Fused):
        rrf = models.RrfQuery(rrf=models.Rrf(k=stage.rank_constant + 1))
        return models.Prefetch(query=rrf, prefetch=prefetch, limit=limit)
    if stage.field not in query:
        return None
    return models.Prefetch(
        query=models.NearestQuery(nearest=as_model(query[stage.field])),
        using=stage.field,
        prefetch=prefetch or None,
        params=_params(stage, bits) if tuned and stage.field != "sparse" else None,
        limit=limit,
    )


def _params(stage: Nearest, bits: int | None) -> "models.SearchParams":
    from qdrant_client import models

    # Always said outright: what an engine does by default differs between kinds of codes, and from version to version.
    full = stage.exact or stage.among is not None or stage.field == "tokens"
    codes = None
    if full:
        codes = models.QuantizationSearchParams(ignore=True)
    elif bits is not None:
        rescore = stage.oversample is not None
        codes = models.QuantizationSearchParams(ignore=False, rescore=rescore, oversampling=stage.oversample)
    return models.SearchParams(exact=full, hnsw_ef=stage.ef, quantization=codes)


def as_model(value: Value) -> "models.SparseVector | list[float] | list[list[float]]":
    """A field's value as the engine's client has it."""
    from qdrant_client import models

    return models.SparseVector(indices=value[0], values=value[1]) if isinstance(value, tuple) else value
