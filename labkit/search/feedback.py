"""Pseudo-relevance feedback: believe the first few hits, and ask again with the words that they share.

    query "squealing noise"  ->  first ten hits  ->  their typical words: bearing, coupling, grease
                             ->  query "squealing noise" + a little "bearing coupling grease"

A second chance for a document that says the same in other words; and a drift into nonsense where the first hits were wrong.
The new query is a mixture of the old one and of the words of the hits (RM3):

    weight(t) = (1 - share) * count(t in query) / |query|  +  share * sum over hits d: P(d) * count(t in d) / |d|

with `P(d)` the score of hit d over the sum of the hits' scores, and only the `terms` largest words of the sum kept.
Sources: Lavrenko and Croft, "Relevance-based language models", SIGIR 2001; Abdul-Jaleel and others, "UMass at TREC 2004".
(The original scores hits by query likelihood; here the first search is BM25.)
"""

from collections import Counter
from collections.abc import Sequence

from labkit.checks import check_k
from labkit.models.texts import check_texts
from labkit.search.bm25 import BM25Index
from labkit.search.hits import Hits

# BM25Index counts how often a term is in the query; a weight becomes that many of 200 repeats.
_REPEATS = 200


class RelevanceFeedback:
    """BM25 that asks twice.

    Example:
        >>> texts = ["the pump squeals: grease the bearing", "grease for a bearing", "salt tank level"]
        >>> index = BM25Index(texts)
        >>> index.search(["squealing"], k=3).ids, RelevanceFeedback(index, texts, hits=1).search(["squealing"], k=3).ids
        (array([[ 0, -1, -1]]), array([[ 0,  1, -1]]))
    """

    def __init__(
        self, index: BM25Index, documents: Sequence[str], *, hits: int = 10, terms: int = 20, share: float = 0.5
    ) -> None:
        """Wrap an index.

        Args:
            index: the word search.
            documents: the texts that it indexed, by position.
            hits: how many first hits are believed.
            terms: how many words are taken from them.
            share: how much of the new query comes from them, from 0 to 1.

        Raises:
            ValueError: if the documents are not as many as the index holds, or a setting is out of range.
        """
        if len(documents) != len(index):
            raise ValueError(f"the index holds {len(index)} documents, but {len(documents)} texts were passed")
        if not 0 <= share <= 1:
            raise ValueError(f"share should be from 0 to 1, but is {share}")
        self.index, self.share = index, float(share)
        self.hits, self.terms = check_k(hits), check_k(terms)
        self._counts = [Counter(index.tokenizer(text)) for text in check_texts(documents)]

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.index)

    def expand(self, query: str) -> dict[str, float]:
        """The terms of the new query with their weights, largest first; empty if the first search finds nothing.

        Example:
            >>> texts = ["pump squeals, grease bearing", "salt tank"]
            >>> RelevanceFeedback(BM25Index(texts), texts, terms=2).expand("squealing")
            {'squeal': 0.75, 'bear': 0.25}
        """
        return self._expand(query, next(iter(self.index.search([query], self.hits))))

    def _expand(self, query: str, found: list[tuple[int, float]]) -> dict[str, float]:
        total = sum(score for _, score in found)
        if not found or total <= 0:
            return {}
        words: Counter[str] = Counter()
        for document, score in found:
            counts = self._counts[document]
            length = counts.total()
            for term, count in counts.items():
                words[term] += score / total * count / length  # type: ignore[assignment]
        asked = Counter(self.index.tokenizer(query))
        # Of equally heavy words the query's own come first, then the alphabet decides.
        kept = sorted(words.items(), key=lambda pair: (-round(pair[1], 12), pair[0] not in asked, pair[0]))[
            : self.terms
        ]
        mass = sum(weight for _, weight in kept)
        weights = {term: (1 - self.share) * count / asked.total() for term, count in asked.items()}
        for term, weight in kept:
            weights[term] = weights.get(term, 0.0) + self.share * weight / mass
        return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])))

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query, after asking twice; scores are those of the second search.

        Raises:
            TypeError: if `queries` is not a list of texts.
            ValueError: if `k` is below 1.
        """
        k, listed = check_k(k), check_texts(queries)
        first = self.index.search(listed, self.hits)
        asked = []
        for query, found in zip(listed, first, strict=True):
            weights = self._expand(query, found)
            asked.append([term for term, weight in weights.items() for _ in range(round(_REPEATS * weight))])
        return self.index.search(asked, k)
