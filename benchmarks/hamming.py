"""Hamming search in binary codes, side by side with faiss, usearch, sentence-transformers and NumPy.

    python benchmarks/hamming.py --quick                   # half a minute, small collections
    python benchmarks/hamming.py --shape 1000000x384       # one shape in full
    python benchmarks/hamming.py                           # all shapes of the targets, and 5 million codes in a file

Every contender answers the same queries, and the distances are compared before anything is timed. The limit is adding
up the codes once, measured in the same run.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import peers
from peers import Target, blocks, report

from labkit import BinaryIndex, BinaryQuantizer

K, BATCH = 100, 64
SHAPES = ["1000000x128", "1000000x384", "1000000x1024"]
QUICK = ["100000x128", "100000x384", "50000x1024"]
SLOW = 2e10  # bits compared: beyond that the slow contenders are left out of batches


def main() -> None:
    """Run the shapes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small collections")
    parser.add_argument("--shape", action="append", metavar="NxBITS", help="documents x bits")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--file", metavar="NxBITS", help="only search codes in a file and print the memory taken")
    arguments = parser.parse_args()
    print(peers.machine())
    if not arguments.file:
        for shape in arguments.shape or (QUICK if arguments.quick else SHAPES):
            n, bits = (int(part) for part in shape.split("x"))
            for threads in arguments.threads:
                peers.set_threads(threads)
                for nq in (1, BATCH):
                    compare(n, bits, nq, threads, arguments.rounds)
    if not arguments.shape:
        in_a_file(
            *(int(part) for part in (arguments.file or ("500000x384" if arguments.quick else "5000000x384")).split("x"))
        )


def contenders(codes: np.ndarray, queries: np.ndarray, threads: int) -> dict[str, Callable[[], np.ndarray]]:
    """By name: a function that gives the distances `(nq, K)`, nearest first."""
    import faiss
    from sentence_transformers.util.quantization import semantic_search_faiss, semantic_search_usearch
    from usearch.index import Index, MetricKind, ScalarKind
    from usearch.index import search as usearch_search

    ours = BinaryIndex.from_codes(codes, BinaryQuantizer(np.zeros(8 * codes.shape[1], np.float32)), threads=threads)
    index = faiss.IndexBinaryFlat(8 * codes.shape[1])
    index.add(codes)
    words, asked = codes.view(np.uint64), queries.view(np.uint64)

    def plain() -> np.ndarray:
        os.environ["LABKIT_SIMD"] = "0"
        scores = ours.search_codes(queries, K).scores
        del os.environ["LABKIT_SIMD"]
        return -scores

    def numpy_search() -> np.ndarray:
        found = []
        for query in asked:
            distances = np.bitwise_count(words ^ query).sum(axis=1, dtype=np.uint16)
            found.append(np.sort(np.partition(distances, K)[:K]))
        return np.array(found)

    def usearch_answer() -> np.ndarray:
        found = usearch_search(codes, queries, K, MetricKind.Hamming, exact=True, threads=threads, dtype=ScalarKind.B1)
        return np.atleast_2d(found.distances)

    # An exact search looks at no graph, so the sparsest one will do: it is built quickly.
    graph = Index(ndim=8 * codes.shape[1], metric="hamming", dtype="b1", connectivity=2, expansion_add=1)
    graph.add(np.arange(len(codes)), codes)

    def sentence_transformers_usearch() -> np.ndarray:
        found, _ = semantic_search_usearch(
            queries, corpus_index=graph, corpus_precision="ubinary", top_k=K, exact=True, rescore=False
        )
        return np.array([[hit["score"] for hit in hits] for hits in found])

    def sentence_transformers() -> np.ndarray:
        found, _ = semantic_search_faiss(
            queries, corpus_index=index, corpus_precision="ubinary", top_k=K, exact=True, rescore=False
        )
        return np.array([[hit["score"] for hit in hits] for hits in found])

    return {
        "labkit BinaryIndex": lambda: -ours.search_codes(queries, K).scores,
        "labkit plain kernel": plain,
        "faiss IndexBinaryFlat": lambda: index.search(queries, K)[0],
        "sentence-transformers via faiss": sentence_transformers,
        "numpy bitwise_count": numpy_search,
        "usearch exact": usearch_answer,
        "sentence-transformers via usearch": sentence_transformers_usearch,
    }


def compare(n: int, bits: int, nq: int, threads: int, rounds: int) -> None:
    """One shape, one number of queries."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (n, bits // 8), dtype=np.uint8)
    queries = rng.integers(0, 256, (nq, bits // 8), dtype=np.uint8)
    answers = contenders(codes, queries, threads)
    if n * bits * nq > SLOW:
        answers = {
            name: job
            for name, job in answers.items()
            if not name.startswith(("numpy", "usearch")) and "via usearch" not in name
        }
    expected = answers["labkit BinaryIndex"]()
    for name, answer in answers.items():
        if not np.array_equal(answer(), expected):
            raise SystemExit(f"{name} answers otherwise: {answer()[0, :5]} and not {expected[0, :5]}")
    limit = "(limit: sum of the codes)"
    jobs = {**answers, limit: peers.stream_sum(codes.view(np.float32), threads)} if nq == 1 else dict(answers)
    times = blocks(jobs, rounds=rounds)
    if nq > 1:
        targets = [Target("faiss IndexBinaryFlat", 4.5 if bits <= 128 else 5.5)]
    elif threads == 1:
        targets = [Target("faiss IndexBinaryFlat", 1.2), Target(limit, 0.8)]
    else:
        targets = [Target("faiss IndexBinaryFlat", 1.5)]
    title = f"{nq} quer{'y' if nq == 1 else 'ies'}, {n:,} x {bits} bits, top {K}, T={threads}, time a query"
    report(title, times, "labkit BinaryIndex", targets, per=nq)
    print(f"  {codes.nbytes * nq / times['labkit BinaryIndex'][0] / 1e9:.0f} GB/s of codes compared")


def in_a_file(n: int, bits: int) -> None:
    """Codes in a memory-mapped file: what the search takes beside the file's own pages."""
    import psutil

    rng, block = np.random.default_rng(0), 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes.npy"
        file = np.lib.format.open_memmap(path, "w+", np.uint8, (n, bits // 8))
        for start in range(0, n, block):
            file[start : start + block] = rng.integers(0, 256, file[start : start + block].shape, dtype=np.uint8)
        file.flush()
        del file
        mapped = np.load(path, mmap_mode="r")
        index = BinaryIndex.from_codes(mapped, BinaryQuantizer(np.zeros(bits, np.float32)))
        queries = rng.integers(0, 256, (BATCH, bits // 8), dtype=np.uint8)
        index.search_codes(queries[:1], 1)
        process = psutil.Process()
        before = process.memory_info()
        times = blocks(
            {"one query": lambda: index.search_codes(queries[:1], K), "batch": lambda: index.search_codes(queries, K)}
        )
        after = process.memory_info()
        own = (after.rss - getattr(after, "shared", 0)) - (before.rss - getattr(before, "shared", 0))
    verdict = "met" if own < 100e6 else "MISSED"
    print(f"\n{n:,} x {bits} bits in a memory-mapped file of {n * bits / 8e6:.0f} MB, T={peers_threads()}")
    print(
        f"  one query {times['one query'][0] * 1e3:.2f} ms, {BATCH} queries {times['batch'][0] * 1e3 / BATCH:.3f} ms each"
    )
    print(f"  extra memory {max(own, 0) / 1e6:.1f} MB  target 100: {verdict}")


def peers_threads() -> int:
    """Threads that the index takes by default."""
    import labkit

    return labkit.threads()


if __name__ == "__main__":
    main()
