"""Rank fusion, side by side with ranx: two lists of 1,000 hits for each of 1,000 queries.

    python benchmarks/fusion.py --quick      # 100 queries
    python benchmarks/fusion.py

Half of each list's documents are in the other list too. Both return every document of either list, sorted; ranx's own
objects are made before the clock starts. The fused scores are compared first. ranx compiles for about a minute, once.
"""

import argparse
import itertools
import os

import numba
import numpy as np
import peers
import ranx
from peers import Target, blocks, report

from labkit.search.fusion import fuse
from labkit.search.hits import Hits

N, HITS = 100_000, 1000
WEIGHTS = [0.5, 0.5]


def main() -> None:
    """Fuse by reciprocal ranks and by min-max sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100 queries")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    print(peers.machine())
    nq = 100 if arguments.quick else arguments.queries
    lists = two_lists(nq)
    runs = [ranx.Run({f"q{q}": {str(i): s for i, s in hits} for q, hits in enumerate(found)}) for found in lists]
    for threads in arguments.threads:
        numba.set_num_threads(threads)
        os.environ["LABKIT_THREADS"] = str(threads)
        rrf = ranx.fuse(runs, norm=None, method="rrf", params={"k": 60})
        check(fuse(lists, 2 * HITS), rrf)
        jobs = {
            "labkit": lambda: fuse(lists, 2 * HITS),
            "labkit, best 100 only": lambda: fuse(lists, 100),
            "ranx": lambda: ranx.fuse(runs, norm=None, method="rrf", params={"k": 60}),
        }
        title = f"{nq:,} queries, {threads} thread(s), per query"
        report(f"reciprocal rank fusion, {title}", blocks(jobs), "labkit", [Target("ranx", 5)], nq)
        check(
            fuse(lists, 2 * HITS, method="min-max", weights=WEIGHTS),
            ranx.fuse(runs, norm="min-max", method="wsum", params={"weights": WEIGHTS}),
        )
        jobs = {
            "labkit": lambda: fuse(lists, 2 * HITS, method="min-max", weights=WEIGHTS),
            "ranx": lambda: ranx.fuse(runs, norm="min-max", method="wsum", params={"weights": WEIGHTS}),
        }
        report(f"min-max and weighted sum, {title}", blocks(jobs), "labkit", [Target("ranx", 5)], nq)


def two_lists(nq: int) -> list[Hits]:
    """Two lists of 1,000 hits a query, half of them shared."""
    rng = np.random.default_rng(0)
    ids = np.stack([rng.choice(N, HITS + HITS // 2, replace=False) for _ in range(nq)])
    second = rng.permuted(ids[:, HITS // 2 :], axis=1)
    scores = [-np.sort(-rng.normal(0, 1, (nq, HITS)).astype(np.float32), axis=1) for _ in range(2)]
    return [Hits(ids[:, :HITS], scores[0]), Hits(second, scores[1])]


def check(ours: Hits, theirs: object) -> None:
    """Stop if a document's fused score differs, in the first 20 queries."""
    for q, hits in enumerate(itertools.islice(ours, 20)):
        expected = dict(theirs.run[f"q{q}"])  # type: ignore[attr-defined]
        off = max(abs(score - expected[str(document)]) for document, score in hits)
        if len(hits) != len(expected) or off > 1e-5:
            raise SystemExit(f"ranx answers otherwise: {len(expected)} documents, scores differ by {off:.2g}")


if __name__ == "__main__":
    main()
