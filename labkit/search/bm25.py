"""BM25: how well do a document's words fit the words of a query?

    score(query, document) = sum over the query's terms t:  idf(t) * tf / (tf + k1 * (1 - b + b * length / mean length))

`tf` is how often the term occurs in the document. The first pump counts most, the tenth adds little (`k1` says how
soon); a long document holds more words by chance alone (`b` says how much that is held against it); a rare term says
more than a frequent one (`idf`). With `n` documents, of which `df` hold the term:

| variant       | idf                                              | and                                                  |
|---------------|--------------------------------------------------|------------------------------------------------------|
| `"lucene"`    | `ln(1 + (n - df + 0.5) / (df + 0.5))`            |                                                      |
| `"robertson"` | `ln((n - df + 0.5) / (df + 0.5))`, at least 0    | a term in more than half of the documents counts 0   |
| `"bm25+"`     | `ln((n + 1) / df)`                               | `(k1 + 1) * tf / (...) + delta`: even in a very long |
|               |                                                  | document a term that occurs is worth `idf * delta`   |

Sources: Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009; Kamphuis, de Vries, Boytsov
and Lin, "Which BM25 do you mean?", ECIR 2020; Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011.
(Some programs add BM25+'s `delta` for terms that do *not* occur too, which undoes its purpose. Here it is as published.)
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labkit import settings
from labkit.checks import check_k
from labkit.search import bm25_parts as parts
from labkit.search import storage
from labkit.search.bm25_state import State
from labkit.search.hits import Hits
from labkit.search.tokenize import RULES, Tokenizer, not_one_text, terms_of

Texts = Sequence[str] | Sequence[Sequence[str]]


@dataclass(frozen=True)
class Contribution:
    """What one query term adds to a document's score.

    Attributes:
        term: as the tokenizer cut and stemmed it.
        count: how often it occurs in the document.
        documents: how many documents hold it.
        idf: its weight in this collection.
        score: what it adds.
    """

    term: str
    count: int
    documents: int
    idf: float
    score: float


class BM25Index:
    """Exact BM25 search; documents without any of the query's terms are not returned.

    Example:
        >>> index = BM25Index(["Pump HV-203 leaks", "Replace the seal of the pump", "Calibrate the sensor"])
        >>> index.search(["leaking pumps"], k=3).ids
        array([[ 0,  1, -1]])
        >>> [(c.term, round(c.score, 3)) for c in index.explain("leaking pumps", 0)]
        [('leak', 0.32), ('pump', 0.153)]
    """

    def __init__(
        self,
        documents: Texts,
        *,
        k1: float = 1.5,
        b: float = 0.75,
        variant: str = "lucene",
        delta: float = 1.0,
        stemmer: str | None = "english",
        stop_words: str | Iterable[str] | None = "english",
    ) -> None:
        """Index documents, given as texts or as lists of terms (these are taken as they are; queries may be lists too).

        Args:
            documents: one text, or one list of terms, a document.
            k1: how much repetition of a term counts, from 0 to a million.
            b: how much length counts, from 0 to 1.
            variant: "lucene", "robertson" or "bm25+".
            delta: of "bm25+" only, from 0 to a million.
            stemmer: a Snowball language, or None.
            stop_words: "english", your own list, or None.

        Raises:
            TypeError: if a document is neither a text nor a list of terms.
            ValueError: if there are no documents or a setting is out of range.
        """
        self.weighting = parts.Weighting(variant, k1, b, delta)
        self.tokenizer = Tokenizer(stemmer, stop_words)
        if len(not_one_text(documents, "documents")) == 0:
            raise ValueError("there are no documents to index; pass a list of texts")
        vocabulary: dict[str, int] = {}
        self._build(parts.postings(documents, self.tokenizer, vocabulary), vocabulary)

    def _build(self, postings: parts.Postings, vocabulary: dict[str, int]) -> None:
        idf = self.weighting.idf(postings)
        self._set(State(postings, vocabulary, idf, self.weighting.impacts(postings, idf), []))

    def _set(self, state: State) -> None:
        self.postings, self.vocabulary, self.idf, self.impacts, _ = state
        self._state = state

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.postings.lengths)

    @property
    def nbytes(self) -> int:
        """Bytes of the postings, their scores and the terms."""
        terms = sum(map(len, self.vocabulary))
        return self.postings.nbytes + self.impacts.nbytes + self.idf.nbytes + terms

    @property
    def bytes_per_item(self) -> float:
        """Bytes a document, on average."""
        return self.nbytes / len(self)

    def search(self, queries: Texts, k: int) -> Hits:
        """The `k` best documents of each query that hold at least one of its terms; equal scores by the smaller id.

        A term that is written twice counts twice. A query without any known term finds nothing.

        Args:
            queries: one text, or one list of terms, a query.
            k: hits wanted.

        Raises:
            TypeError: if `queries` is one text and not a list, or a query is neither a text nor a list of terms.
            ValueError: if `k` is below 1.
        """
        from labkit.kernels import bm25 as kernels
        from labkit.kernels import threads

        k = check_k(k)
        state = self._state  # one look: another thread may be adding documents
        cut = [
            terms_of(query, self.tokenizer, f"query {i}") for i, query in enumerate(not_one_text(queries, "queries"))
        ]
        terms, weights, offsets = state.asked(cut)
        ids = np.full((len(queries), k), -1, np.int64)
        scores = np.full((len(queries), k), -np.inf, np.float32)
        p, i = state.postings, state.impacts
        kth = i.kth(k)

        def job(part: int, start: int, stop: int) -> None:
            scratch = state.borrow()
            kernels.search_maxscore(
                p.starts, p.documents, i.impacts, i.largest, kth, i.rows, i.dense,
                terms, weights, offsets, start, stop, *scratch, scores, ids,
            )  # fmt: skip
            state.scratch.append(scratch)

        ranges = (
            threads.split(len(queries), _QUERY_WORK, settings.threads()) if len(queries) > 1 else [(0, len(queries))]
        )
        threads.run(job, ranges)
        return Hits(ids, scores)

    def explain(self, query: str | Sequence[str], document: int) -> list[Contribution]:
        """What each term of the query that occurs in the document adds to its score, largest first.

        Raises:
            TypeError: if the query is neither a text nor a list of terms.
            ValueError: if there is no document at that position.
        """
        if not 0 <= document < len(self):
            raise ValueError(f"there is no document {document}; positions go from 0 to {len(self) - 1}")
        found = []
        p = self.postings
        for term, repeats in Counter(terms_of(query, self.tokenizer, "the query")).items():
            number = self.vocabulary.get(term)
            if number is None:
                continue
            start, stop = int(p.starts[number]), int(p.starts[number + 1])
            at = start + int(np.searchsorted(p.documents[start:stop], document))
            if at < stop and p.documents[at] == document:
                score = repeats * float(self.impacts.impacts[at])
                found.append(Contribution(term, int(p.counts[at]), stop - start, float(self.idf[number]), score))
        return sorted(found, key=lambda c: (-c.score, c.term))

    def add(self, documents: Texts) -> None:
        """Append documents; their positions follow the last one. All scores change a little, as after a new build."""
        if len(not_one_text(documents, "documents")):
            vocabulary = dict(self.vocabulary)
            new = parts.postings(documents, self.tokenizer, vocabulary)
            self._build(parts.join(self.postings, new), vocabulary)

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder; an older index there is replaced in one step."""
        arrays = {**self.postings.arrays(), **self.impacts.arrays(), "idf": self.idf}
        arrays["vocabulary"] = parts.pack(list(self.vocabulary))
        words = {"stemmer": self.tokenizer.stemmer, "stop_words": sorted(self.tokenizer.stop_words), "rules": RULES}
        storage.save(folder, "BM25Index", arrays, {**self.weighting.settings(), **words})

    @classmethod
    def load(cls, folder: str | Path, *, mmap: bool = False) -> "BM25Index":
        """The index saved in a folder; with `mmap` the postings stay on disk until they are read.

        Raises:
            FileNotFoundError: if there is none.
            ValueError: if it is of another kind or damaged, or its terms were cut by older rules.
        """
        arrays, saved = storage.load(folder, "BM25Index", mmap=mmap)
        vocabulary = {term: i for i, term in enumerate(parts.unpack(arrays["vocabulary"]))}
        # The rules for ASCII have not changed.
        if saved.pop("rules", 1) != RULES and not "".join(vocabulary).isascii():
            raise ValueError(
                f"the texts in {folder} were cut into terms by older rules; build and save the index again"
            )
        index = cls.__new__(cls)
        index.tokenizer = Tokenizer(saved.pop("stemmer"), saved.pop("stop_words"))
        index.weighting = parts.Weighting(**saved)
        index._set(State(parts.Postings.of(arrays), vocabulary, arrays["idf"], parts.Impacts.of(arrays), []))
        return index


_QUERY_WORK = 1 << 16  # one query in the measure of `threads.split`: four or more are worth a second thread
