"""One vector a text is an average: what happens to an answer when more is written beside it."""

from collections.abc import Mapping, Sequence

import numpy as np

from labkit.data.collection import Collection
from labkit.lab.exhibit import Exhibit
from labkit.lab.style import add_band, line_style, new_figure
from labkit.measure.intervals import bootstrap_ci
from labkit.measure.metrics import Values


def diluted(texts: Sequence[str], words: int, fillers: Sequence[str], *, seed: int = 0) -> list[str]:
    """Each text with so many words of the fillers, drawn at random, behind it.

    Raises:
        ValueError: if no filler holds a word, or `words` is negative.

    Example:
        >>> diluted(["a b c", "d e f"], 4, ["x y z"])
        ['a b c x y z x', 'd e f x y z x']
    """
    if words < 0 or not any(filler.split() for filler in fillers):
        raise ValueError(
            f"words should be 0 or more and some filler hold a word, but there are {words} and {fillers!r:.60}"
        )
    rng = np.random.default_rng(seed)
    longer = []
    for text in texts:
        added: list[str] = []
        while len(added) < words:
            added += fillers[int(rng.integers(len(fillers)))].split()
        longer.append(" ".join([text, *added[:words]]))
    return longer


def short_answers(collection: Collection, *, words: int = 60) -> tuple[list[str], list[str], list[str]]:
    """Questions, the first words of the documents that answer them best (each document once), and what answers nothing.

    The third list holds documents that are relevant to no question: they can be added to any text without helping it.
    """
    queries, texts, seen = [], [], set()
    relevance = collection.relevance()
    for query, grades in zip(collection.queries, relevance, strict=True):
        if not grades:
            continue
        best = max(grades, key=lambda document: (grades[document], -document))
        if best not in seen:
            seen.add(best)
            queries.append(query)
            texts.append(" ".join(collection.documents[best].split()[:words]))
    used = {document for grades in relevance for document in grades}
    return queries, texts, [text for i, text in enumerate(collection.documents) if i not in used]


def plot_dilution(values: Mapping[str, Mapping[int, Values]], title: str, *, metric: str = "success@1") -> Exhibit:
    """Quality against words added to every document, one line a method with its 95 % interval.

    Args:
        values: method -> {words added: one value a query}.
        title: the finding.
        metric: what the values are.
    """
    figure = new_figure(title, x="words of other documents written behind each document", y=metric)
    parts = []
    for index, (name, by_words) in enumerate(values.items()):
        added = list(by_words)
        means = [float(by_words[n].mean()) for n in added]
        ends = [bootstrap_ci(by_words[n], resamples=2_000) for n in added]
        add_band(figure, index, added, [end.low for end in ends], [end.high for end in ends])
        figure.add_scatter(
            x=added,
            y=means,
            name=name,
            mode="lines+markers",
            hovertemplate="%{x} words added: %{y:.3f}<extra>" + name + "</extra>",
            **line_style(index),
        )
        parts.append(f"{name} goes from {means[0]:.2f} to {means[-1]:.2f}")
    figure.update_yaxes(range=[0, 1.02])
    return Exhibit(figure, f"{metric}: {'; '.join(parts)}. Bands are 95 % bootstrap intervals over the questions.")
