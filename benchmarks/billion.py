"""Is the extrapolation right? The chain measured at 100,000 to 1,000,000 vectors predicts 10,000,000, which is then measured.

    python benchmarks/billion.py                                # predicts only; 1.5 GB of disk
    python benchmarks/billion.py --documents 10000000           # and measures: 15.4 GB of disk, some minutes
    python benchmarks/billion.py --check-simulation             # simulated against 17,000 real documents, most of them unseen

Vectors are simulated from this project's own collections (labkit.data.simulate); times are those of one core with empty
caches and the file in memory. Prediction and measurement take turns in one run.
"""

import argparse
from pathlib import Path

import numpy as np
import peers

import labkit as lk
from labkit.data.pydocs import training_pairs
from labkit.data.simulate import Simulator
from labkit.data.simulated_file import simulated_folder, simulated_vectors
from labkit.lab.billion import DEPTH
from labkit.measure.growth import exact_by_size, shortlist_recall, time_stages, warm
from labkit.measure.scaling import Line, Predicted, RecallTrend, SlowGrowth
from labkit.search.chain import first_rows, prefix_codes

SIZES = (100_000, 250_000, 500_000, 1_000_000)
DIMS, K = 128, 10
TOLERANCE = 0.15  # how far off a prediction may be


def main() -> None:
    """Prediction, then measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=SIZES[-1], help="more than 1,000,000 to measure there too")
    parser.add_argument("--folder", type=Path, default=None, help="where the simulated file lies")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--check-simulation", action="store_true")
    arguments = parser.parse_args()
    peers.import_faiss()
    print(peers.machine())
    documents, queries = real()
    if arguments.check_simulation:
        check_simulation(documents, queries)
        return
    simulator = Simulator.fit(documents)
    n = max(SIZES[-1], arguments.documents)
    vectors, file = simulated_vectors(simulator, n, arguments.folder)
    print(
        f"{file.name}: {n:,} x {simulator.dim}, {vectors.nbytes / 1e9:.1f} GB; simulated from {len(documents):,} documents"
    )
    warm(vectors)
    codes = prefix_codes(vectors, DIMS, threads=1)
    sizes = [*SIZES, n] if n > SIZES[-1] else [*SIZES]
    times, nbytes = stage_times(codes, vectors, queries, sizes, arguments.rounds)
    asked = queries[: arguments.queries]
    exact = exact_by_size(vectors, asked, K, sizes)
    recalls = {m: shortlist_recall(first_rows(codes, m).search(asked, DEPTH), exact[m], [DEPTH])[0] for m in sizes}
    report(times, nbytes, recalls, n)


def real() -> tuple[np.ndarray, np.ndarray]:
    """Document and query vectors of both collections, the most important numbers first."""
    encoder, adapter = lk.load_encoder(), lk.load_adapter()
    collections = [lk.Collection.load(name) for name in ("pydocs", "plant")]
    documents = np.vstack([encoder.encode_documents(c.documents) for c in collections])
    queries = np.vstack([encoder.encode_queries(c.queries) for c in collections])
    order = np.random.default_rng(0).permutation(len(queries))
    return adapter(documents), adapter(queries)[order]


def stage_times(
    codes: lk.BinaryIndex, vectors: np.ndarray, queries: np.ndarray, sizes: list[int], rounds: int
) -> tuple[dict[int, np.ndarray], dict[int, float]]:
    """Medians of first pass and re-ranking, `(rounds, 2)` milliseconds, and bytes read, at each size; sizes take turns."""
    nbytes: dict[int, float] = {}
    taken: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for turn in range(rounds + 1):
        asked = queries[24 * turn : 24 * turn + 24]
        for size in sizes:
            stages = time_stages(first_rows(codes, size), vectors[:size], asked, DEPTH, K)
            nbytes[size] = sum(stage.nbytes for stage in stages)
            if turn:  # in the first turn pages are mapped and kernels loaded
                taken[size].append([stage.median for stage in stages])
    return {size: np.array(rows) for size, rows in taken.items()}, nbytes


def report(times: dict[int, np.ndarray], nbytes: dict[int, float], recalls: dict[int, np.ndarray], n: int) -> None:
    """What was measured, what it predicts, and how far off that is."""
    print(f"\n{'documents':>12}{'first pass ms':>15}{'re-rank ms':>12}{'recall@10':>11}{'MB read':>9}")
    for size, rows in times.items():
        first, second = np.median(rows, axis=0)
        print(f"{size:>12,}{first:>15.3f}{second:>12.3f}{recalls[size].mean():>11.3f}{nbytes[size] / 1e6:>9.1f}")
    x = np.repeat(SIZES, len(times[SIZES[0]])).astype(float)
    scan = Line.fit(x, np.concatenate([times[size][:, 0] for size in SIZES]), relative=True)
    rerank = SlowGrowth.fit(x, np.concatenate([times[size][:, 1] for size in SIZES]))
    trend = RecallTrend.fit(SIZES, [recalls[size] for size in SIZES])
    for target in sorted({n, 10_000_000, 1_000_000_000} - {SIZES[-1]}):
        found = times.get(target)
        both = [scan.predict(target), rerank.predict(target)]
        print(f"\n{target:,} documents, predicted from {SIZES[0]:,} to {SIZES[-1]:,} (95 %)")
        for i, (name, predicted) in enumerate(zip(("first pass, ms", "re-rank, ms"), both, strict=True)):
            line(name, predicted, None if found is None else float(np.median(found[:, i])))
        total = Predicted(*(sum(values) for values in zip(*both, strict=True)))
        line("both, ms", total, None if found is None else float(np.median(found.sum(axis=1))))
        read = Line.fit(SIZES, [nbytes[size] / 1e6 for size in SIZES]).predict(target)
        line("bytes read, MB", read, nbytes[target] / 1e6 if target in nbytes else None)
        line("recall@10", trend.predict(target), None if found is None else float(recalls[target].mean()))


def line(name: str, predicted: Predicted, measured: float | None) -> None:
    """One prediction, with the measurement beside it if there is one."""
    text = f"  {name:<16}{predicted.value:>10.3f} ({predicted.low:.3f} to {predicted.high:.3f})"
    if measured is not None:
        off = predicted.value / measured - 1
        within = "inside" if predicted.low <= measured <= predicted.high else "OUTSIDE"
        verdict = "met" if abs(off) <= TOLERANCE else "MISSED"
        text += f"  measured {measured:.3f}, {within}; off by {off:+.1%}, target {TOLERANCE:.0%}: {verdict}"
    print(text)


def check_simulation(documents: np.ndarray, queries: np.ndarray) -> None:
    """Simulated from the searched collections against those and 11,000 documents that the simulator never saw."""
    adapter = lk.load_adapter()
    unseen = adapter(lk.load_encoder().encode_documents(training_pairs()[1]))
    everything = np.concatenate([documents, unseen])
    n = len(everything)
    simulated = np.concatenate(list(Simulator.fit(documents).blocks(n)))
    candidates = (10, 50, 100, 200, 500, 1000, 2000)
    print(f"\n{n:,} documents, {len(queries):,} queries; recall of the exact ten among the first c of {DIMS} bits")
    print(f"  {'':<28}" + "".join(f"{c:>8,}" for c in candidates) + "   cosine of the tenth")
    for name, vectors in (("real, two thirds unseen", everything), ("simulated from one third", simulated)):
        exact = exact_by_size(vectors, queries, K, [n])[n]
        found = prefix_codes(vectors, DIMS).search(queries, candidates[-1])
        shares = shortlist_recall(found, exact, candidates).mean(axis=1)
        print(f"  {name:<28}" + "".join(f"{s:>8.3f}" for s in shares) + f"{exact.scores[:, -1].mean():>12.3f}")


if __name__ == "__main__":
    print(f"simulated files lie in {simulated_folder()} unless --folder says otherwise")
    main()
