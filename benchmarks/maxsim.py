"""Exact MaxSim of one query and many ragged documents, side by side with the other ways of computing it.

    python benchmarks/maxsim.py --quick                    # 2,000 documents
    python benchmarks/maxsim.py                            # 10,000 documents, one thread and two
    python benchmarks/maxsim.py --collection pydocs        # real tokens and a real question instead of made-up ones

All are given the same tokens, each in the form it wants, made before the clock starts; only what it must do for a new
query is timed. Scores are compared first. A peer that is not installed is left out, with a line that says so.

A second table is of what a search wants, the best ten. With `dtype="screened"` ours then multiplies bytes first and
scores in float32 only what may be among them, with the same hits; the peers score all documents. Made-up tokens are the
worst case for that: their scores lie so close together that the screen leaves nearly all of them.
"""

import argparse
import importlib.util
import os
from collections.abc import Callable

import numpy as np
import peers
from maxsim_peers import maxsim_peers
from peers import Target, blocks, report

from labkit import Collection, MaxSimIndex, TokenVectors, load_token_encoder

QUERY_TOKENS, DIMENSIONS, SHORTEST, LONGEST = 32, 128, 20, 180
SCREENED = "labkit top 10, screened"
TARGETS = {1: [Target("colbert-ai packed C++", 3.5), Target("maxsim-cpu", 6.5), Target("PyLate scores, padded", 11.0)]}
TARGETS[2] = [target for target in TARGETS[1] if target.against != "maxsim-cpu"]


def main() -> None:
    """Run both numbers of threads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 documents")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--collection", help="its tokens by labkit's default encoder; the question is its first one")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    print(peers.machine())
    for module in ("colbert", "maxsim_cpu", "pylate", "numkong"):
        if importlib.util.find_spec(module) is None:
            print(f"  {module} is not installed: left out")
    if arguments.collection:
        documents, query = read(arguments.collection)
        print("  maxsim-cpu is left out: 0.1.0 ended the whole process on tokens of 384 dimensions")
    else:
        documents, query = made(2000 if arguments.quick else arguments.documents)
    for threads in arguments.threads:
        peers.set_threads(threads)
        compare(documents, query, threads, arguments.rounds, without="maxsim-cpu" if arguments.collection else "")


def made(n: int) -> tuple[TokenVectors, np.ndarray]:
    """Unit tokens that all lean one way, as real ones do; the query's tokens lie near tokens of some documents."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(SHORTEST, LONGEST + 1, n)
    tokens = rng.standard_normal((lengths.sum(), DIMENSIONS), dtype=np.float32)
    tokens += rng.standard_normal(DIMENSIONS, dtype=np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    query = tokens[rng.integers(0, len(tokens), QUERY_TOKENS)]
    query = query + 0.05 * rng.standard_normal(query.shape, dtype=np.float32)
    query /= np.linalg.norm(query, axis=1, keepdims=True)
    return TokenVectors(tokens, np.concatenate(([0], np.cumsum(lengths)))), query.astype(np.float32)


def read(name: str) -> tuple[TokenVectors, np.ndarray]:
    """The tokens of a collection's documents and of its first question."""
    collection, encoder = Collection.load(name), load_token_encoder()
    documents = encoder.encode_documents(collection.documents)
    return documents, encoder.encode_queries(collection.queries[:1]).vectors


def ours(documents: TokenVectors, query: np.ndarray, threads: int) -> dict[str, Callable[[], np.ndarray]]:
    """By name: a function that gives the scores of all documents."""
    asked = TokenVectors.of([query])
    full, coarse = (MaxSimIndex(documents, dtype=dtype, threads=threads) for dtype in ("float32", "int8"))

    def plain() -> np.ndarray:
        os.environ["LABKIT_SIMD"] = "0"
        scores = full.scores(asked)[0]
        del os.environ["LABKIT_SIMD"]
        return scores

    return {
        "labkit float32": lambda: full.scores(asked)[0],
        "labkit int8": lambda: coarse.scores(asked)[0],
        "labkit plain kernel": plain,
    }


def top_ten(
    documents: TokenVectors, query: np.ndarray, exact: np.ndarray, threads: int
) -> dict[str, Callable[[], object]]:
    """Our search for the best ten with a screen of int8 levels, and without; the answers are checked."""
    asked = TokenVectors.of([query])
    jobs: dict[str, Callable[[], object]] = {}
    for name, dtype in ((SCREENED, "screened"), ("labkit top 10, float32", "float32")):
        index = MaxSimIndex(documents, dtype=dtype, threads=threads)
        hits = index.search(asked, 10)
        if hits.ids[0].tolist() != np.argsort(-exact, kind="stable")[:10].tolist():
            raise SystemExit(f"{name} finds other documents: {hits.ids[0]}")
        if dtype == "screened":
            left = len(index.held.possible(query, 10, threads))
            print(f"  the screen leaves {left:,} of {len(documents):,} documents for float32")
        jobs[name] = lambda index=index: index.search(asked, 10)
    return jobs


def compare(documents: TokenVectors, query: np.ndarray, threads: int, rounds: int, *, without: str) -> None:
    """One number of threads; one peer can be left out."""
    answers = {**ours(documents, query, threads), **maxsim_peers(documents, query)}
    answers.pop(without, None)
    wide = documents.vectors.astype(np.float64) @ query.T.astype(np.float64)
    exact = np.maximum.reduceat(wide, documents.offsets[:-1]).sum(axis=1)
    del wide
    best = np.argsort(-exact, kind="stable")[:10]
    for name in list(answers):
        scores = answers[name]()
        off, kept = np.abs(scores - exact).max(), len(set(np.argsort(-scores, kind="stable")[:10]) & set(best))
        approximate = "int8" in name or "numkong" in name
        if off > (np.inf if "numkong" in name else 0.01 * len(query) if "int8" in name else 1e-4):
            if "labkit" in name:
                raise SystemExit(f"{name} answers otherwise: scores are off by {off:.2g}")
            print(f"  {name} is left out: its scores are off by {off:.2g}, {kept} of its top 10 are right")
            del answers[name]
        elif approximate:
            print(f"  {name}: scores of {exact.min():.1f} … {exact.max():.1f} off by at most {off:.2g}; top 10: {kept}")
    times = blocks(answers, rounds=rounds)
    n, tokens = len(documents), len(documents.vectors)
    title = f"one query of {len(query)} x {documents.dim}, {n:,} documents of {tokens / n:.0f} tokens, T={threads}"
    targets = [target for target in TARGETS.get(threads, []) if target.against in times]
    report(title, times, "labkit float32", targets)
    search = top_ten(documents, query, exact, threads)
    found = blocks({**{name: job for name, job in answers.items() if "labkit" not in name}, **search}, rounds=rounds)
    report(f"the same, only the best ten wanted, T={threads}", found, SCREENED, targets)
    seconds, coarse = times["labkit float32"][0], times["labkit int8"][0]
    operations = 2 * tokens * len(query) * documents.dim
    print(
        f"  float32 {n / seconds:,.0f} documents/s, {operations / seconds / 1e9:.0f} GFLOP/s; "
        f"int8 {n / coarse:,.0f} documents/s, {seconds / coarse:.2f} x as fast "
        f"(target 2.40: {'met' if seconds / coarse >= 2.4 else 'MISSED'})"
    )


if __name__ == "__main__":
    main()
