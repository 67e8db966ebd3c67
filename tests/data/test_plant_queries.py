"""The plant's queries are what their kind says, are answered by documents they do not copy, and all have an answer."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from labkit.search.tokenize import STOP_WORDS, Tokenizer

PLANT = Path(__file__).parents[2] / "data" / "plant"
KINDS = ("paraphrase", "code", "new-term", "two-part", "vague", "negation")

# The stop list of BM25 and words as empty as those, which no search could use.
EMPTY = STOP_WORDS | frozenset("again can get let may might much must need one shall us whole yet".split())

# What a word newer than the encoder is: it came up after all-MiniLM-L6-v2 had been trained (summer of 2021) or was too
# young to be in its training texts, and BERT's word list of 2018 has no entry for it.
NEW_TERMS = (
    "DeepSeek-V3|DeepSeek-R1|Qwen3-14B|Qwen3-Embedding|Llama 4|gpt-oss-20b|Gemma 3|Mistral Small 3.1|Whisper large-v3"
    "|Kokoro-82M|Docling|prompt injection|SigLIP 2|BGE-M3|bge-reranker-v2-m3|ColBERTv2|EmbeddingGemma|FP8|vLLM"
    "|PagedAttention|GGUF|llama.cpp|Qdrant|LangGraph|MCP|Langfuse|LoRA|passkey|Ethernet-APL|Windows 11|AlmaLinux 9"
    "|XZ|Log4Shell|NIS2|LLM|Wi-Fi 7"
).split("|")

# An alarm code, a procedure, an incident, a part number or a tag: a sign that nobody writes by chance.
SIGN = re.compile(r"\b(?:INC-\d{4}-\d{3}|SOP-\d{3}|\d{2}-\d{4}-\d{2}|[A-Z]{1,4}-\d{2,4}[A-D]?)\b", re.IGNORECASE)
MOST_HOLDERS = 5
EXCLUDING = re.compile(r"\b(?:not|never|no|nobody|without|cannot|\w+n't)\b", re.IGNORECASE)


def _records(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (PLANT / name).read_text("utf-8").splitlines()]


DOCUMENTS = {d["_id"]: f"{d['title']} {d['text']}" for d in _records("corpus.jsonl")}
QUERIES = _records("queries.jsonl")
ROWS = [tuple(line.split("\t")) for line in (PLANT / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]]
GRADES: dict[str, dict[str, int]] = defaultdict(dict)
for _query, _document, _grade in ROWS:
    GRADES[_query][_document] = int(_grade)


def _of(kind: str) -> list[dict[str, str]]:
    return [q for q in QUERIES if q["kind"] == kind]


def _relevant(query: dict[str, str]) -> set[str]:
    return {document for document, grade in GRADES[query["_id"]].items() if grade >= 1}


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


def _content(text: str) -> set[str]:
    return set(Tokenizer(stop_words=EMPTY)(text))


def test_there_are_enough_queries_of_every_kind() -> None:
    counts = Counter(q["kind"] for q in QUERIES)
    assert set(counts) == set(KINDS)
    assert len(QUERIES) >= 250
    assert min(counts.values()) >= 40, counts


def test_query_ids_and_texts_are_unique() -> None:
    for field in ("_id", "text"):
        twice = [value for value, count in Counter(q[field].lower() for q in QUERIES).items() if count > 1]
        assert not twice, f"{field} occurs twice: {twice}"


def test_judgements_are_sorted_whole_and_within_the_scale() -> None:
    assert sorted(ROWS) == ROWS
    assert len({row[:2] for row in ROWS}) == len(ROWS), "a pair is judged twice"
    assert {row[2] for row in ROWS} <= {"0", "1", "2"}
    assert {row[0] for row in ROWS} == {q["_id"] for q in QUERIES}
    assert {row[1] for row in ROWS} <= set(DOCUMENTS)


def test_the_document_that_a_query_was_written_for_answers_it() -> None:
    wrong = [q for q in QUERIES if GRADES[q["_id"]].get(q["answer"]) != 2]
    assert not wrong, wrong


def test_no_query_copies_a_document_that_answers_it() -> None:
    copies = []
    for query in QUERIES:
        words = _words(query["text"])
        runs = {tuple(words[i : i + 5]) for i in range(len(words) - 4)}
        for document in _relevant(query):
            other = _words(DOCUMENTS[document])
            copied = runs & {tuple(other[i : i + 5]) for i in range(len(other) - 4)}
            copies += [f"{query['_id']} {document}: {' '.join(run)}" for run in copied]
    assert not copies, "\n".join(copies)


def test_a_paraphrase_shares_no_content_word_with_its_answer() -> None:
    # The answer is the document that it was written for. Others, found by the pool, may share a word and answer too.
    shared = {q["text"]: _content(q["text"]) & _content(DOCUMENTS[q["answer"]]) for q in _of("paraphrase")}
    assert not any(shared.values()), {text: words for text, words in shared.items() if words}


@pytest.mark.parametrize("query", _of("code"), ids=lambda q: q["text"])
def test_a_code_decides(query: dict[str, str]) -> None:
    """Few documents hold the code, each of them is judged, and only they can be the best answer (2).

    Documents without the code may help (1): a shift log often describes the same fault in words. Documents that hold
    it need not: some only warn of a look-alike.
    """
    signs = SIGN.findall(query["text"])
    assert len(signs) == 1, signs
    sign = re.compile(rf"(?<![\w-]){re.escape(signs[0])}(?![\w-])", re.IGNORECASE)
    holders = {document for document, text in DOCUMENTS.items() if sign.search(text)}
    grades = GRADES[query["_id"]]
    assert 1 <= len(holders) <= MOST_HOLDERS
    assert holders <= set(grades), f"not judged: {holders - set(grades)}"
    best = {document for document, grade in grades.items() if grade == 2}
    assert best <= holders, f"graded 2 without {signs[0]}: {best - holders}"


def test_a_new_term_is_in_its_query() -> None:
    old = [q["text"] for q in _of("new-term") if not any(re.search(rf"\b{re.escape(t)}", q["text"]) for t in NEW_TERMS)]
    assert not old, old


def test_every_new_term_is_asked_for_and_occurs_in_the_documents() -> None:
    # "LLM" is what staff call it; the documents say "model".
    def without(texts: list[str]) -> set[str]:
        everything = "\n".join(texts)
        return {t for t in NEW_TERMS if not re.search(rf"\b{re.escape(t)}", everything, re.IGNORECASE)}

    assert without([q["text"] for q in _of("new-term")]) == set()
    assert without(list(DOCUMENTS.values())) == {"LLM"}


def test_a_two_part_query_asks_for_two_things() -> None:
    single = [q["text"] for q in _of("two-part") if " and " not in q["text"]]
    assert not single, single


def test_a_vague_query_is_short_and_has_several_answers() -> None:
    for query in _of("vague"):
        assert len(query["text"].split()) <= 4, query["text"]
        assert len(_relevant(query)) >= 2, query["text"]


def test_a_negation_excludes_something() -> None:
    plain = [q["text"] for q in _of("negation") if not EXCLUDING.search(q["text"])]
    assert not plain, plain


def test_the_readme_counts_what_is_there() -> None:
    readme = (PLANT / "README.md").read_text("utf-8")
    types = Counter(d["type"] for d in _records("corpus.jsonl"))
    kinds = Counter(q["kind"] for q in QUERIES)
    for name, counts in (("documents", types), ("queries", kinds)):
        table = [f"| {name} | {sum(counts.values())} |", "|---|---|"]
        table += [f"| {key} | {counts[key]} |" for key in sorted(counts)]
        assert "\n".join(table) in readme, "\n".join(table)
