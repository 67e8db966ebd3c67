"""What a Matryoshka adapter is worth on one collection: against the raw vectors, against PCA, and in a funnel."""

from collections.abc import Mapping
from typing import Any

from labkit.checks import Vectors
from labkit.compress.linear_map import LinearMap
from labkit.data.collection import Collection
from labkit.measure.metrics import Relevance, Values, evaluate, scorable
from labkit.measure.sweep import truncation_curve
from labkit.models.cache import Encoder
from labkit.search.funnel import FunnelIndex
from labkit.train.rounded import difference, quality

DIMS = (16, 32, 48, 64, 96, 128, 192, 256, 384)
METRICS = ("nDCG@10", "recall@100")
FUNNEL_DIMS, FUNNEL_SHORTLISTS = 64, (50, 100, 200)


def measure(encoder: Encoder, maps: Mapping[str, LinearMap], collection: Collection) -> dict[str, Any]:
    """Quality at each length with intervals, paired differences, and the funnel's share of full quality.

    A dictionary that JSON can hold: `queries`, `documents`, `quality[method][metric][dim]`,
    `adapter_minus[method][metric][dim]` and `funnel[method][shortlist]`.

    Args:
        encoder: what the maps are made for.
        maps: the maps by name, `adapter` among them; the raw vectors are measured too.
        collection: documents, queries and judgements.
    """
    relevance = collection.relevance()
    kept = scorable(relevance).tolist()
    relevance = [relevance[i] for i in kept]
    documents = encoder.encode_documents(collection.documents)
    queries = encoder.encode_queries([collection.queries[i] for i in kept])
    forms = {"raw": (documents, queries)} | {name: (m(documents), m(queries)) for name, m in maps.items()}
    curves = {
        name: truncation_curve(name, *form, relevance, dims=DIMS, metrics=METRICS) for name, form in forms.items()
    }
    funnels = {
        name: {size: _funnel(d, q, size, relevance) for size in FUNNEL_SHORTLISTS} for name, (d, q) in forms.items()
    }
    full = curves["raw"].at("nDCG@10", DIMS[-1])
    return {
        "documents": len(collection),
        "queries": len(kept),
        "quality": {
            name: {metric: {str(dim): quality(curve.at(metric, dim)) for dim in DIMS} for metric in METRICS}
            for name, curve in curves.items()
        },
        "adapter_minus": {
            other: {
                metric: {
                    str(dim): difference(curves["adapter"].at(metric, dim), curves[other].at(metric, dim))
                    for dim in DIMS[:-1]
                }
                for metric in METRICS
            }
            for other in forms
            if other != "adapter"
        },
        "funnel": {
            name: {
                str(size): {
                    "nDCG@10": quality(values),
                    "minus_full": difference(values, full),
                    "share_of_full": round(float(values.mean() / full.mean()), 4),
                }
                for size, values in by_size.items()
            }
            for name, by_size in funnels.items()
        },
    }


def _funnel(documents: Vectors, queries: Vectors, shortlist: int, relevance: Relevance) -> Values:
    hits = FunnelIndex(documents, [(FUNNEL_DIMS, shortlist)]).search(queries, 10)
    return evaluate(hits, relevance, "nDCG@10")
