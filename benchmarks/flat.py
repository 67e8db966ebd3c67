"""Exact float32 search and the funnel, side by side with the libraries a reader would otherwise use.

    python benchmarks/flat.py --quick                      # a minute, small collections
    python benchmarks/flat.py --shape 1000000x384          # one shape in full
    python benchmarks/flat.py                              # all shapes of the targets; needs 12 GB

Every contender answers the same queries, and the answers are compared before anything is timed. "faiss tuned" is told
to use BLAS in larger blocks and to use AVX-512 (see `peers.py`). Two limits are measured in the same run: adding up the
vectors once (memory) and NumPy's matrix product of the same shape (arithmetic).
"""

import argparse
import os
from collections.abc import Callable

import numpy as np
import peers
from peers import Target, blocks, report, same

K, BATCH = 100, 64
PREFIX, SHORTLIST = 64, 1000
SHAPES = ["1000000x384", "300000x1024", "1000000x1024"]
QUICK = ["100000x384", "50000x1024"]


def main() -> None:
    """Run the shapes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small collections")
    parser.add_argument("--shape", action="append", metavar="NxD", help="documents x dimensions")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--jobs", nargs="+", default=["one", "batch", "funnel"], choices=["one", "batch", "funnel"])
    arguments = parser.parse_args()
    peers.import_faiss()
    print(peers.machine())
    for shape in arguments.shape or (QUICK if arguments.quick else SHAPES):
        n, d = (int(part) for part in shape.split("x"))
        vectors, queries = data(n, d)
        for threads in arguments.threads:
            peers.set_threads(threads)
            if "one" in arguments.jobs:
                one_query(vectors, queries[:1], threads)
            if "batch" in arguments.jobs:
                batch(vectors, queries, threads)
            if "funnel" in arguments.jobs:
                funnel(vectors, queries[:1], threads)


def data(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Random unit vectors, and queries near some of them."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((n, d), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = vectors[rng.integers(0, n, BATCH)] + 0.05 * rng.standard_normal((BATCH, d), dtype=np.float32)
    return vectors, queries / np.linalg.norm(queries, axis=1, keepdims=True)


def numpy_search(vectors: np.ndarray, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What most notebooks do: a matrix product and argpartition."""
    scores = queries @ vectors.T
    best = np.argpartition(scores, len(vectors) - K, axis=1)[:, -K:]
    found = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-found, axis=1)
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(found, order, axis=1)


Answer = Callable[[], tuple[np.ndarray, np.ndarray]]


def contenders(vectors: np.ndarray, queries: np.ndarray, threads: int) -> dict[str, Answer]:
    """By name: a function that gives ids and scores."""
    import faiss
    import torch
    from usearch.index import MetricKind
    from usearch.index import search as usearch_search

    from labkit import FlatIndex

    ours = FlatIndex(vectors, threads=threads)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    held, asked = torch.from_numpy(vectors), torch.from_numpy(queries)

    def labkit_answer() -> tuple[np.ndarray, np.ndarray]:
        hits = ours.search(queries, K)
        return hits.ids, hits.scores

    def plain_answer() -> tuple[np.ndarray, np.ndarray]:
        os.environ["LABKIT_SIMD"] = "0"
        hits = ours.search(queries, K)
        del os.environ["LABKIT_SIMD"]
        return hits.ids, hits.scores

    def faiss_answer(setting: Callable[[], None]) -> Answer:
        def answer() -> tuple[np.ndarray, np.ndarray]:
            setting()
            scores, ids = index.search(queries, K)
            return ids, scores

        return answer

    def torch_answer() -> tuple[np.ndarray, np.ndarray]:
        found = torch.topk(asked @ held.T, K, dim=1)
        return found.indices.numpy(), found.values.numpy()

    def usearch_answer() -> tuple[np.ndarray, np.ndarray]:
        found = usearch_search(vectors, queries, K, MetricKind.IP, exact=True, threads=threads)
        keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
        return keys.astype(np.int64), 1 - distances

    return {
        "labkit FlatIndex": labkit_answer,
        "labkit plain kernel": plain_answer,
        "faiss IndexFlatIP": faiss_answer(peers.default_faiss),
        "faiss IndexFlatIP tuned": faiss_answer(peers.tuned_faiss),
        "numpy argpartition": lambda: numpy_search(vectors, queries),
        "torch topk": torch_answer,
        "usearch exact": usearch_answer,
    }


def checked(answers: dict[str, Answer]) -> dict[str, Answer]:
    """The same, once all have given the same answer."""
    our_ids, our_scores = answers["labkit FlatIndex"]()
    for name, answer in answers.items():
        same(name, *answer(), our_ids, our_scores)
    return answers


def one_query(vectors: np.ndarray, query: np.ndarray, threads: int) -> None:
    """One query: limited by memory."""
    jobs = dict(checked(contenders(vectors, query, threads)))
    del jobs["faiss IndexFlatIP tuned"]  # BLAS has nothing to gain from one query
    jobs["(limit: sum of the vectors)"] = peers.stream_sum(vectors, threads)
    times = blocks(jobs)
    n, d = vectors.shape
    report(
        f"one query, {n:,} x {d}, top {K}, T={threads}", times, "labkit FlatIndex", [Target("faiss IndexFlatIP", 1.0)]
    )
    print(f"  {vectors.nbytes / times['labkit FlatIndex'][0] / 1e9:.1f} GB/s")


def batch(vectors: np.ndarray, queries: np.ndarray, threads: int) -> None:
    """A batch: limited by arithmetic."""
    jobs = dict(checked(contenders(vectors, queries, threads)))
    piece = vectors[:8192]
    jobs["(limit: numpy matrix product)"] = lambda: queries @ piece.T
    times = blocks(jobs)
    n, d = vectors.shape
    median, best = times["(limit: numpy matrix product)"]
    times["(limit: numpy matrix product)"] = median * n / len(piece), best * n / len(piece)
    targets = [
        Target("faiss IndexFlatIP tuned", 1.4),
        Target("numpy argpartition", 2.0),
        Target("(limit: numpy matrix product)", 0.9),
    ]
    title = f"{BATCH} queries, {n:,} x {d}, top {K}, T={threads}, time a query"
    report(title, times, "labkit FlatIndex", targets, per=BATCH)
    print(f"  {2 * vectors.size * BATCH / times['labkit FlatIndex'][0] / 1e9:.0f} GFLOP/s")


def funnel(vectors: np.ndarray, query: np.ndarray, threads: int) -> None:
    """The first 64 dimensions find 1,000 candidates, all dimensions order them."""
    from labkit import FlatIndex, FunnelIndex
    from labkit.compress.matryoshka import truncate

    full, ours = FlatIndex(vectors, threads=threads), FunnelIndex(vectors, [(PREFIX, SHORTLIST)], threads=threads)
    prefix, short = truncate(vectors, PREFIX), truncate(query, PREFIX)

    def numpy_funnel() -> tuple[np.ndarray, np.ndarray]:
        rough = prefix @ short[0]
        candidates = np.argpartition(rough, len(rough) - SHORTLIST)[-SHORTLIST:]
        scores = vectors[candidates] @ query[0]
        best = np.argpartition(scores, SHORTLIST - K)[-K:]
        best = best[np.argsort(-scores[best])]
        return candidates[best][None], scores[best][None]

    hits = ours.search(query, K)
    same("numpy funnel", *numpy_funnel(), hits.ids, hits.scores)
    times = blocks(
        {
            "labkit FunnelIndex": lambda: ours.search(query, K),
            "labkit FlatIndex": lambda: full.search(query, K),
            "numpy funnel": numpy_funnel,
            "(limit: sum of the prefixes)": peers.stream_sum(prefix, threads),
        }
    )
    n, d = vectors.shape
    targets = [Target("numpy funnel", 1.3), Target("labkit FlatIndex", 5.0 if d < 1024 else 12.0)]
    title = f"funnel {PREFIX} -> {SHORTLIST} -> {d}, one query, {n:,} x {d}, top {K}, T={threads}"
    report(title, times, "labkit FunnelIndex", targets)
    stages = ours.profile(query, K)[1]
    print("  stages: " + ", ".join(f"{s.dims} dims of {s.documents:,}: {s.milliseconds:.2f} ms" for s in stages))


if __name__ == "__main__":
    main()
