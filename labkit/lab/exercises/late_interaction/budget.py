"""Exercise: token vectors of the plant under a budget of bytes, judged by searching."""

from functools import lru_cache

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import plant
from labkit.lab.exercises.setting import setting
from labkit.measure.neighbours import recall_of_exact
from labkit.models.token_vectors import TokenVectors
from labkit.search.hits import Hits

MOST_BYTES, SHARE, CENTROIDS = 8_000, 0.85, 256


@lru_cache(maxsize=1)
def _tokens() -> tuple[TokenVectors, TokenVectors, Hits]:
    """The plant's token vectors, every third query's, and the exact search's ten hits for these."""
    from labkit.models.tokens_load import load_token_encoder
    from labkit.search.maxsim import MaxSimIndex

    encoder, collection = load_token_encoder(), plant().collection
    documents = encoder.encode_documents(collection.documents)
    queries = encoder.encode_queries(collection.queries[::3])
    return documents, queries, MaxSimIndex(documents).search(queries, 10)


@lru_cache(maxsize=16)
def compressed(pool: int, nbits: int) -> tuple[float, float]:
    """Bytes a document, and recall@10 of exact MaxSim, of the plant's tokens pooled and compressed."""
    from labkit.compress.token_pooling import pool_tokens
    from labkit.search.residual import ResidualIndex

    documents, queries, exact = _tokens()
    index = ResidualIndex(pool_tokens(documents, pool), nbits=nbits, centroids=CENTROIDS, progress=False)
    found = index.search(queries, 10, candidates=len(documents))  # what is lost is lost to the bytes alone
    return index.bytes_per_item, float(recall_of_exact(found, exact).mean())


def _budget(pool: int, nbits: int) -> Finding | None:
    given = f"tokens pooled {pool} to 1, {nbits} bits a dimension"
    nbytes, recall = compressed(pool, nbits)
    if nbytes > MOST_BYTES:
        said = (
            "this does not fit: fewer vectors or fewer bits. How many bytes has one token, and how many has a document?"
        )
        return Finding(given, f"{nbytes:,.0f} bytes a document", f"at most {MOST_BYTES:,}", said)
    if recall < SHARE:
        said = "it fits, but too much is lost: spend the bytes otherwise, on more vectors or on more bits."
        return Finding(given, f"recall {recall:.3f} of exact MaxSim", f"at least {SHARE:g}", said)
    return None


BUDGET = Exercise(
    id="late_interaction.budget",
    title=f"{MOST_BYTES:,} bytes a document",
    kind="decide",
    difficulty=2,
    minutes=15,
    task=f"At most {MOST_BYTES:,} bytes a document of the plant, and at least {SHARE:.0%} of exact MaxSim's first ten. Choose "
    "`pool` (1 keeps every token; 2, 3 or 4 joins as many into one) and `nbits` (1, 2 or 4 a dimension). The check builds the "
    f"index (with {CENTROIDS} centroids, which add about 300 bytes a document) and searches.",
    defines="choice",
    stub='choice = {"pool": ..., "nbits": ...}\n',
    solution='choice = {"pool": 2, "nbits": 2}\n',
    checks=(setting("choice", {"pool": (1, 2, 3, 4), "nbits": (1, 2, 4)}, _budget),),
    hints=(
        "A token costs 3 + 384 x nbits / 8 bytes, a document has about 118 of them before pooling, and centroids add 300 bytes.",
        "Work out the bytes of all twelve combinations first; some fall out. The ledger of section 5 shows what each step costs.",
        "Between few coarse vectors and many fine ones lies a middle: try both in the middle.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"pool": 1, "nbits": 4}', "does not fit"),
        WrongAnswer('choice = {"pool": 4, "nbits": 1}', "too much is lost"),
        WrongAnswer('choice = {"pool": 2, "nbits": 3}', "`nbits` cannot be 3"),
    ),
    why="Bits and vectors are two ways to spend the same bytes; which is dearer is a question for a measurement, not for a rule.",
)
