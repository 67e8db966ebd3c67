"""What a choice between models needs to know, each fact with its source.

A model card says many things; a price list is out of date within a year. So no fact stands here without the page, the
paper or the file that it comes from. `read` is the month in which the page was read; the page itself says what holds now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

ASPECTS = (
    "licence",
    "parameters",
    "dimensions",
    "matryoshka",
    "context",
    "languages",
    "modality",
    "precisions",
    "price",
)


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        value: as it is shown.
        source: the page, the paper, or the file that says so.
        read: month in which the source was read, as `2026-11`; empty for what this project counted itself.
    """

    value: str
    source: str
    read: str = "2026-11"

    def __post_init__(self) -> None:
        """Refuse a fact that says nothing or comes from nowhere."""
        if not self.value.strip() or not self.source.strip():
            raise ValueError(f"a fact needs a value and a source, but is {self.value!r} from {self.source!r}")

    def __str__(self) -> str:
        """The value."""
        return self.value


@dataclass(frozen=True)
class ModelFacts:
    """What is known about one model; None where no source was found, which is not the same as "no".

    Attributes:
        name: the model's own name, as its API or hub spells it.
        maker: who made it.
        licence: what one may do with the weights, or that there are none to be had.
        parameters: how many numbers the model has.
        dimensions: numbers in a vector, if no other number is asked for.
        matryoshka: the shorter lengths that it was trained for.
        context: most tokens of a text that it reads.
        languages: those it was trained or tested for.
        modality: what it reads.
        precisions: what its vectors can be had as, without quantizing them oneself.
        price: of a million tokens behind the maker's API.
    """

    name: str
    maker: str
    licence: Fact | None = None
    parameters: Fact | None = None
    dimensions: Fact | None = None
    matryoshka: Fact | None = None
    context: Fact | None = None
    languages: Fact | None = None
    modality: Fact | None = None
    precisions: Fact | None = None
    price: Fact | None = None

    def facts(self) -> Iterator[tuple[str, Fact]]:
        """The aspects that are known, in the order of `ASPECTS`."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Fact):
                yield field.name, value


def model_facts() -> list[ModelFacts]:
    """The facts of the embedded models, then those of the families that can be had elsewhere.

    Example:
        >>> [str(model.context) for model in model_facts() if model.name == "BAAI/bge-m3"]
        ['8,192 tokens']
    """
    from labkit.models.embedded import EMBEDDED
    from labkit.models.families import FAMILIES

    return [*EMBEDDED, *FAMILIES]


def facts_of(name: str) -> ModelFacts:
    """The facts of one model.

    Raises:
        ValueError: if labkit knows none of that name; the message lists those it knows.

    Example:
        >>> facts_of("embed-v4.0").maker
        'Cohere'
    """
    models = model_facts()
    for model in models:
        if model.name == name:
            return model
    raise ValueError(f"labkit knows no facts about {name!r}; it knows {', '.join(model.name for model in models)}")
