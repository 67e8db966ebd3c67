"""Reading and writing the BEIR layout, with messages that name the file and the line."""

import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.data.collection import Collection, Qrels


@dataclass(frozen=True)
class Document:
    """One line of corpus.jsonl."""

    id: str
    title: str
    text: str
    type: str


@dataclass(frozen=True)
class Query:
    """One line of queries.jsonl."""

    id: str
    text: str
    kind: str


def read_documents(path: Path) -> list[Document]:
    """The documents of a corpus.jsonl file. Documents with neither title nor text are kept, with a warning.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a damaged line, a repeated id, or a file without documents.
    """
    documents: dict[str, Document] = {}
    empty: list[str] = []
    for where, record in _records(path):
        document = Document(*(_text(where, record, key) for key in ("_id", "title", "text", "type")))
        if not (document.title.strip() or document.text.strip()):
            empty.append(where)
        _refuse_repeated(where, document.id, documents)
        documents[document.id] = document
    if not documents:
        raise ValueError(f"{path} holds no document; a collection needs at least one line")
    if empty:  # classic collections do hold such documents, and others refer to them by position
        warnings.warn(f"{len(empty)} documents have neither title nor text, the first one at {empty[0]}", stacklevel=3)
    return list(documents.values())


def read_queries(path: Path) -> list[Query]:
    """The queries of a queries.jsonl file.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a damaged line, a repeated id, or an empty query text.
    """
    queries: dict[str, Query] = {}
    for where, record in _records(path):
        query = Query(*(_text(where, record, key) for key in ("_id", "text", "kind")))
        if not query.text.strip():
            raise ValueError(f"{where}: query {query.id!r} has an empty text; write one or remove the line")
        _refuse_repeated(where, query.id, queries)
        queries[query.id] = query
    return list(queries.values())


def read_qrels(path: Path, query_ids: set[str], doc_ids: set[str]) -> "Qrels":
    """The judgements of a qrels file: query id -> {document id: grade}.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a missing header, a line without three columns, a grade that is no whole number, a pair
            judged twice, or an id that no document or query has.
    """
    wanted = "query-id<TAB>corpus-id<TAB>score"
    qrels: Qrels = {}
    number = 0
    for number, line in enumerate(_lines(path), start=1):
        where, cells = f"{path}, line {number}", line.split("\t")
        if number == 1:
            if cells != ["query-id", "corpus-id", "score"]:
                raise ValueError(f"{where}: the first line should be {wanted}, but is {line!r}")
            continue
        if not line.strip():
            continue
        if len(cells) != 3:
            raise ValueError(f"{where}: should have three columns {wanted}, but has {len(cells)}: {line!r}")
        query_id, doc_id, grade = cells
        for kind, one, known in (("query", query_id, query_ids), ("document", doc_id, doc_ids)):
            if one not in known:
                raise ValueError(f"{where}: there is no {kind} with the id {one!r}")
        grades = qrels.setdefault(query_id, {})
        if doc_id in grades:
            raise ValueError(f"{where}: query {query_id!r} and document {doc_id!r} are judged a second time")
        grades[doc_id] = _grade(where, grade)
    if number == 0:
        raise ValueError(f"{path} is empty: its first line should be {wanted}")
    return qrels


def _grade(where: str, text: str) -> int:
    # int() alone would read 1_0 as 10, and a thousand digits as a grade.
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", text):
        raise ValueError(f"{where}: the score should be a whole number such as 0, 1 or 2, but is {text[:40]!r}")
    return int(text)


def write(collection: "Collection", folder: Path) -> Path:
    """Write a collection into a new folder: into a temporary one first, then renamed, so it is whole or absent.

    Raises:
        FileExistsError: if the folder exists.
        ValueError: if an id holds a tab or an end of line, which the table of judgements cannot hold.
    """
    for one in (*collection.doc_ids, *collection.query_ids):
        if not one or re.search(r"[\t\r\n]", one):
            raise ValueError(f"ids should be neither empty nor hold a tab or an end of line, but one is {one!r}")
    if folder.exists():
        raise FileExistsError(f"{folder} exists already; choose another folder or remove it first")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        documents = zip(collection.doc_ids, collection.titles, collection.texts, collection.types, strict=True)
        _write_records(draft / "corpus.jsonl", ("_id", "title", "text", "type"), documents)
        queries = zip(collection.query_ids, collection.queries, collection.kinds, strict=True)
        _write_records(draft / "queries.jsonl", ("_id", "text", "kind"), queries)
        (draft / "qrels").mkdir()
        rows = [
            f"{query_id}\t{doc_id}\t{grade}"
            for query_id, grades in collection.qrels.items()
            for doc_id, grade in grades.items()
        ]
        text = "\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n"
        (draft / "qrels" / "test.tsv").write_text(text, encoding="utf-8", newline="\n")
        draft.chmod(0o755)
        os.rename(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def _write_records(path: Path, keys: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            record = {key: value for key, value in zip(keys, row, strict=True) if value or key in ("_id", "text")}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise FileNotFoundError(
            f"no file {path}: the BEIR layout needs corpus.jsonl, queries.jsonl and qrels/test.tsv in one folder"
        )
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                yield raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"{path}, line {number}: not UTF-8 text ({error.reason}); save the file as UTF-8"
                ) from error


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}: not valid JSON ({error.msg} at column {error.colno}): {line[:60]!r}") from error
        except (RecursionError, ValueError) as error:  # brackets without end, numbers of thousands of digits
            raise ValueError(f"{where}: JSON that cannot be read ({error}): {line[:60]!r}") from error
        if not isinstance(record, dict):
            raise ValueError(f'{where}: should be a JSON object like {{"_id": ...}}, but is {line[:60]!r}')
        yield where, record


def _text(where: str, record: dict[str, Any], key: str) -> str:
    optional = key in ("title", "type", "kind")
    value = record.get(key, "" if optional else None)
    if key == "_id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # numbers as ids are common in the wild and harmless
    if not isinstance(value, str) or (key == "_id" and not value):
        seen = "missing" if key not in record else f"{value!r}"
        raise ValueError(f"{where}: {key!r} should be a text, but is {seen}")
    if not value.isascii() and re.search(r"[\ud800-\udfff]", value):
        raise ValueError(f"{where}: {key!r} holds half a character (an escape such as \\ud800 alone); remove it")
    return value


def _refuse_repeated(where: str, one: str, known: dict[str, Any]) -> None:
    if one in known:
        raise ValueError(f"{where}: the id {one!r} occurs a second time; ids should be unique")
