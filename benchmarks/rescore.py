"""A binary shortlist put in order by something finer, side by side with exact float search and sentence-transformers.

    python benchmarks/rescore.py --quick
    python benchmarks/rescore.py                           # 1,000,000 vectors

Vectors are real: the documents and questions of this project's own collections, by its default encoder. A collection is
too small to time, so for timing its vectors are mixed, two by two, until there are enough: those stand close together, and
more candidates are needed than among real documents. Recall@10 is the share of the ten best documents by exact float
search that are found.
"""

import argparse
from collections.abc import Callable

import numpy as np
import peers
from peers import Target, blocks, report

from labkit import BinaryIndex, Collection, FlatIndex, Int8Index, RescoredIndex, load_encoder

K = 10


def main() -> None:
    """Quality of every way, then time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 vectors instead of 1,000,000")
    parser.add_argument("--documents", type=int, help="vectors to time with")
    parser.add_argument("--collection", default="pydocs")
    parser.add_argument("--encoder", default=None)
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
    vectors = mixed(documents, n)
    quality(documents, queries, "the collection itself")
    oversample = quality(vectors, queries[:200], f"{n:,} mixtures of two documents")
    for threads in arguments.threads:
        peers.set_threads(threads)
        for asked in (queries[:1], queries[:64]):
            timing(vectors, asked, oversample, threads, arguments.rounds)


def mixed(documents: np.ndarray, n: int) -> np.ndarray:
    """So many unit vectors: each is a mixture of two documents, with a little noise."""
    rng = np.random.default_rng(0)
    vectors = np.empty((n, documents.shape[1]), np.float32)
    for start in range(0, n, 50_000):
        stop = min(n, start + 50_000)
        first, second = rng.integers(0, len(documents), (2, stop - start))
        share = rng.random((stop - start, 1), dtype=np.float32)
        block = share * documents[first] + (1 - share) * documents[second]
        block += rng.standard_normal(block.shape, dtype=np.float32) * np.float32(0.2 / np.sqrt(block.shape[1]))
        vectors[start:stop] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    """The share of the exact hits that were found."""
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), exact.tolist(), strict=True)]))


def quality(vectors: np.ndarray, queries: np.ndarray, title: str) -> float:
    """Prints recall@10 of each way; the smallest oversample by which float rescoring reaches .99 comes back."""
    exact = FlatIndex(vectors).search(queries, K).ids
    binary, int8 = BinaryIndex(vectors), Int8Index(vectors)
    print(f"\nrecall@{K}, {title}: binary {recall(binary.search(queries, K).ids, exact):.3f}, ", end="")
    print(f"int8 {recall(int8.search(queries, K).ids, exact):.3f}")
    print(f"  {'oversample':<12}{'float x bits':>14}{'int8':>8}{'float32':>9}")
    enough = 0.0
    for factor in (1, 2, 4, 8, 16, 32, 64):
        recalls = [
            recall(RescoredIndex(binary, by, oversample=factor).search(queries, K).ids, exact)
            for by in (binary, int8, vectors)
        ]
        print(f"  {factor:<12}{recalls[0]:>14.3f}{recalls[1]:>8.3f}{recalls[2]:>9.3f}")
        if recalls[2] >= 0.99 and not enough:
            enough = float(factor)
    print(f"  smallest oversample for .99 of exact: {enough:.0f}" if enough else "  none of these reaches .99 of exact")
    return enough or 64.0


def timing(vectors: np.ndarray, queries: np.ndarray, oversample: float, threads: int, rounds: int) -> None:
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
            rescore_multiplier=int(oversample),
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
