"""The compressed late-interaction index side by side with fast-plaid: build, time, recall of exact MaxSim, bytes.

    python benchmarks/plaid.py                                    # 3,000 documents of about 60 tokens
    python benchmarks/plaid.py --documents 20000                  # the full shape: fast-plaid builds for many minutes
    python benchmarks/plaid.py --tokens tokens.npz                # real tokens: vectors, offsets, queries, query_offsets
    python benchmarks/plaid.py --peer-python other/bin/python     # an environment of its own for fast-plaid

fast-plaid is compiled against one release of torch and crashes under another, so it runs in a process of its own, on the
same arrays and with the same number of threads. PyLate's PLAID index is fast-plaid.

Made-up tokens share words, topics and documents, as real ones do; queries are a document's own words, said anew. Both
indexes keep 2 bits a dimension. Recall@10 is the share of the ten best documents by exact float32 MaxSim that are found.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

K, NBITS = 10, 2
LATENCY, BUILD, BYTES = 40.0, 15.0, 42.0


def main() -> None:
    """Both indexes on the same tokens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--tokens", type=Path, help="a .npz file of real tokens instead of made-up ones")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has fast-plaid")
    parser.add_argument("--skip-peer", action="store_true", help="ours alone")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(fast_plaid(arguments.child, arguments.threads)))
        return
    import peers

    print(peers.machine())
    data = dict(np.load(arguments.tokens)) if arguments.tokens else made_up(arguments.documents)
    lengths = np.diff(data["offsets"])
    print(
        f"{len(lengths):,} documents, {lengths.sum():,} tokens of {data['vectors'].shape[1]} dimensions, "
        f"{len(data['query_offsets']) - 1} queries, {NBITS} bits, T={arguments.threads}"
    )
    rows = {f"labkit, {name}": row for name, row in ours(data, arguments.threads).items()}
    if not arguments.skip_peer:
        peer = in_its_own_process(data, arguments.threads, arguments.peer_python)
        if isinstance(peer, str):
            print(f"skipped fast-plaid: {peer}")
        else:
            rows |= {f"fast-plaid {name}": row for name, row in peer.items()}
    table(rows)


def made_up(documents: int, d: int = 128, questions: int = 100) -> dict[str, np.ndarray]:
    """Unit tokens: a word, a topic, a document and some noise; about 60 tokens a document, 32 a query."""
    rng = np.random.default_rng(0)

    def unit(rows: np.ndarray) -> np.ndarray:
        return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)

    words, topics, own = (unit(rng.standard_normal((n, d), np.float32)) for n in (3000, 400, documents))
    lengths = np.clip(rng.normal(60, 15, documents).astype(int), 8, 120)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    often = 1 / np.arange(1, 3001) ** 0.9
    word = rng.choice(3000, offsets[-1], p=often / often.sum())
    topic = rng.integers(0, 400, documents)

    def said(word: np.ndarray, document: np.ndarray) -> np.ndarray:
        noise = unit(rng.standard_normal((len(word), d), np.float32))
        return unit(words[word] + 0.7 * topics[topic[document]] + 0.35 * own[document] + 0.5 * noise)

    sources = rng.integers(0, documents, questions)
    asked = [said(rng.choice(word[offsets[i] : offsets[i + 1]], 32), np.full(32, i)) for i in sources]
    return {
        "vectors": said(word, np.repeat(np.arange(documents), lengths)),
        "offsets": offsets,
        "queries": np.concatenate(asked),
        "query_offsets": np.arange(questions + 1) * 32,
    }


def ours(data: dict[str, np.ndarray], threads: int) -> dict[str, dict[str, float]]:
    """Figures of our index with its default settings, with fewer candidates, and by centroid lists."""
    from labkit import Hits, ResidualIndex, TokenVectors
    from labkit.kernels import maxsim

    tokens = TokenVectors(data["vectors"], data["offsets"])
    queries = TokenVectors(data["queries"], data["query_offsets"])
    exact = maxsim.top(tokens.vectors, tokens.offsets, list(queries), K, threads)[1]
    data["exact"] = exact
    warm = ResidualIndex(tokens.take(range(40)), nbits=NBITS, threads=threads, progress=False)
    warm.search(queries, K, candidates=20)  # compiles
    start = time.perf_counter()
    index = ResidualIndex(tokens, nbits=NBITS, threads=threads)
    build = time.perf_counter() - start
    singles = [queries.take([i]) for i in range(len(queries))]
    found = {}
    ways: dict[str, dict[str, int]] = {"default": {}, "128 candidates": {"candidates": 128}, "nprobe 4": {"nprobe": 4}}
    for name, settings in ways.items():

        def ask(some: TokenVectors, settings: dict[str, int] = settings) -> Hits:
            return index.search(some, K, **settings)

        hits = ask(queries)
        times = timed([lambda one=one, ask=ask: ask(one) for one in singles])
        batch = timed([lambda ask=ask: ask(queries)]) / len(queries)
        found[name] = figures(build, times, batch, recall(hits.ids.tolist(), exact), index.bytes_per_token)
    for stage in index.profile(queries, K)[1]:
        print(f"  {stage.name:<16} {stage.documents:>8,} documents {stage.milliseconds:>8.3f} ms a query")
    return found


def fast_plaid(path: Path, threads: int) -> dict[str, dict[str, float]]:
    """fast-plaid's figures on the arrays of a file."""
    import torch
    from fast_plaid import search

    torch.set_num_threads(threads)
    data = np.load(path)
    vectors, queries = torch.from_numpy(data["vectors"]), torch.from_numpy(data["queries"])
    documents = list(torch.tensor_split(vectors, torch.from_numpy(data["offsets"][1:-1])))
    asked = list(torch.tensor_split(queries, torch.from_numpy(data["query_offsets"][1:-1])))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        index = search.FastPlaid(index=folder, device="cpu")
        start = time.perf_counter()
        index.create(documents_embeddings=documents, nbits=NBITS)
        build = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / len(vectors)
        for probes, full in ((8, 4096), (4, 1024)):

            def ask(some: list, probes: int = probes, full: int = full) -> list:
                return index.search(
                    queries_embeddings=some, top_k=K, n_ivf_probe=probes, n_full_scores=full, show_progress=False
                )

            ids = [[i for i, _ in hits] for hits in ask(asked)]
            times = timed([lambda one=one: ask([one]) for one in asked[:15]], turns=3)
            batch = timed([lambda: ask(asked)], turns=1) / len(asked)
            name = f"nprobe {probes}, {full} scored"
            found[name] = figures(build, times, batch, recall(ids, data["exact"]), size)
    return found


def in_its_own_process(data: dict[str, np.ndarray], threads: int, python: str) -> dict[str, dict[str, float]] | str:
    """fast-plaid's figures, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokens.npz"
        np.savez(path, **data)
        limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}
        command = [python, __file__, "--child", str(path), "--threads", str(threads)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode < 0:
        return f"it was stopped by signal {-done.returncode}; is it built for the installed torch?"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    found: dict[str, dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def timed(jobs: list, turns: int = 7) -> float:
    """The median time in seconds of the jobs, each of which gets so many turns."""
    times = []
    for _ in range(turns):
        for job in jobs:
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
    return float(np.median(times))


def recall(found: list, exact: np.ndarray) -> float:
    """The share of the exact hits that were found."""
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, exact.tolist(), strict=True)]))


def figures(build: float, one: float, batch: float, recall: float, per_token: float) -> dict[str, float]:
    """A row of the table."""
    return {"build": build, "one": one, "batch": batch, "recall": recall, "bytes": per_token}


def table(rows: dict[str, dict[str, float]]) -> None:
    """All rows, and whether the targets are met."""
    print(f"\n  {'':<36}{'build s':>9}{'one ms':>9}{'batch ms':>10}{f'recall@{K}':>11}{'bytes/token':>13}")
    for name, row in rows.items():
        times = f"{row['build']:>9.1f}{row['one'] * 1e3:>9.2f}{row['batch'] * 1e3:>10.3f}"
        print(f"  {name:<36}{times}{row['recall']:>11.3f}{row['bytes']:>13.1f}")
    mine = rows["labkit, default"]
    print(f"\n  bytes a token {mine['bytes']:.1f}, target for 128 dimensions at most {BYTES:.0f}")
    peers = {name: row for name, row in rows.items() if name.startswith("fast-plaid")}
    for name, row in peers.items():
        print(f"  build: {_verdict(mine, row, 'build', BUILD)} {name}")
        for ours, fast in rows.items():
            if ours not in peers and "nprobe" not in ours:
                print(f"  one query: {ours} {_verdict(fast, row, 'one', LATENCY)} {name}")


def _verdict(ours: dict[str, float], theirs: dict[str, float], key: str, wanted: float) -> str:
    """How many times faster, and whether that is enough; it counts only at a recall no lower."""
    ratio, fair = theirs[key] / ours[key], ours["recall"] >= theirs["recall"]
    verdict = "met" if ratio >= wanted and fair else "MISSED" if fair else "recall is lower: does not count"
    return f"{ratio:.1f}x (target {wanted:.0f}x: {verdict})"


if __name__ == "__main__":
    main()
