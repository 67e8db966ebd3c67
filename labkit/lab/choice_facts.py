"""Facts about models as tables: side by side, or one model with the source of every fact; and what APIs would cost."""

from collections.abc import Sequence
from typing import Any

from labkit.lab.exhibit import dropdown, live
from labkit.measure.table import Table
from labkit.models.api.costs import api_costs
from labkit.models.facts import ASPECTS, facts_of, model_facts

_UNKNOWN = "not known"


def facts_table(*aspects: str) -> Table:
    """A row a model, a column an aspect; "not known" where no source was found.

    Args:
        aspects: of `labkit.models.facts.ASPECTS`; by default those that rule a model out most often.

    Raises:
        ValueError: if there is no such aspect.

    Example:
        >>> facts_table("context").header
        ('model', 'context')
    """
    chosen = aspects or ("licence", "context", "dimensions", "matryoshka")
    for aspect in chosen:
        if aspect not in ASPECTS:
            raise ValueError(f"no aspect is called {aspect!r}; there are {', '.join(ASPECTS)}")
    rows = [(model.name, *(str(getattr(model, aspect) or _UNKNOWN) for aspect in chosen)) for model in model_facts()]
    unit = " Prices are US dollars for a million tokens." if "price" in chosen else ""
    return Table(("model", *chosen), tuple(rows), f"Each fact has a source: see facts_explorer().{unit}")


def sources_table(name: str) -> Table:
    """Every known fact about one model, with its source.

    Raises:
        ValueError: if labkit knows no such model.
    """
    model = facts_of(name)
    rows = [
        (aspect, fact.value, fact.source, fact.read.replace("-", "\u2011") or "made here")
        for aspect, fact in model.facts()
    ]
    missing = [aspect for aspect in ASPECTS if getattr(model, aspect) is None]
    note = f" No source found for: {', '.join(missing)}." if missing else ""
    return Table(("aspect", model.name, "source", "read"), tuple(rows), f"{model.name} by {model.maker}.{note}")


def facts_explorer(first: str = "text-embedding-3-small") -> Any:  # noqa: ANN401
    """`sources_table` with a list of all models."""
    names = [model.name for model in model_facts()]
    ordered = [first, *(name for name in names if name != first)]
    box = dropdown("Model", [(name, name) for name in ordered], "Whose facts and sources are shown")
    return live(sources_table, {"name": box})


def cost_table(texts: Sequence[str]) -> Table:
    """What it would cost to embed these texts through each API that labkit knows; nothing is sent, no key is needed.

    Raises:
        TypeError: if `texts` is not a list of str.
    """
    rows = []
    estimates = api_costs(texts)
    for one in estimates:
        if one.price is None:
            rows.append((one.name, "no published price known", "", ""))
        else:
            rows.append((one.name, one.cost, f"${one.price.dollars:.2f}", one.price.seen))
    tokens = estimates[0].tokens if estimates else 0
    caption = f"{len(texts):,} texts, about {tokens:,} tokens (four characters a token). Nothing was sent."
    return Table(("model behind an API", "all texts", "a million tokens", "price as of"), tuple(rows), caption)
