"""Exact int8 search, side by side with torch, faiss and usearch.

    python benchmarks/int8.py --quick                      # half a minute, small collections
    python benchmarks/int8.py --shape 1000000x384          # one shape in full

All are given the same int8 codes and queries; ids are compared before anything is timed. The limit of one query is
adding up the codes once, measured in the same run.
"""

import argparse
import os
from collections.abc import Callable

import numpy as np
import peers
from peers import Target, blocks, report

K, BATCH = 100, 64
SHAPES = ["1000000x384", "300000x1024"]
QUICK = ["100000x384", "50000x1024"]
SLOW = 1e10  # products: beyond that the slow contender is left out of batches


def main() -> None:
    """Run the shapes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small collections")
    parser.add_argument("--shape", action="append", metavar="NxD", help="documents x dimensions")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    print(peers.machine())
    for shape in arguments.shape or (QUICK if arguments.quick else SHAPES):
        n, d = (int(part) for part in shape.split("x"))
        rng = np.random.default_rng(0)
        codes = np.empty((n, d), np.int8)
        for start in range(0, n, 50_000):
            part = codes[start : start + 50_000]
            part[:] = np.clip(np.rint(25 * rng.standard_normal(part.shape, dtype=np.float32)), -127, 127)
        near = codes[rng.integers(0, n, BATCH)] + rng.integers(-8, 9, (BATCH, d))
        queries = np.clip(near, -127, 127).astype(np.int8)
        for threads in arguments.threads:
            peers.set_threads(threads)
            compare(codes, queries[:1], threads, arguments.rounds)
            compare(codes, queries, threads, arguments.rounds)


def contenders(codes: np.ndarray, queries: np.ndarray, threads: int) -> dict[str, Callable[[], np.ndarray]]:
    """By name: a function that gives the ids `(nq, K)`."""
    import faiss
    import torch
    from usearch.index import MetricKind
    from usearch.index import search as usearch_search

    from labkit.kernels.coded import best_products

    index = faiss.IndexScalarQuantizer(
        codes.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )
    for start in range(0, len(codes), 50_000):
        index.add(codes[start : start + 50_000].astype(np.float32))
    floats = queries.astype(np.float32)
    held, asked = torch.from_numpy(codes), torch.from_numpy(np.pad(queries, ((0, max(0, 32 - len(queries))), (0, 0))))

    def plain() -> np.ndarray:
        os.environ["LABKIT_SIMD"] = "0"
        ids = best_products(codes, queries, K, threads)[1]
        del os.environ["LABKIT_SIMD"]
        return ids

    def torch_answer() -> np.ndarray:
        return torch.topk(torch._int_mm(asked, held.T)[: len(queries)], K, dim=1).indices.numpy()

    def usearch_answer() -> np.ndarray:
        found = usearch_search(codes, queries, K, MetricKind.IP, exact=True, threads=threads)
        return np.atleast_2d(found.keys).astype(np.int64)

    answers: dict[str, Callable[[], np.ndarray]] = {
        "labkit int8": lambda: best_products(codes, queries, K, threads)[1],
        "labkit plain kernel": plain,
        "faiss SQ8 direct-signed": lambda: index.search(floats, K)[1],
        "usearch exact": usearch_answer,
    }
    return answers | ({"torch _int_mm + topk": torch_answer} if len(queries) > 1 else {})


def compare(codes: np.ndarray, queries: np.ndarray, threads: int, rounds: int) -> None:
    """One shape, one number of queries."""
    answers = contenders(codes, queries, threads)
    if codes.size * len(queries) > SLOW:
        del answers["usearch exact"]
    exact = queries.astype(np.int64)
    expected = answers["labkit int8"]()
    totals = np.array([codes[ids].astype(np.int64) @ query for ids, query in zip(expected, exact, strict=True)])
    for name, answer in answers.items():
        ids = answer()
        theirs = np.array([codes[row].astype(np.int64) @ query for row, query in zip(ids, exact, strict=True)])
        if name.startswith("usearch"):  # its int8 products are rounded: the share of equal hits is shown
            equal = np.mean([len(set(a) & set(b)) / K for a, b in zip(ids.tolist(), expected.tolist(), strict=True)])
            print(f"  {name}: {equal:.1%} of its hits are ours")
        elif not np.array_equal(np.sort(theirs, axis=1)[:, ::-1], totals):
            raise SystemExit(f"{name} answers otherwise: {theirs[0, :5]} and not {totals[0, :5]}")
    nq, (n, d) = len(queries), codes.shape
    if nq == 1:
        limit = "(limit: sum of the codes)"
        jobs = {**answers, limit: peers.stream_sum(codes.reshape(-1).view(np.float32), threads)}
        targets = [Target("faiss SQ8 direct-signed", 1.0)]
    else:
        jobs, targets = dict(answers), [Target("torch _int_mm + topk", 2.5)]
    times = blocks(jobs, rounds=rounds)
    title = f"{nq} quer{'y' if nq == 1 else 'ies'}, {n:,} x {d} int8, top {K}, T={threads}, time a query"
    report(title, times, "labkit int8", targets, per=nq)
    seconds = times["labkit int8"][0]
    print(f"  {codes.nbytes * nq / seconds / 1e9:.1f} GB/s of codes, {2 * codes.size * nq / seconds / 1e9:.0f} Gop/s")


if __name__ == "__main__":
    main()
