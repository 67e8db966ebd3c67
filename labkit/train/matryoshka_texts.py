"""The texts that the Matryoshka adapter is trained on: docstrings of many packages, the more varied the better.

On held-out pairs, training on 11,000 pairs drawn from some fifty packages was worth more than on 11,000 pairs from seven:
the adapter should learn what a question shares with its answer, and not what one library's documentation looks like.
"""

import re

from labkit.data import pydocs
from labkit.data.docstrings import docstring_pairs, normalised, unique_pairs

# All of them come with labkit. None is searched in the pydocs collection.
PACKAGES = (
    *pydocs.TRAINED_ON,
    *(
        "transformers",
        "huggingface_hub",
        "timm",
        "plotly",
        "tornado",
        "pydantic",
        "rich",
        "onnxruntime",
        "faiss",
        "PIL",
    ),
    *("fsspec", "anyio", "mpmath", "jupyter_server", "babel", "packaging", "setuptools", "click", "traitlets"),
    *("pygments", "zmq", "jupyter_client", "jinja2", "pynndescent", "ipywidgets", "nbconvert", "ipykernel", "dateutil"),
    *("requests", "nbformat", "httpx", "llvmlite", "jsonschema", "umap", "psutil", "typer", "tqdm", "tokenizers"),
)


def training_texts() -> tuple[list[str], list[str]]:
    """Texts to train on: `(queries, documents)` of equal length; none of them also occurs in the pydocs collection.

    Each docstring gives a pair, its summary and the rest; where the rest has several sentences, its first sentence and
    those that follow are another pair, in plainer prose (the inverse cloze task: Lee et al. 2019, arXiv 1906.00300).

    Raises:
        ValueError: if a package is not installed.
    """
    collection = pydocs.load()
    searched = {normalised(text) for text in [*collection.queries, *collection.texts]}
    found = [
        (pair.summary, pair.details)
        for pair in unique_pairs(docstring_pairs(PACKAGES))
        if not {normalised(pair.summary), normalised(pair.details)} & searched
    ]
    found += [pair for _, details in found if (pair := sentence_pair(details)) is not None]
    return [query for query, _ in found], [document for _, document in found]


def sentence_pair(text: str) -> tuple[str, str] | None:
    """The first sentence and what follows it, or None where one of them is too short or the first one too long.

    Example:
        >>> sentence_pair("One two three four five. Six.") is None
        True
        >>> sentence_pair("The pump starts by itself. " + "It stops when the tank is full, and " * 2)[0]
        'The pump starts by itself.'
    """
    first, *others = re.split(r"(?<=[.!?]) (?=[A-Z])", text, maxsplit=1)
    rest = "".join(others)
    if not 5 <= len(first.split()) <= 30 or len(rest.split()) < 12:
        return None
    return first, rest
