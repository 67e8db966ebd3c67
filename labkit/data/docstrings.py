"""Docstrings of installed packages, each cut in two: a summary, and the details that answer it.

Source files are parsed, never imported or run.
"""

import ast
import gc
import importlib.util
import re
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_WORDS = 48
_UNDERLINE = re.compile(r"[-=~^*#]{3,}")
_SKIPPED_FOLDERS = frozenset(
    {"tests", "test", "testing", "_vendor", "site-packages", "idlelib", "lib2to3", "turtledemo"}
)


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


def docstring_pairs(packages: tuple[str, ...]) -> Iterator[Pair]:
    """Every usable docstring of the packages, in the order of their files."""
    from tqdm.auto import tqdm

    sources = [(package, root, path) for package in packages for root, path in _sources(package)]
    for package, root, path in tqdm(sources, desc="reading docstrings", unit="file", leave=False, delay=1):
        tree = parsed(path)
        if tree is None:
            continue
        module = path.relative_to(root).with_suffix("").as_posix().replace("/", ".").removesuffix("__init__")
        prefix = f"{package}.{module}".rstrip(".")
        for name, docstring in _docstrings(tree, ""):
            pair = split(f"{prefix}.{name}".rstrip("."), package, docstring)
            if pair is not None:
                yield pair


def parsed(path: Path) -> ast.Module | None:
    """The file's syntax tree; None for a template or a file for another version of Python."""
    with warnings.catch_warnings():
        # Python 3.12 warns about each "\d" in other people's strings; where warnings are errors it would skip the file.
        warnings.simplefilter("ignore")
        # A tree is many objects that live for a moment: looking for garbage among them takes a third of the time.
        collects = gc.isenabled()
        gc.disable()
        try:
            return ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError):
            return None
        finally:
            if collects:
                gc.enable()


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
    name = id.rsplit(".", 1)[-1]
    if name in details:
        details = re.sub(rf"\b{re.escape(name)}\b", " ", details)
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
        if not in_example and not _UNDERLINE.fullmatch(bare):
            kept.append(line)
    return "\n".join(kept)


def unique_pairs(pairs: Iterable[Pair]) -> list[Pair]:
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
