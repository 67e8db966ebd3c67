"""The same thing in Qdrant Edge's words: what its client's models say, as Edge's own classes."""

from typing import TYPE_CHECKING, cast

from labkit.search.engine.shape import Shape, indexing_threshold, vectors_config

if TYPE_CHECKING:
    import qdrant_edge
    from qdrant_client import models


def config_of(shape: Shape) -> "qdrant_edge.EdgeConfig":
    """What Edge must know of a collection's fields."""
    import qdrant_edge as edge

    codes = {None: None, 1: edge.BinaryQuantizationConfig(), 8: edge.ScalarQuantizationConfig(edge.ScalarType.Int8)}
    best = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    no_graph = edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)
    vectors = {}
    for field, params in vectors_config(shape).items():
        if field == "tokens":
            vectors[field] = edge.EdgeVectorParams(
                params.size, edge.Distance.Dot, multivector_config=best, hnsw_config=no_graph
            )
        else:
            vectors[field] = edge.EdgeVectorParams(
                params.size, edge.Distance.Dot, quantization_config=codes[shape.bits]
            )
    return edge.EdgeConfig(
        vectors=vectors or None,
        sparse_vectors={"sparse": edge.EdgeSparseVectorParams()} if shape.sparse else None,
        optimizers=edge.EdgeOptimizersConfig(indexing_threshold=indexing_threshold(shape)),
    )


def request_of(request: "models.QueryRequest") -> "qdrant_edge.QueryRequest":
    """A compiled pipeline."""
    import qdrant_edge as edge

    return edge.QueryRequest(
        request.limit or 10,
        query=_query(request.query, request.using),
        prefetches=_prefetches(request.prefetch),
        params=_params(request.params),
        with_payload=False,
    )


def vector(value: "models.SparseVector | list[float] | list[list[float]]") -> "qdrant_edge.NamedVector":
    """A field's value."""
    import qdrant_edge as edge
    from qdrant_client import models

    return edge.SparseVector(value.indices, value.values) if isinstance(value, models.SparseVector) else value


def _query(query: object, using: str | None) -> "qdrant_edge.ScoringQueryType":
    import qdrant_edge as edge
    from qdrant_client import models

    if isinstance(query, models.RrfQuery):
        return cast("qdrant_edge.ScoringQueryType", edge.Fusion.Rrf(k=query.rrf.k or 2))
    if isinstance(query, models.NearestQuery) and isinstance(query.nearest, models.SparseVector | list):
        return edge.Query.Nearest(vector(query.nearest), using)
    raise TypeError(f"labkit does not compile to {type(query).__name__}")


def _prefetches(prefetch: object) -> "list[qdrant_edge.Prefetch] | None":
    import qdrant_edge as edge
    from qdrant_client import models

    parts = prefetch if isinstance(prefetch, list) else []
    return [
        edge.Prefetch(
            part.limit or 10,
            query=_query(part.query, part.using),
            prefetches=_prefetches(part.prefetch),
            params=_params(part.params),
        )
        for part in parts
        if isinstance(part, models.Prefetch)
    ] or None


def _params(params: "models.SearchParams | None") -> "qdrant_edge.SearchParams | None":
    import qdrant_edge as edge

    if params is None:
        return None
    codes = None
    if (said := params.quantization) is not None:
        codes = edge.QuantizationSearchParams(
            ignore=bool(said.ignore), rescore=said.rescore, oversampling=said.oversampling
        )
    return edge.SearchParams(hnsw_ef=params.hnsw_ef, exact=bool(params.exact), quantization=codes)
