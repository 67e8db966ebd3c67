"""A folder of the reader's own files, cut into passages that can be searched."""

import json
import numbers
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from labkit.data.collection import Collection

SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".ipynb")
_MAX_BYTES = 20_000_000
_FENCE = "`" * 8
_UNDERLINE = re.compile(r"([=\-~^\"'*+#])\1{2,}")


def read(folder: Path, *, max_words: int = 120) -> Collection:
    """A collection of the passages of every text, Markdown and notebook file below `folder`.

    A passage's id is `file.md#3` (the third passage), its title is the nearest heading or else the file's name.

    Raises:
        FileNotFoundError: if the folder is missing or holds no readable file.
        TypeError: if `max_words` is not a whole number.
        ValueError: if `max_words` is below 20.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; pass the folder that holds your .txt, .md or .ipynb files")
    if not isinstance(max_words, numbers.Integral):
        raise TypeError(f"max_words should be a whole number, but is {max_words!r}")
    if max_words < 20:
        raise ValueError(f"max_words should be at least 20, or a passage says too little; it is {max_words}")
    ids, titles, texts = [], [], []
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        relative = path.relative_to(folder)
        if not path.is_file() or path.suffix.lower() not in SUFFIXES or any(p.startswith(".") for p in relative.parts):
            continue
        for number, (title, text) in enumerate(_file_passages(path, max_words), start=1):
            ids.append(_whole(f"{relative.as_posix()}#{number}"))
            titles.append(title)
            texts.append(text)
    if not ids:
        raise FileNotFoundError(f"no text found in {folder}: it should hold files ending in {', '.join(SUFFIXES)}")
    return Collection(name=folder.resolve().name, doc_ids=ids, titles=titles, texts=texts)


def _file_passages(path: Path, max_words: int) -> list[tuple[str, str]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError(f"it is larger than {_MAX_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".ipynb":
            text = _notebook_text(text)
        if "\0" in text:
            raise ValueError("it holds zero bytes, so it is no text")
    except (OSError, ValueError) as error:
        warnings.warn(f"{path} is left out: {error}", stacklevel=4)
        return []
    return list(passages(_whole(text), default_title=_whole(path.stem), max_words=max_words))


def _whole(text: str) -> str:
    """The text with a question mark for each half character (in a file name that is not UTF-8, or escaped in JSON)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _notebook_text(text: str) -> str:
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a notebook that can be read ({error!r})") from error
    # In a fence, so that a comment in code is not taken for a heading.
    shown = {"markdown": "{}", "code": f"{_FENCE}\n{{}}\n{_FENCE}"}
    return "\n\n".join(shown[kind].format(source) for kind, source in sources if kind in shown)


def passages(text: str, *, default_title: str = "", max_words: int = 120) -> Iterator[tuple[str, str]]:
    r"""Passages `(title, text)` of at most `max_words` words, cut at headings, then at paragraphs, then at words.

    Short paragraphs under one heading are put together; a paragraph longer than the limit is cut.

    Example:
        >>> list(passages("# Valves\n\nClose them slowly.\n\n# Pumps\n\nPrime them first.", max_words=20))
        [('Valves', 'Close them slowly.'), ('Pumps', 'Prime them first.')]
    """
    title: str = default_title
    gathered: list[str] = []
    for heading, paragraph in _paragraphs(text):
        if heading is not None:
            if gathered:
                yield title, " ".join(gathered)
            title, gathered = heading or default_title, []
            continue
        words = paragraph.split()
        if gathered and len(gathered) + len(words) > max_words:
            yield title, " ".join(gathered)
            gathered = []
        gathered.extend(words)
        while len(gathered) > max_words:
            yield title, " ".join(gathered[:max_words])
            gathered = gathered[max_words:]
    if gathered:
        yield title, " ".join(gathered)


def _paragraphs(text: str) -> Iterator[tuple[str | None, str]]:
    """Blocks of the text as `(heading, "")` or `(None, paragraph)`.

    A heading starts with `#` or is underlined; inside a fenced block nothing is a heading. Rules and fences are left out.
    """
    block: list[str] = []
    fence = ""
    for line in [*text.splitlines(), ""]:
        mark = re.match(r"\s*(`{3,}(?=[^`]*$)|~{3,})", line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        heading = None if fence else re.fullmatch(r"#{1,6}\s+(.*?)\s*#*", line)
        ruled = not fence and _UNDERLINE.fullmatch(line.rstrip())
        if ruled and len(block) == 1:
            yield block.pop(), ""
        elif heading or ruled or not line.strip():
            if block:
                yield None, "\n".join(block)
            block = []
            if heading:
                yield heading[1], ""
        else:
            block.append(line)
    if block:
        yield None, "\n".join(block)
