"""BM25, side by side with bm25s, tantivy and rank-bm25 on made-up text whose words follow Zipf's law.

    python benchmarks/bm25.py --quick        # half a minute, 20,000 documents
    python benchmarks/bm25.py                # 100,000 documents

Two collections of documents of about 60 terms: `raw` holds stop words (the most frequent word makes up a tenth of all
text), `stopped` does not. A query is six different words of one document; 100 hits are wanted. Everybody gets terms, not
texts; an index is built from what bm25s takes, a list of numbers a document. The scores are compared with those of bm25s
before anything is timed; rank-bm25 is given only five queries. tantivy keeps document lengths in one byte, so its scores
differ a little: the share of equal hits is shown.
"""

import argparse
import itertools
import os
from dataclasses import dataclass

import bm25s
import numpy as np
import peers
from bm25s.tokenization import Tokenized
from peers import Target, blocks, report

from labkit.search import bm25_parts as parts
from labkit.search.bm25 import BM25Index

K, QUERY_TERMS, VOCABULARY = 100, 6, 60_000


@dataclass(frozen=True)
class Text:
    """Documents as numbers of terms end to end, and queries."""

    terms: np.ndarray
    lengths: np.ndarray
    queries: list[list[int]]

    @property
    def documents(self) -> list[list[int]]:
        """One list of numbers a document."""
        ends = np.cumsum(self.lengths)
        return [self.terms[end - length : end].tolist() for end, length in zip(ends, self.lengths, strict=True)]


def main() -> None:
    """Run both collections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 documents")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", choices=["raw", "stopped"])
    parser.add_argument("--without", nargs="*", default=[], choices=["tantivy", "rank-bm25", "bm25s default"])
    arguments = parser.parse_args()
    print(peers.machine())
    for name, flatten, batch_target in (("raw", 2.7, 1.35), ("stopped", 150.0, 2.2)):
        if arguments.only in (None, name):
            text = zipf(20_000 if arguments.quick else arguments.documents, arguments.queries, flatten)
            run(name, text, batch_target, arguments)


def zipf(n: int, nq: int, flatten: float) -> Text:
    """Text in which the r-th word has a share of about 1 / (r + flatten)."""
    rng = np.random.default_rng(0)
    shares = 1 / (np.arange(1, VOCABULARY + 1) + flatten)
    lengths = np.clip(rng.normal(60, 20, n), 5, 200).astype(np.int32)
    terms = rng.choice(VOCABULARY, int(lengths.sum()), p=shares / shares.sum()).astype(np.int32)
    ends = np.cumsum(lengths)
    queries = []
    for d in rng.integers(0, n, nq):
        words = np.unique(terms[ends[d] - lengths[d] : ends[d]])
        queries.append(rng.choice(words, min(QUERY_TERMS, len(words)), replace=False).tolist())
    return Text(terms, lengths, queries)


def run(name: str, text: Text, batch_target: float, arguments: argparse.Namespace) -> None:
    """One collection: build, batches, one query alone."""
    n = len(text.lengths)
    documents = text.documents
    ours = BM25Index([list(map(str, document)) for document in documents], stemmer=None, stop_words=None)
    vocabulary = {str(i): i for i in range(VOCABULARY)}
    numbered = Tokenized(ids=documents, vocab=vocabulary)
    weighting = parts.Weighting("lucene", 1.5, 0.75, 1.0)

    def build(terms: np.ndarray, lengths: np.ndarray) -> None:
        postings = parts.from_numbers(terms, lengths, VOCABULARY)
        weighting.impacts(postings, weighting.idf(postings))

    def build_from_lists() -> None:
        lengths = np.array([len(document) for document in documents], np.int32)
        build(np.fromiter(itertools.chain.from_iterable(documents), np.int32, lengths.sum()), lengths)

    peer, plain = (bm25s.BM25(method="lucene", backend=backend) for backend in ("numba", "numpy"))
    jobs = {
        "labkit": build_from_lists,
        "labkit, from arrays": lambda: build(text.terms, text.lengths),
        "bm25s": lambda: peer.index(numbered, show_progress=False),
    }
    times = blocks(jobs, rounds=3)
    report(f"== {name}: {n:,} documents, index from lists of numbered terms", times, "labkit", [Target("bm25s", 12)])
    print(
        f"  labkit holds {ours.nbytes / 1e6:.1f} MB, of which {ours.impacts.dense.nbytes / 1e6:.1f} for frequent terms"
    )

    queries = [list(map(str, query)) for query in text.queries]
    asked = Tokenized(ids=text.queries, vocab=vocabulary)
    found = peer.retrieve(asked, k=K, show_progress=False, n_threads=0)
    check("bm25s", ours, queries, found.scores)
    plain.index(numbered, show_progress=False)
    others = {} if "tantivy" in arguments.without else {"tantivy": tantivy_job(documents, queries, ours)}
    if "bm25s default" not in arguments.without:
        others["bm25s default"] = lambda: plain.retrieve(asked, k=K, show_progress=False, n_threads=0)
    for threads in arguments.threads:
        with_threads = threads if threads > 1 else 0
        os.environ["LABKIT_THREADS"] = str(threads)
        jobs = {
            "labkit": lambda: ours.search(queries, K),
            "bm25s numba": lambda t=with_threads: peer.retrieve(asked, k=K, show_progress=False, n_threads=t),
        }
        times = blocks({**jobs, **(others if threads == 1 else {})}, seconds=0.3)
        targets = [Target("bm25s numba", batch_target)] if threads == 1 else []
        report(
            f"{name}, {len(queries)} queries, {threads} thread(s), per query", times, "labkit", targets, len(queries)
        )
    one_query(name, ours, peer, queries, text.queries, vocabulary)
    if "rank-bm25" not in arguments.without:
        rank_bm25(name, ours, queries, documents)


def check(name: str, ours: BM25Index, queries: list[list[str]], scores: np.ndarray) -> None:
    """Stop if the peer's best scores are not ours."""
    mine = np.maximum(ours.search(queries, K).scores, 0)
    off = float(np.abs(mine - np.asarray(scores)).max())
    if off > 1e-4:
        raise SystemExit(f"{name} answers otherwise: scores differ by {off:.2g}")
    print(f"  scores equal those of {name} within {off:.1g}")


def one_query(
    name: str, ours: BM25Index, peer: bm25s.BM25, queries: list[list[str]], numbers: list[list[int]], vocabulary: dict
) -> None:
    """Each query alone, on one thread: what a user waits for."""
    os.environ["LABKIT_THREADS"] = "1"
    singles = [Tokenized(ids=[query], vocab=vocabulary) for query in numbers[:60]]

    def ask_ours() -> None:
        for query in queries[:60]:
            ours.search([query], K)

    def ask_peer() -> None:
        for query in singles:
            peer.retrieve(query, k=K, show_progress=False)

    times = blocks({"labkit": ask_ours, "bm25s numba": ask_peer}, seconds=0.1)
    report(f"{name}, one query alone", times, "labkit", [Target("bm25s numba", 15)], 60)


def tantivy_job(documents: list[list[int]], queries: list[list[str]], ours: BM25Index) -> peers.Job:
    """A search of all queries in tantivy; prints how many of its hits are ours."""
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("body", stored=False, tokenizer_name="whitespace")
    schema.add_integer_field("id", stored=True, indexed=False, fast=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(300_000_000, 1)
    for position, document in enumerate(documents):
        writer.add_document(tantivy.Document(body=" ".join(map(str, document)), id=position))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search() -> None:
        for query in queries:
            searcher.search(index.parse_query(" ".join(query), ["body"]), K)

    hits = searcher.search(index.parse_query(" ".join(queries[0]), ["body"]), K).hits
    theirs = {searcher.doc(address)["id"][0] for _, address in hits}
    mine = set(ours.search(queries[:1], K).ids[0].tolist())
    print(f"  tantivy: {len(theirs & mine)} of its first {K} hits are ours (k1 = 1.2, lengths in one byte)")
    return search


def rank_bm25(name: str, ours: BM25Index, queries: list[list[str]], documents: list[list[int]]) -> None:
    """Five queries; rank-bm25 scores every document in Python and NumPy."""
    import rank_bm25 as package

    peer = package.BM25Okapi([list(map(str, document)) for document in documents])

    def ask_peer() -> None:
        for query in queries[:5]:
            np.argsort(-peer.get_scores(query), kind="stable")[:K]

    times = blocks({"labkit": lambda: ours.search(queries[:5], K), "rank-bm25": ask_peer}, rounds=3, seconds=0.1)
    report(f"{name}, five queries, per query", times, "labkit", [], 5)


if __name__ == "__main__":
    main()
