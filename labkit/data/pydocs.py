"""pydocs: a collection that lies on every reader's machine, in the docstrings of the installed packages.

A docstring starts with a summary and goes on with the details. The summary becomes the query, the rest becomes the
document that answers it, with the summary and the object's own name removed, so that nothing is found by copying:

    def kurtosis(a, axis=0):
        '''Compute the kurtosis (Fisher or Pearson) of a dataset.       -> query

        Kurtosis is the fourth central moment divided by the square     -> document "is the fourth central
        of the variance. ...'''                                            moment divided by the square ..."

Source files are parsed, never imported or run. The packages searched and the packages trained on have nothing in
common, so a map trained on `training_pairs()` has seen no document of the collection.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labkit import settings
from labkit.data.collection import Collection
from labkit.data.docstrings import docstring_pairs, normalised, unique_pairs

SEARCHED = ("stdlib", "numpy", "scipy", "sklearn")
TRAINED_ON = ("torch", "sympy", "networkx", "IPython", "numba", "torchvision", "sentence_transformers")

N_DOCUMENTS, N_QUERIES = 5_000, 1_000
# Raised when extraction changes, so that an older cached collection is not taken for the new one.
_VERSION = 2


def load() -> Collection:
    """The pydocs collection: built from the installed packages once, then read from the cache folder.

    5,000 documents and 1,000 queries, each answered by one document; `types` and `kinds` name the package.

    Raises:
        ValueError: if a package that is searched is not installed.
    """
    folder = settings.cache_dir() / "collections" / f"pydocs-{_fingerprint(SEARCHED)}"
    if folder.exists():
        try:
            return Collection.from_beir(folder, name="pydocs")
        except (FileNotFoundError, ValueError):  # a cache that somebody cut or edited; it can be made again
            shutil.rmtree(folder, ignore_errors=True)
    collection = _build()
    with _may_fail():
        _keep(collection, folder)
    return collection


def training_pairs(limit: int | None = None) -> tuple[list[str], list[str]]:
    """Texts to train on: `(queries, documents)` of equal length, from packages that are not in the collection.

    Pairs whose summary or details also occur in the collection are left out. Read from the installed packages once
    (about half a minute), then from the cache folder.

    Args:
        limit: how many pairs to return, drawn evenly; all of them if left out.

    Raises:
        ValueError: if the limit is below 1, or a package that is trained on is not installed.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit should be at least 1, but is {limit}")
    path = settings.cache_dir() / "collections" / f"pydocs-pairs-{_fingerprint(SEARCHED + TRAINED_ON)}.json"
    try:
        queries, documents = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):  # not there yet, or cut off: it is made again
        collection = load()
        searched = {normalised(text) for text in [*collection.queries, *collection.texts]}
        pairs = sorted(unique_pairs(docstring_pairs(TRAINED_ON)), key=lambda pair: _hash("training", pair.id))
        pairs = [pair for pair in pairs if not {normalised(pair.summary), normalised(pair.details)} & searched]
        queries, documents = [pair.summary for pair in pairs], [pair.details for pair in pairs]
        with _may_fail():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
            unfinished.write_text(json.dumps([queries, documents]), encoding="utf-8")
            os.replace(unfinished, path)
    return queries[:limit], documents[:limit]


@contextmanager
def _may_fail() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        warnings.warn(
            f"what was read from the docstrings could not be kept ({error}), so it takes half a minute each time; "
            "set LABKIT_CACHE to a folder that you may write to",
            stacklevel=4,
        )


def _build() -> Collection:
    pairs = sorted(unique_pairs(docstring_pairs(SEARCHED)), key=lambda pair: _hash("document", pair.id))[:N_DOCUMENTS]
    pairs.sort(key=lambda pair: pair.id)
    asked = sorted(pairs, key=lambda pair: _hash("query", pair.id))[:N_QUERIES]
    return Collection(
        name="pydocs",
        doc_ids=[pair.id for pair in pairs],
        titles=[""] * len(pairs),
        texts=[pair.details for pair in pairs],
        types=[pair.package for pair in pairs],
        query_ids=[f"q:{pair.id}" for pair in asked],
        queries=[pair.summary for pair in asked],
        kinds=[pair.package for pair in asked],
        qrels={f"q:{pair.id}": {pair.id: 1} for pair in asked},
    )


def _keep(collection: Collection, folder: Path) -> None:
    """Write the collection to the cache, whole or not at all; two notebooks may do so at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        draft = collection.to_beir(Path(scratch) / "pydocs")
        try:
            os.rename(draft, folder)
        except OSError:
            if not folder.exists():  # otherwise another notebook was faster, and made the same
                raise


def _hash(purpose: str, id: str) -> bytes:
    return hashlib.sha256(f"{purpose} {id}".encode()).digest()


def _fingerprint(packages: tuple[str, ...]) -> str:
    distributions = {"sklearn": "scikit-learn"}

    def version(package: str) -> str:
        try:
            return importlib.metadata.version(distributions.get(package, package))
        except importlib.metadata.PackageNotFoundError:
            return "unknown"  # if it is missing, `docstring_pairs` says so

    versions = [f"{package}=={version(package)}" for package in packages if package != "stdlib"]
    described = f"v{_VERSION} python=={platform.python_version()} {sys.platform} {' '.join(versions)}"
    return hashlib.sha256(described.encode()).hexdigest()[:12]
