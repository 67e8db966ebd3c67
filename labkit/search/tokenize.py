"""Text to terms, for searches that compare words.

    >>> Tokenizer()("The pumps HV-203A and two-stage pumps: replace seal 10.3!")
    ['pump', 'hv-203a', 'hv', '203a', 'two', 'stage', 'pump', 'replac', 'seal', '10.3', '10', '3']

Four steps: lower-case; cut into runs of letters and digits; cut each run at its hyphens, dots, slashes, colons and
underscores; drop the stop words and stem what is left. A run that looks like a code or a name from a program (it has a
digit, a dot, a colon or an underscore) is kept *whole and in parts*: whole, because `HV-203A` should find exactly that
valve; in parts, because somebody will type `hv 203a`. Chinese, Japanese and Thai write no spaces: each character is a
term. `labkit.search.runs` does the first two steps.

Source of the stemmer: M. F. Porter, "Snowball: a language for stemming algorithms", 2001.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Sized
from contextlib import suppress
from typing import TypeVar

from labkit.search.runs import pieces, runs, without_marks

# Raised when a text that is not ASCII may give other terms than before: an index saved under older rules is refused.
RULES = 2

# Words that carry grammar and no subject. "s", "t" and the like are what remains of "pump's" and "don't".
STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here him his how i if in into is it its itself me more
    most my no nor not of off on once only or other our out over own same she should so some such than that the their
    them then there these they this those through to too under until up very was we were what when where which while
    who whom why will with would you your d ll m re s t ve""".split()
)

_PART = re.compile(r"[^-./:_]+")
_CODE = re.compile(r"[\d._:]")
_MOST_REMEMBERED = 1_000_000

Many = TypeVar("Many", bound=Sized)


class Tokenizer:
    """Cuts texts into terms; the same settings must be used for documents and queries.

    Attributes:
        stemmer: a Snowball language such as "english", or None for no stemming.
        stop_words: the words that are dropped.
    """

    def __init__(self, stemmer: str | None = "english", stop_words: str | Iterable[str] | None = "english") -> None:
        """Set the language of the stemmer and the stop words ("english", your own words, or None for none).

        Raises:
            ValueError: if there is no such stemmer or no such list of stop words.
        """
        self.stemmer, self.stop_words = stemmer, _stop_words(stop_words)
        self._stem = _load_stemmer(stemmer)
        # The same few thousand runs make up nearly all of a collection: each is cut and stemmed once.
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> list[str]:
        """The terms of a text, in its order.

        Raises:
            TypeError: if `text` is not a text.

        Example:
            >>> Tokenizer(stemmer=None)("np.argsort() of the 3D-array")
            ['np.argsort', 'np', 'argsort', '3d-array', '3d', 'array']
        """
        known = self._known
        terms: list[str] = []
        for run in runs(text):
            cut = known.get(run)
            if cut is None:
                cut = tuple(self._cut(run))
                if len(known) < _MOST_REMEMBERED:
                    known[run] = cut
            terms += cut
        return terms

    def _cut(self, run: str) -> list[str]:
        if run.isascii():
            return self._cut_piece(run)
        return [term for piece in pieces(run) for term in self._cut_piece(piece)]

    def _cut_piece(self, run: str) -> list[str]:
        parts = _PART.findall(run)
        kept = [self._stemmed(part) for part in parts if part not in self.stop_words]
        is_code = len(parts) > 1 and _CODE.search(run) is not None
        return [run, *kept] if is_code else kept

    def _stemmed(self, part: str) -> str:
        # A stemmer knows words: from "203s" it would take the s.
        is_word = self._stem is not None and without_marks(part).isalpha()
        return str(self._stem.stemWord(part)) if is_word else part


def _stop_words(wanted: str | Iterable[str] | None) -> frozenset[str]:
    if wanted is None:
        return frozenset()
    if isinstance(wanted, str):
        if wanted != "english":
            raise ValueError(f"there is no stop word list {wanted!r}; use 'english', a list of words, or None")
        return STOP_WORDS
    return frozenset(word.lower() for word in wanted)


def _load_stemmer(language: str | None):  # type: ignore[no-untyped-def]  # noqa: ANN202
    if language is None:
        return None
    import Stemmer

    if language not in Stemmer.algorithms():
        raise ValueError(f"there is no stemmer {language!r}; use None or one of {', '.join(Stemmer.algorithms())}")
    return Stemmer.Stemmer(language)


def not_one_text(texts: Many, name: str) -> Many:
    """The input; a single text, which Python would take for a list of letters, is refused, and so is a mapping.

    Raises:
        TypeError: if it is one text, bytes, or a mapping.
    """
    if isinstance(texts, str):
        raise TypeError(f"{name} should be a list of texts, but is one text: pass [{texts[:40]!r}]")
    if isinstance(texts, bytes | Mapping):
        raise TypeError(f"{name} should be a list of texts, but is {type(texts).__name__}")
    return texts


def terms_of(text: str | Sequence[str], tokenizer: Tokenizer, name: str) -> list[str]:
    """The terms of a text; a list of terms is taken as it is.

    Raises:
        TypeError: if it is neither. Bytes and mappings are refused: Python would find numbers and keys in them.
    """
    if isinstance(text, str):
        return tokenizer(text)
    if not isinstance(text, bytes | Mapping):
        with suppress(TypeError):
            terms = list(text)
            "".join(terms)  # fails for what is no str, in a third of the time of a look at each
            return terms
    raise TypeError(f"{name} should be a text or a list of terms, but is {text!r:.80}")
