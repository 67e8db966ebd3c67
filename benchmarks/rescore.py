"""A binary shortlist put in order by something finer, side by side with exact float search and sentence-transformers.

    python benchmarks/rescore.py --quick                   # 100,000 vectors
    python benchmarks/rescore.py                           # 1,000,000 vectors

A collection of texts is too small to time, so for timing there are simulated vectors that crowd together as the
collection's own do (`labkit.data.simulate`); the questions are the collection's. Recall@10 is the share of the ten best
documents by exact float search that are found. The smallest oversample by which it reaches .99 is chosen on one half of
the questions; what is printed as result, and what is timed, are the other half.
"""

import argparse
from collections.abc import Callable

import numpy as np
import peers
from peers import Target, blocks, report

from labkit import BinaryIndex, Collection, FlatIndex, Int4Index, Int8Index, RescoredIndex, load_encoder
from labkit.data.simulate import Simulator

K, WANTED = 10, 0.99
MOST = 200  # the largest oversample that is tried


def main() -> None:
    """Quality of every way, then time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 vectors instead of 1,000,000")
    parser.add_argument("--documents", type=int, help="vectors to time with")
    parser.add_argument("--collection", default="pydocs")
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--queries", type=int, default=400, help="questions asked of them")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    peers.import_faiss()
    print(peers.machine())
    encoder = load_encoder(arguments.encoder) if arguments.encoder else load_encoder()
    collection = Collection.load(arguments.collection)
    documents, queries = encoder.encode_documents(collection.documents), encoder.encode_queries(collection.queries)
    print(f"{collection.name}: {len(documents):,} documents, {len(queries)} questions, {documents.shape[1]} dimensions")
    n = arguments.documents or (100_000 if arguments.quick else 1_000_000)
    quality(documents, queries, "the collection itself")
    vectors = simulated(documents, n)
    oversample = quality(vectors, queries[: arguments.queries], f"{n:,} simulated vectors")
    for threads in arguments.threads:
        peers.set_threads(threads)
        for asked in (queries[1:2], queries[1:128:2]):
            timing(vectors, asked, oversample, threads, arguments.rounds)


def simulated(documents: np.ndarray, n: int) -> np.ndarray:
    """So many unit vectors like the documents', in memory as the float search's are."""
    vectors, start = np.empty((n, documents.shape[1]), np.float32), 0
    for block in Simulator.fit(documents).blocks(n):
        vectors[start : start + len(block)] = block
        start += len(block)
    return vectors


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    """The share of the exact hits that were found."""
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), exact.tolist(), strict=True)]))


def smallest_oversample(shortlist: np.ndarray, exact: np.ndarray) -> int | None:
    """The smallest oversample whose shortlists hold .99 of the exact hits; None if the longest ones do not."""
    found = np.zeros(shortlist.shape[1])
    for mine, best in zip(shortlist, exact, strict=True):
        found += np.isin(mine, best)
    recalls = np.cumsum(found)[K - 1 :: K] / exact.size
    return int(np.argmax(recalls >= WANTED)) + 1 if recalls[-1] >= WANTED else None


def quality(vectors: np.ndarray, queries: np.ndarray, title: str) -> int:
    """Prints recall@10 of each way; the smallest oversample by which float rescoring reaches .99 comes back."""
    exact = FlatIndex(vectors).search(queries, K).ids
    binary, int4, int8 = BinaryIndex(vectors), Int4Index(vectors), Int8Index(vectors)
    chosen_on, judged_on = slice(0, None, 2), slice(1, None, 2)
    most = min(MOST, len(vectors) // K)
    enough = smallest_oversample(binary.search(queries[chosen_on], K * most).ids, exact[chosen_on])
    asked, wanted = queries[judged_on], exact[judged_on]
    print(f"\nrecall@{K}, {title}, {len(asked)} questions:", end="")
    for name, index in (("binary", binary), ("int4", int4), ("int8", int8)):
        print(f" {name} {recall(index.search(asked, K).ids, wanted):.3f}", end="")
    print(f"\n  {'oversample':<12}{'float x bits':>14}{'int4':>8}{'int8':>8}{'float32':>9}")
    for factor in sorted({1, 2, 4, 8, 16, 32, 64, enough or most}):
        recalls = [
            recall(RescoredIndex(binary, by, oversample=factor).search(asked, K).ids, wanted)
            for by in (binary, int4, int8, vectors)
        ]
        note = "   smallest for .99 on the other half of the questions" if factor == enough else ""
        print(f"  {factor:<12}{recalls[0]:>14.3f}{recalls[1]:>8.3f}{recalls[2]:>8.3f}{recalls[3]:>9.3f}{note}")
    if enough is None:
        print(f"  no oversample up to {most} reaches .99 of exact on the other half of the questions")
    return enough or most


def timing(vectors: np.ndarray, queries: np.ndarray, oversample: int, threads: int, rounds: int) -> None:
    """Time of each way at that oversample."""
    import faiss
    from sentence_transformers.util.quantization import semantic_search_faiss

    flat, binary = FlatIndex(vectors, threads=threads), BinaryIndex(vectors, threads=threads)
    rescored = RescoredIndex(binary, vectors, oversample=oversample)
    index, codes = faiss.IndexFlatIP(vectors.shape[1]), faiss.IndexBinaryFlat(vectors.shape[1])
    index.add(vectors)
    codes.add(binary.codes)

    def sentence_transformers() -> object:
        return semantic_search_faiss(
            queries,
            corpus_index=codes,
            corpus_precision="ubinary",
            top_k=K,
            rescore=True,
            rescore_multiplier=oversample,
            exact=True,
        )

    def tuned() -> object:
        peers.tuned_faiss()
        return index.search(queries, K)

    jobs: dict[str, Callable[[], object]] = {
        "labkit binary -> float32": lambda: rescored.search(queries, K),
        "labkit binary -> float x bits": lambda: RescoredIndex(binary, binary, oversample=oversample).search(
            queries, K
        ),
        "labkit binary alone": lambda: binary.search(queries, K),
        "labkit FlatIndex": lambda: flat.search(queries, K),
        "faiss IndexFlatIP": tuned if len(queries) > 1 else lambda: index.search(queries, K),
        "sentence-transformers rescored": sentence_transformers,
    }
    times = blocks(jobs, rounds=rounds)
    best = min(("labkit FlatIndex", "faiss IndexFlatIP"), key=lambda name: times[name][0])
    title = f"{len(queries)} quer{'y' if len(queries) == 1 else 'ies'} of {len(vectors):,}, top {K}, T={threads}, time a query"
    report(title, times, "labkit binary -> float32", [Target(best, 15.0)], per=len(queries))
    for stage in rescored.profile(queries, K)[1]:
        figures = f"{stage.documents:>10,} documents {stage.nbytes / 1e6:>8.3f} MB"
        print(f"    {stage.name:<16}{figures} {stage.milliseconds:>8.3f} ms a query")


if __name__ == "__main__":
    main()
