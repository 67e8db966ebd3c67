"""What an encoder does with a word: the pieces it is cut into, and the words that land beside it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from labkit.checks import Vectors
from labkit.data.collection import Collection
from labkit.lab.exhibit import live
from labkit.lab.list_and_field import choose_or_type
from labkit.measure.table import Table
from labkit.models.cache import Encoder
from labkit.models.texts import load_tokenizer
from labkit.models.weights import verify

_WORD = re.compile(r"\w+(?:[-./:]\w+)*")
_UNKNOWN = "[UNK]", "<unk>"  # what a tokenizer reads for a character that it does not know


def pieces(text: str, model: str = "all-MiniLM-L6-v2") -> list[str]:
    """The word pieces that a model reads for a text, without its frame; `##` marks a piece that goes on.

    Example:
        >>> pieces("DeepSeek-V3")
        ['deep', '##see', '##k', '-', 'v', '##3']
    """
    tokenizer = load_tokenizer(verify(model) / "tokenizer.json", None)
    return list(tokenizer.encode(text, add_special_tokens=False).tokens)


def word_pieces(words: Sequence[str], model: str = "all-MiniLM-L6-v2") -> Table:
    """A table of words and the pieces that the model reads instead."""
    rows = []
    for word in words:
        cut = pieces(word, model)
        whole = len(cut) == 1 and cut[0] not in _UNKNOWN
        rows.append((word, "  ".join(cut), str(len(cut)), "yes" if whole else "no"))
    return Table(("word", "pieces", "number", "known as a whole"), tuple(rows))


def words_of(collection: Collection, *, documents: int = 3) -> list[str]:
    """The words of a collection that stand in at least so many documents, and all its words with a digit, lower-case.

    Example:
        >>> words_of(Collection("c", ["1", "2"], ["", ""], ["The pump P-1", "a pump"]), documents=2)
        ['p-1', 'pump']
    """
    counts = Counter(word for text in collection.documents for word in {w.lower() for w in _WORD.findall(text)})
    is_code = re.compile(r"(?=.*\d)(?=.*[^\W\d])")
    return sorted(word for word, n in counts.items() if (n >= documents and len(word) > 1) or is_code.match(word))


def nearest_words(word: str, words: Sequence[str], vectors: Vectors, encoder: Encoder, *, k: int = 8) -> Table:
    """The `k` words whose vectors are nearest to that of `word`, which is itself left out.

    Args:
        word: any text.
        words: candidates.
        vectors: `(n, d)` their vectors, from the same encoder.
        encoder: encodes `word`.
        k: words wanted.
    """
    cosines = vectors @ encoder.encode_queries([word])[0]
    others = [i for i in np.argsort(-cosines, kind="stable") if words[i] != word.lower()][:k]
    rows = tuple((words[i], f"{cosines[i]:.2f}", "  ".join(pieces(words[i]))) for i in others)
    return Table((f"nearest to “{word}”", "cosine", "pieces"), rows, f"{word} is read as: {'  '.join(pieces(word))}")


def word_explorer(encoder: Encoder, words: Sequence[str], vectors: Vectors, choices: Sequence[str]) -> Any:  # noqa: ANN401
    """Choose a word, or type one, and see its pieces and its neighbours.

    Args:
        encoder: MiniLM, whose pieces are shown.
        words: candidates for neighbours.
        vectors: `(n, d)` their vectors.
        choices: words offered in the list.
    """
    import ipywidgets as widgets

    typed = widgets.Text(
        placeholder="or type a word and press Enter",
        description="Your word",
        continuous_update=False,
        tooltip="Any word; it takes the place of the choice in the list",
        style={"description_width": "initial"},
        layout=widgets.Layout(width="340px", max_width="95%"),
    )
    chosen = choose_or_type("Word", [(word, word) for word in choices], "A word of the collection", typed)
    return live(
        lambda word, own: nearest_words(own.strip() or word, words, vectors, encoder), {"word": chosen, "own": typed}
    )
