"""Which token vectors give the most quality for their bytes: fewer numbers, fewer bits a number, or both."""

from typing import Any

from labkit.data.collection import Collection
from labkit.measure.metrics import Values, evaluate, scorable
from labkit.models.tokens_cache import AnyTokenEncoder
from labkit.search.maxsim import MaxSimIndex
from labkit.search.residual import ResidualIndex
from labkit.train.rounded import difference, quality

NBITS = {"full": (2, 1), "trained": (4, 2, 1)}
CENTROIDS = 1024  # with the default number, a small collection's centroids weigh as much as its tokens


def per_byte(full: AnyTokenEncoder, trained: AnyTokenEncoder, collection: Collection) -> list[dict[str, Any]]:
    """nDCG@10 of each form of token vectors, with its bytes a token, the most bytes first.

    Every document is decoded and scored, so the loss is the compression's and not that of a shortlist. Each row has
    `tokens`, `nbits` (32: not compressed), `bytes`, `nDCG@10` with its interval, and `minus_full`, the paired difference
    from the full vectors in float32.

    Args:
        full: the encoder's token vectors as they are.
        trained: the trained token vectors.
        collection: documents, queries and judgements.
    """
    relevance = collection.relevance()
    kept = scorable(relevance).tolist()
    relevance = [relevance[i] for i in kept]
    queries, rows = [collection.queries[i] for i in kept], []
    best: Values | None = None
    for name, encoder in (("full", full), ("trained", trained)):
        tokens, asked = encoder.encode_documents(collection.documents), encoder.encode_queries(queries)
        for nbits in (32, *NBITS[name]):
            if nbits == 32:
                hits, size = MaxSimIndex(tokens).search(asked, 10), 4.0 * encoder.dim
            else:
                index = ResidualIndex(tokens, nbits=nbits, centroids=CENTROIDS, progress=False)
                hits, size = index.search(asked, 10, candidates=len(tokens)), index.bytes_per_token
            values = evaluate(hits, relevance, "nDCG@10")
            best = values if best is None else best
            rows.append(
                {
                    "tokens": name,
                    "nbits": nbits,
                    "bytes": round(size, 1),
                    "nDCG@10": quality(values),
                    "minus_full": difference(values, best),
                }
            )
    return sorted(rows, key=lambda row: -row["bytes"])
