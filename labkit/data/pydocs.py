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

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import sys
import sysconfig
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labkit import settings
from labkit.data.collection import Collection

SEARCHED = ("stdlib", "numpy", "scipy", "sklearn")
TRAINED_ON = ("torch", "sympy", "networkx", "IPython", "numba", "torchvision", "sentence_transformers")

N_DOCUMENTS, N_QUERIES = 5_000, 1_000
MAX_WORDS = 48
_SKIPPED_FOLDERS = frozenset(
    {"tests", "test", "testing", "_vendor", "site-packages", "idlelib", "lib2to3", "turtledemo"}
)
# Raised when extraction changes, so that an older cached collection is not taken for the new one.
_VERSION = 2


@dataclass(frozen=True)
class Pair:
    """A docstring cut in two.

    Attributes:
        id: dotted path of the object, for example `scipy.stats._stats_py.kurtosis`.
        package: the installed package it comes from.
        summary: the first paragraph.
        details: the rest, without the object's name, at most `MAX_WORDS` words.
    """

    id: str
    package: str
    summary: str
    details: str


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


def docstring_pairs(packages: tuple[str, ...]) -> Iterator[Pair]:
    """Every usable docstring of the packages, in the order of their files."""
    from tqdm.auto import tqdm

    sources = [(package, root, path) for package in packages for root, path in _sources(package)]
    for package, root, path in tqdm(sources, desc="reading docstrings", unit="file", leave=False, delay=1):
        tree = _parsed(path)
        if tree is None:
            continue
        module = path.relative_to(root).with_suffix("").as_posix().replace("/", ".").removesuffix("__init__")
        prefix = f"{package}.{module}".rstrip(".")
        for name, docstring in _docstrings(tree, ""):
            pair = split(f"{prefix}.{name}".rstrip("."), package, docstring)
            if pair is not None:
                yield pair


def _parsed(path: Path) -> ast.Module | None:
    """The file's syntax tree; None for a template or a file for another version of Python."""
    with warnings.catch_warnings():
        # Python 3.12 warns about each "\d" in other people's strings; where warnings are errors it would skip the file.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError):
            return None


def _sources(package: str) -> list[tuple[Path, Path]]:
    if package == "stdlib":
        root = Path(sysconfig.get_path("stdlib"))
    else:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise ValueError(f"the package {package!r} is not installed; run `python3 start.py` to install the lab")
        root = Path(spec.origin).parent
    paths = [path for path in root.rglob("*.py") if not _SKIPPED_FOLDERS & set(path.relative_to(root).parts[:-1])]
    return [(root, path) for path in sorted(paths, key=lambda path: path.relative_to(root).as_posix())]


def _docstrings(node: ast.AST, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        docstring = ast.get_docstring(node)
        if docstring:
            yield path, docstring
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _docstrings(child, f"{path}.{child.name}".lstrip("."))


def split(id: str, package: str, docstring: str) -> Pair | None:
    """The docstring as a summary and its details, or None where one of them is too short to be a fair question.

    Example:
        >>> pair = split("shop.cart.Cart.total", "shop", '''Return the price of everything in the cart.
        ...
        ... The total adds up all items, takes off vouchers that have not expired, and rounds to whole cents.''')
        >>> pair.details
        'The adds up all items, takes off vouchers that have not expired, and rounds to whole cents.'
    """
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", _without_examples(docstring))]
    summary, details = paragraphs[0], " ".join(paragraphs[1:])
    details = details.replace(summary, " ")
    name = re.escape(id.rsplit(".", 1)[-1])
    details = re.sub(rf"\b{name}\b", " ", details)
    words = details.split()[:MAX_WORDS]
    if not 4 <= len(summary.split()) <= 40 or len(words) < 12:
        return None
    if re.search(r"[\ud800-\udfff]", docstring):
        return None  # half a character, as in examples of broken text: no file and no encoder takes it
    return Pair(id, package, summary, " ".join(words))


def _without_examples(docstring: str) -> str:
    kept, in_example = [], False
    for line in docstring.splitlines():
        bare = line.strip()
        if bare.startswith(">>>"):
            in_example = True
        elif not bare:
            in_example = False
        if not in_example and not re.fullmatch(r"[-=~^*#]{3,}", bare):
            kept.append(line)
    return "\n".join(kept)


def unique_pairs(pairs: Iterator[Pair]) -> list[Pair]:
    """Pairs whose details and whose summary occur once: a summary that fits two documents is no fair question."""
    pairs_by_details = {normalised(pair.details): pair for pair in reversed(list(pairs))}
    kept = list(reversed(pairs_by_details.values()))
    summaries = Counter(normalised(pair.summary) for pair in kept)
    ids = Counter(pair.id for pair in kept)
    return [pair for pair in kept if summaries[normalised(pair.summary)] == 1 and ids[pair.id] == 1]


def normalised(text: str) -> str:
    """Words of a text in lower case with single blanks between them, to tell whether two texts are the same.

    Example:
        >>> normalised("Return the  Sum!")
        'return the sum'
    """
    return re.sub(r"\W+", " ", text).strip().lower()


def _hash(purpose: str, id: str) -> bytes:
    return hashlib.sha256(f"{purpose} {id}".encode()).digest()


def _fingerprint(packages: tuple[str, ...]) -> str:
    distributions = {"sklearn": "scikit-learn"}

    def version(package: str) -> str:
        try:
            return importlib.metadata.version(distributions.get(package, package))
        except importlib.metadata.PackageNotFoundError:
            return "unknown"  # if it is missing, `_sources` says so

    versions = [f"{package}=={version(package)}" for package in packages if package != "stdlib"]
    described = f"v{_VERSION} python=={platform.python_version()} {sys.platform} {' '.join(versions)}"
    return hashlib.sha256(described.encode()).hexdigest()[:12]
