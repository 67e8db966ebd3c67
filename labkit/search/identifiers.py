"""Codes in a query, and what a search may do about them.

An encoder blurs `E-1042` into "some alarm"; a person who types a code wants exactly that code. Two remedies that need no
training: trust the word search more when a query holds a code, or look the code up in a list.

    "E-1042 which skid"      -> ["e-1042"]
    "wait 24-hour, 50mm, 10.3 bar" -> []        quantities are not codes
"""

import re
from collections.abc import Callable, Sequence

from labkit.checks import check_k
from labkit.models.texts import check_texts
from labkit.search.hits import Hits
from labkit.search.retriever import Searcher
from labkit.search.runs import runs, without_marks

# They end a code: "A100™", "E-1042²" with a footnote, "25m²". Normalised they would be letters and digits of it.
_END = re.compile("[⁰¹²³⁴-⁹™℠]")
# "10.3", "24-hour", "50mm", "1/2", "0.8mm", "16:30": a number, perhaps with a unit or a word behind it.
_QUANTITY = re.compile(r"\d+(?:[./:,]\d+)*(?:-?[^\W\d_]+)*")


def identifiers(text: str) -> list[str]:
    """The codes in a text, lower-case, in order and each once: runs that mix digits with letters or hyphens.

    Raises:
        TypeError: if `text` is not a text.

    Example:
        >>> identifiers("E-1042: swap seal 61-1001-02 of HV-203A at 10.3 bar, then ask DeepSeek-V3")
        ['e-1042', '61-1001-02', 'hv-203a', 'deepseek-v3']
        >>> identifiers("a 24-hour test at 50mm")
        []
    """
    ended = _END.sub(" ", text) if isinstance(text, str) else text
    found = dict.fromkeys(run for run in runs(ended) if any(sign.isdigit() for sign in run))
    return [run for run in found if not _QUANTITY.fullmatch(without_marks(run))]


def weights_by_identifier(
    with_identifier: Sequence[float], without: Sequence[float] = (1.0, 1.0)
) -> Callable[[str], Sequence[float]]:
    """A function from a query's text to fusion weights, for `Fusion(weights=...)`.

    Example:
        >>> weights = weights_by_identifier((3, 1))
        >>> weights("E-1042 what now"), weights("the pump squeals")
        ((3, 1), (1.0, 1.0))
    """
    if len(with_identifier) != len(without):
        raise ValueError(f"both should have one weight a list, but have {len(with_identifier)} and {len(without)}")
    return lambda query: with_identifier if identifiers(query) else without


class IdentifierFirst:
    """A searcher that moves the documents which hold the query's codes to the front.

    Documents that hold more of the query's codes come first; among equals the order is that of the other searcher, and
    documents which it did not find follow. A query without a code is left as it is.

    Example:
        >>> from labkit.search.bm25 import BM25Index
        >>> texts = ["pump P-2 leaks", "pump P-1", "the leaking pump"]
        >>> IdentifierFirst(BM25Index(texts), texts).search(["leaking pump P-1"], k=3).ids
        array([[1, 0, 2]])
    """

    def __init__(self, searcher: Searcher, documents: Sequence[str], *, depth: int = 100) -> None:
        """List which documents hold which code.

        Args:
            searcher: what is asked first.
            documents: the texts that it indexed, by position.
            depth: hits asked of it.
        """
        self.searcher, self.depth = searcher, check_k(depth)
        self.holders: dict[str, list[int]] = {}
        for position, text in enumerate(check_texts(documents)):
            for code in identifiers(text):
                self.holders.setdefault(code, []).append(position)

    def search(self, queries: Sequence[str], k: int) -> Hits:
        """The `k` best documents of each query; scores are those of the other searcher, raised for each code held.

        Raises:
            TypeError: if `queries` is not a list of texts.
            ValueError: if `k` is below 1.
        """
        k, listed = check_k(k), check_texts(queries)
        found = self.searcher.search(listed, max(k, self.depth))
        return Hits.from_lists([self._moved(query, hits) for query, hits in zip(listed, found, strict=True)], k)

    def _moved(self, query: str, hits: list[tuple[int, float]]) -> list[tuple[int, float]]:
        held: dict[int, int] = {}
        for code in identifiers(query):
            for position in self.holders.get(code, []):
                held[position] = held.get(position, 0) + 1
        if not held:
            return hits
        scores = dict(hits)
        lowest, highest = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
        # What was not found comes below what was, and one step is more than any two of these scores differ by, so that
        # codes decide before scores do. All gaps are wide enough for float32.
        gap = (highest - lowest) or 1.0
        step = 3 * gap
        known = {position: scores.get(position, lowest - gap) for position in {*scores, *held}}
        return [(position, score + step * held.get(position, 0)) for position, score in known.items()]
