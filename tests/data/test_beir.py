"""Every kind of damage to a file is refused with the file and the line."""

import os
from pathlib import Path

import pytest

from labkit import Collection

GOOD = {
    "corpus.jsonl": '{"_id": "a", "title": "A", "text": "one"}\n{"_id": "b", "text": "two"}\n',
    "queries.jsonl": '{"_id": "q", "text": "find"}\n',
    "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq\ta\t1\n",
}


def write(folder: Path, **changed: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, text in {**GOOD, **changed}.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_a_good_folder_is_read(tmp_path):
    collection = Collection.from_beir(write(tmp_path / "x"))
    assert collection.documents == ["A one", "two"] and collection.relevance() == [{0: 1}]


def test_byte_order_mark_carriage_returns_and_blank_lines_are_harmless(tmp_path):
    folder = write(
        tmp_path / "x",
        **{
            "corpus.jsonl": "\ufeff" + GOOD["corpus.jsonl"].replace("\n", "\r\n") + "\r\n",
            "qrels/test.tsv": GOOD["qrels/test.tsv"].replace("\n", "\r\n") + "\r\n",
        },
    )
    assert Collection.from_beir(folder).doc_ids == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("corpus.jsonl", GOOD["corpus.jsonl"] + '{"_id": "c", "text": ', r"corpus\.jsonl, line 3: not valid JSON"),
        ("corpus.jsonl", GOOD["corpus.jsonl"] + '["c"]\n', r"line 3: should be a JSON object"),
        ("corpus.jsonl", GOOD["corpus.jsonl"] + '{"_id": "a", "text": "x"}\n', r"line 3: the id 'a' occurs a second"),
        ("corpus.jsonl", GOOD["corpus.jsonl"] + '{"text": "x"}\n', r"line 3: '_id' should be a text, but is missing"),
        (
            "corpus.jsonl",
            GOOD["corpus.jsonl"] + '{"_id": "c", "text": 5}\n',
            r"line 3: 'text' should be a text, but is 5",
        ),
        ("corpus.jsonl", b'{"_id": "a", "text": "caf\xe9"}\n', r"line 1: not UTF-8"),
        ("corpus.jsonl", "", r"corpus\.jsonl holds no document"),
        ("queries.jsonl", '{"_id": "q", "text": ""}\n', r"queries\.jsonl, line 1: query 'q' has an empty text"),
        ("queries.jsonl", GOOD["queries.jsonl"] * 2, r"line 2: the id 'q' occurs a second time"),
        ("corpus.jsonl", "[" * 100_000, r"corpus\.jsonl, line 1: JSON that cannot be read"),
        ("corpus.jsonl", '{"_id": "a", "text": "\\ud800"}\n', r"line 1: 'text' holds half a character"),
        ("corpus.jsonl", '{"_id": "a", "n": ' + "9" * 5_000 + "}", r"line 1: JSON that cannot be read"),
        ("qrels/test.tsv", "", r"test\.tsv is empty: its first line should be"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\tb\t1_0\n", r"line 3: the score should be a whole number"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\tb\t" + "9" * 400, r"line 3: the score should be a whole"),
        ("qrels/test.tsv", "q\ta\t1\n", r"test\.tsv, line 1: the first line should be"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\tb\n", r"line 3: should have three columns"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q b 1\n", r"line 3: should have three columns"),
        (
            "qrels/test.tsv",
            GOOD["qrels/test.tsv"] + "q\tb\thigh\n",
            r"line 3: the score should be a whole number.*'high'",
        ),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\tb\t0.5\n", r"line 3: the score should be a whole number"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\tz\t1\n", r"line 3: there is no document with the id 'z'"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "z\ta\t1\n", r"line 3: there is no query with the id 'z'"),
        ("qrels/test.tsv", GOOD["qrels/test.tsv"] + "q\ta\t2\n", r"line 3: .*judged a second time"),
    ],
)
def test_damage_is_refused_with_file_and_line(tmp_path, name, text, message):
    with pytest.raises(ValueError, match=message):
        Collection.from_beir(write(tmp_path / "x", **{name: text}))


def test_documents_without_text_are_kept_with_a_warning(tmp_path):
    """Cranfield itself has two of them."""
    folder = write(tmp_path / "x", **{"corpus.jsonl": GOOD["corpus.jsonl"] + '{"_id": "c", "text": " "}\n'})
    with pytest.warns(UserWarning, match=r"1 documents have neither title nor text, the first one at .*line 3"):
        assert len(Collection.from_beir(folder)) == 3


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_file_is_named(tmp_path, name):
    folder = write(tmp_path / "x")
    os.remove(folder / name)
    with pytest.raises(FileNotFoundError, match=Path(name).name):
        Collection.from_beir(folder)
