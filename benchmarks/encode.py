"""How fast the default encoder is, side by side with sentence-transformers' own `encode` on the same weights.

    python benchmarks/encode.py [--repeats 7] [--texts 1000]

Claim: at least 2.8 times sentence-transformers' default on a CPU with full-width bfloat16, at a cosine of at least .9998
to its vectors; nowhere slower. Where the CPU has AVX2 only, the products are in 16-bit whole numbers. Repeats are
interleaved and medians are shown, because other work on the machine comes and goes. `whole CPU` is the ratio of processor
time, which such work disturbs less than the clock on the wall.
"""

import argparse
import inspect
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np

from labkit import settings
from labkit.models.catalogue import find
from labkit.models.dense import DenseEncoder, fast_dtype, torch_threads
from labkit.models.weights import verify

WORDS = (
    "river bank money search vector index embedding query document retrieval language model token neural network the of "
    "and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you "
    "were all her she there would their we him been has when who will no more if out so up said what its about than "
    "into them can only other new some could time these two may then do first any my now such like our over man me even"
).split()
MODULES = "argparse asyncio collections datetime decimal email json logging numpy os pathlib re statistics unittest"


def short_sentences(n: int) -> list[str]:
    """Sentences of about 22 tokens."""
    draw = random.Random(0)
    return [" ".join(draw.choices(WORDS, k=max(4, round(draw.gauss(20, 6))))) for _ in range(n)]


def docstrings(n: int) -> list[str]:
    """Docstrings of the standard library and NumPy, from 8 words to the encoder's 256 tokens."""
    found = {text for name in MODULES.split() for text in _docstrings_of(__import__(name)) if len(text.split()) >= 8}
    texts = sorted(found)
    random.Random(0).shuffle(texts)
    return texts[:n]


def _docstrings_of(module: ModuleType) -> Iterator[str]:
    for value in vars(module).values():
        if callable(value):
            yield inspect.getdoc(value) or ""


def main() -> None:
    """Print one table a text mix."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--texts", type=int, default=1000, help="short sentences; of docstrings an eighth as many")
    wanted = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    card = find("all-MiniLM-L6-v2")
    peer = SentenceTransformer(str(verify(card)), device="cpu")
    ours = {dtype: DenseEncoder(card, dtype=dtype) for dtype in sorted({"float32", fast_dtype()})}
    print(f"{platform.machine()}, {settings.threads()} threads, fast dtype here: {fast_dtype()}")
    n_docs = max(8, wanted.texts // 8)
    short, docs = short_sentences(wanted.texts), docstrings(n_docs)
    for mix, texts in (
        ("short sentences", short),
        ("docstrings", docs),
        ("both mixed", short[: 4 * n_docs] + docs),
        ("one query at a time", short[:50]),
    ):
        alone = mix == "one query at a time"
        runs: dict[str, Callable[[], np.ndarray]] = {"sentence-transformers": _each(peer.encode, texts, alone)}
        for dtype, encoder in ours.items():
            runs[f"labkit {dtype}"] = _each(encoder.encode_documents, texts, alone)
        tokens = statistics.mean(len(ids) for ids in ours["float32"].tokenize(texts))
        print(f"\n{mix}: {len(texts)} texts of {tokens:.0f} tokens on average")
        _compare(runs, len(texts), wanted.repeats)


def _each(encode: Callable[[list[str]], np.ndarray], texts: list[str], alone: bool) -> Callable[[], np.ndarray]:
    return (lambda: np.concatenate([encode([text]) for text in texts])) if alone else (lambda: encode(texts))


def _compare(runs: dict[str, Callable[[], np.ndarray]], n: int, repeats: int) -> None:
    with torch_threads():
        wall: dict[str, list[float]] = {name: [] for name in runs}
        cpu: dict[str, list[float]] = {name: [] for name in runs}
        vectors = {name: run() for name, run in runs.items()}  # warm-up
        for _ in range(repeats):
            for name, run in runs.items():
                started = time.perf_counter(), time.process_time()
                run()
                wall[name].append(time.perf_counter() - started[0])
                cpu[name].append(time.process_time() - started[1])
    reference = next(iter(runs))
    print(f"  {'':24}{'texts/s':>9}{'times faster':>14}{'whole CPU':>11}{'least cosine':>14}")
    for name in runs:
        seconds, busy = statistics.median(wall[name]), statistics.median(cpu[name])
        cosine = float((vectors[name] * vectors[reference]).sum(axis=1).min())
        print(
            f"  {name:24}{n / seconds:9.0f}{statistics.median(wall[reference]) / seconds:14.2f}"
            f"{statistics.median(cpu[reference]) / busy:11.2f}{cosine:14.5f}"
        )


if __name__ == "__main__":
    main()
