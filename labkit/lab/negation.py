"""Does an encoder read the word "not"? Minimal pairs, and questions with the word taken out."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.lab.exhibit import Exhibit
from labkit.lab.style import PALETTE, new_figure
from labkit.models.cache import Encoder

_NEGATION = re.compile(r"\b(?:not|never|no|nobody|nothing|without)\b|n['\u2019]t\b|(?<=\bcan)not\b", re.IGNORECASE)
# English writes these three shorter before their n't.
_CONTRACTED = re.compile(r"\b(ca|wo|sha)(?=n['\u2019]t\b)", re.IGNORECASE)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}

# A statement, the same in other words, and its opposite in nearly the same words.
_TRIPLES = (
    (
        "The valve must be closed before the pump starts.",
        "Shut it, then run the motor.",
        "The valve must not be closed before the pump starts.",
    ),
    (
        "Smoking is allowed in the control room.",
        "Operators may light a cigarette at their desks.",
        "Smoking is never allowed in the control room.",
    ),
    (
        "The membrane can be reused after cleaning.",
        "Once washed, it may go back into service.",
        "The membrane cannot be reused after cleaning.",
    ),
    (
        "Work alone in the acid store is permitted.",
        "One person by himself may handle chemicals there.",
        "No work alone in the acid store is permitted.",
    ),
    (
        "The alarm was acknowledged by the night shift.",
        "The late crew confirmed the warning.",
        "The alarm was not acknowledged by the night shift.",
    ),
    (
        "The seal leaks at low pressure.",
        "Water drips past the gasket when the load is small.",
        "The seal does not leak at low pressure.",
    ),
    ("Grease the bearing every week.", "Lubricate it once in seven days.", "Never grease the bearing every week."),
    ("The tank needs to be drained.", "Empty the vessel.", "The tank does not need to be drained."),
    ("Chlorine harms the membranes.", "Bleach damages the filter sheets.", "Chlorine does not harm the membranes."),
    ("The spare part is in stock.", "A replacement lies on the shelf.", "The spare part is not in stock."),
)


@dataclass(frozen=True)
class NegationTest:
    """Cosines of ten statements with a paraphrase and with their opposite.

    Attributes:
        statements: the statements.
        paraphrases: cosine with the same meaning in other words.
        opposites: cosine with the negated sentence.
    """

    statements: tuple[str, ...]
    paraphrases: NDArray[np.float32]
    opposites: NDArray[np.float32]

    @property
    def fooled(self) -> int:
        """In how many triples the opposite is nearer than the paraphrase."""
        return int((self.opposites > self.paraphrases).sum())


def negation_test(encoder: Encoder) -> NegationTest:
    """Encode the course's ten triples and compare."""
    a, b, c = (encoder.encode_documents([triple[i] for triple in _TRIPLES]) for i in range(3))
    return NegationTest(
        tuple(triple[0] for triple in _TRIPLES), np.einsum("ij,ij->i", a, b), np.einsum("ij,ij->i", a, c)
    )


def plot_negation(test: NegationTest, title: str) -> Exhibit:
    """For each statement the cosine with its paraphrase and with its opposite."""
    figure = new_figure(title, x="cosine with the statement", height=460)
    figure.update_layout(margin={"l": 330}, legend={"y": -0.26}, title={"xref": "container", "x": 0.02})
    for name, values, colour, symbol in (
        ("same meaning, other words", test.paraphrases, PALETTE[0], "circle"),
        ("opposite, nearly the same words", test.opposites, PALETTE[1], "x"),
    ):
        figure.add_scatter(
            x=values.tolist(),
            y=list(test.statements),
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11},
            hovertemplate="%{x:.2f}<extra>" + name + "</extra>",
        )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(range=[0, 1.02])
    return Exhibit(
        figure,
        f"Mean cosine with the paraphrase {test.paraphrases.mean():.2f}, with the opposite {test.opposites.mean():.2f}; "
        f"the opposite is nearer in {test.fooled} of {len(test.statements)} triples.",
    )


def without_negation(text: str) -> str:
    """The text with its words of negation taken out.

    Example:
        >>> without_negation("what must never be done, and why isn't it done without gloves?")
        'what must be done, and why is it done gloves?'
        >>> without_negation("why won't it start, and why can't I see why?")
        'why will it start, and why can I see why?'
    """
    return " ".join(_NEGATION.sub("", _CONTRACTED.sub(_whole, text)).split())


def _whole(found: re.Match[str]) -> str:
    word = _WHOLE[found[0].lower()]
    return word.capitalize() if found[0][0].isupper() else word
