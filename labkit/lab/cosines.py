"""How large is a cosine? Random pairs beside pairs of a question and its answer, for several encoders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.checks import Vectors, as_vectors
from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit, live, slider
from labkit.lab.style import GREY, PALETTE, new_figure
from labkit.models.cache import Encoder


@dataclass(frozen=True)
class Cosines:
    """Two sets of cosines of one encoder.

    Attributes:
        name: the encoder.
        random: between questions and documents drawn at random.
        answers: between questions and the documents that answer them best.
    """

    name: str
    random: NDArray[np.float32]
    answers: NDArray[np.float32]

    def shares(self, threshold: float) -> tuple[float, float]:
        """The shares of the answers and of the random pairs whose cosine is at least the threshold."""
        return float((self.answers >= threshold).mean()), float((self.random >= threshold).mean())


def random_pair_cosines(vectors: Vectors, *, pairs: int = 20_000, seed: int = 0) -> NDArray[np.float32]:
    """Cosines of pairs of different vectors drawn at random, `(pairs,)`.

    Raises:
        ValueError: if there are fewer than two vectors.

    Example:
        >>> random_pair_cosines([[1, 0], [0, 1]], pairs=3)
        array([0., 0., 0.], dtype=float32)
    """
    vectors = as_vectors(vectors)
    if len(vectors) < 2:
        raise ValueError(f"a pair needs two vectors, but there are {len(vectors)}")
    rng = np.random.default_rng(seed)
    left = rng.integers(len(vectors), size=pairs)
    right = (left + rng.integers(1, len(vectors), size=pairs)) % len(vectors)
    cosines: NDArray[np.float32] = np.einsum("ij,ij->i", vectors[left], vectors[right])
    return cosines


def cosines_of(encoder: Encoder, collection: Collection, *, every: int = 1, seed: int = 0) -> Cosines:
    """Cosines of random pairs and of answers, from every n-th query of a collection.

    A random pair is a question with the answer of another question, so that both sets hold the same texts.
    Queries without a relevant document are left out.

    Raises:
        ValueError: if there are no two queries with different answers.
    """
    judged = [
        (query, grades) for query, grades in zip(collection.queries, collection.relevance(), strict=True) if grades
    ]
    texts, relevance = [query for query, _ in judged[::every]], [grades for _, grades in judged[::every]]
    best = [max(grades, key=lambda document: (grades[document], -document)) for grades in relevance]
    documents = encoder.encode_documents([collection.documents[document] for document in best])
    wrong = np.array([[other not in grades for other in best] for grades in relevance])
    if not wrong.any():
        raise ValueError(f"a random pair needs two queries with different answers, but {len(texts)} queries are judged")
    cosines = encoder.encode_queries(texts) @ documents.T
    return Cosines(encoder.name, cosines[wrong], np.diagonal(cosines).copy())


def plot_cosines(samples: Sequence[Cosines], threshold: float) -> Exhibit:
    """Distributions of both sets for each encoder, a line at the threshold, and what lies right of it."""
    if not samples:
        raise ValueError("plot_cosines needs at least one encoder's cosines")
    shares = {sample.name: sample.shares(threshold) for sample in samples}
    first, last = samples[0].name, samples[-1].name
    figure = new_figure(
        f"At a threshold of {threshold:.2f}, {first} keeps {shares[first][0]:.0%} of the answers,<br>"
        f"{last} keeps {shares[last][0]:.0%} and lets {shares[last][1]:.0%} of the random pairs through",
        x="cosine of question and document",
        height=150 + 110 * len(samples),
    )
    for name, side, colour in (("random pair", "negative", GREY), ("question and answer", "positive", PALETTE[0])):
        for number, sample in enumerate(samples):
            values = sample.random if side == "negative" else sample.answers
            drawn = values[:: max(1, len(values) // 2_000)]
            figure.add_violin(
                x=drawn.tolist(),
                y0=sample.name,
                name=name,
                legendgroup=name,
                showlegend=number == 0,
                orientation="h",
                side=side,
                line={"color": colour},
                meanline={"visible": True},
                points=False,
                width=0.9,
                spanmode="hard",
                hoverinfo="skip",
            )
    figure.add_vline(x=threshold, line={"color": PALETTE[1], "dash": "dash"})
    figure.update_layout(violinmode="overlay", margin={"l": 150}, legend={"y": -0.3})
    figure.update_yaxes(autorange="reversed")
    parts = [
        f"{sample.name}: mean of random pairs {sample.random.mean():.2f}, of answers {sample.answers.mean():.2f}; "
        f"{shares[sample.name][0]:.0%} of the answers and {shares[sample.name][1]:.1%} of the random pairs reach "
        f"{threshold:.2f}"
        for sample in samples
    ]
    return Exhibit(figure, ". ".join(parts) + ".")


def threshold_explorer(samples: Sequence[Cosines], *, start: float = 0.7) -> Any:  # noqa: ANN401
    """`plot_cosines` with a slider for the threshold."""
    steps = sorted({*(round(step / 20, 2) for step in range(0, 20)), start})
    control = slider("Threshold", steps, start, "Pairs with at least this cosine count as a match")
    return live(lambda threshold: plot_cosines(samples, threshold), {"threshold": control})
