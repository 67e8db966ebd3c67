"""The checks that hold the documents of the fictional plant to its facts: :func:`problems` compares one with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from labkit.data.plant import Facts

TYPES = frozenset(
    "alarm assistant control equipment incident laboratory part procedure safety shift-log".split(),
)
MIN_WORDS, MAX_WORDS = 40, 180

CODE = r"(?:E-\d{4}|VF-\d{2}|N-\d{3}|AX-\d{2})"
TAG = r"(?:(?!E-|INC-|SOP-)[A-Z]{1,4}-\d{4}[A-D]?)"
PART = r"\d{2}-\d{4}-\d{2}"
_END = r"(?![\w-]*\d)"
_KINDS = {
    "tag": re.compile(rf"\b{TAG}{_END}"),
    "alarm code": re.compile(rf"(?<![\w-]){CODE}{_END}"),
    "part number": re.compile(rf"(?<![\w-]){PART}{_END}"),
    "procedure": re.compile(r"\bSOP-\d+"),
    "incident": re.compile(r"\bINC-[\d-]*\d"),
    "safety rule": re.compile(r"\bSR-\d{2}\b"),
    "area": re.compile(r"\bA\d{2}\b"),
    "model": re.compile(r"\b(?:DeepSeek-\w+|Qwen\d[\w-]*|BGE-\w+|ColBERTv\d|Llama \d \w+|SigLIP \d|gpt-oss-\w+)"),
}
_SETTING = re.compile(
    r"(?:\bset (?:at|to)|\bsetting (?:of|is)|\bset-?point (?:of|is)|\b(?:trips?|alarms?|opens?|bursts?|rated) (?:at|for)|\blimit (?:of|is))"
    r" (\d[\d.,]*) ?(bar|degC|mm/s|m3/h|NTU|mV|uS/cm|mg/l|Hz|kV|MW|kW|MVA|g/l|ppm|l/min|dB|rpm|%)",
)
_SAFE = {"°C": "degC", "µ": "u", "μ": "u", "m³": "m3"}
_MONTHS = "January February March April May June July August September October November December".split()


def _plain(text: str) -> str:
    for fancy, plain in _SAFE.items():
        text = text.replace(fancy, plain)
    return text


def _dates(text: str) -> Iterable[str]:
    """Return the full dates of a text in ISO form; both 2024-03-03 and 3 March 2024 are understood."""
    yield from re.findall(r"\b(20\d\d-\d\d-\d\d)\b", text)
    for day, month, year in re.findall(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (20\d\d)\b", text):
        yield f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d}"


def _form_problems(document: Mapping[str, str]) -> list[str]:
    found = []
    if set(document) != {"_id", "type", "title", "text"}:
        return [f"fields are {sorted(document)}, wanted _id, type, title, text"]
    if not re.fullmatch(r"plant-\d{4}", document["_id"]):
        found.append(f"_id {document['_id']!r} is not plant-NNNN")
    if document["type"] not in TYPES:
        found.append(f"type {document['type']!r} is not one of {', '.join(sorted(TYPES))}")
    words = len(document["text"].split())
    if not MIN_WORDS <= words <= MAX_WORDS:
        found.append(f"{words} words, wanted {MIN_WORDS} to {MAX_WORDS}")
    if re.search(r"\b(?:Mr|Mrs|Ms|Dr)\b", document["text"]):
        found.append("names a person; write the role")
    if not document["title"].strip():
        found.append("empty title")
    return found


def _owner_problems(document: Mapping[str, str], text: str, facts: Facts) -> list[str]:
    found = []
    tags = set(_KINDS["tag"].findall(text))
    for code, tag in re.findall(rf"\b({CODE})\s*(?:\(|on |from |for |at |of )\s*({TAG})", text):
        if code in facts.alarm_tags and tag not in facts.alarm_tags[code]:
            found.append(f"{code} belongs to {', '.join(sorted(facts.alarm_tags[code]))}, not to {tag}")
    for part in _KINDS["part number"].findall(text):
        owners = facts.part_tags.get(part, frozenset())
        if owners and not owners & tags:
            found.append(f"part {part} fits {', '.join(sorted(owners))}; none of them is named")
    head = document["title"]
    for kind, owner in (("alarm", facts.alarm_tags), ("procedure", facts.procedure_tags)):
        named = re.match(rf"({CODE}|SOP-\d+)", head)
        if document["type"] == kind and named and named[1] in owner and not owner[named[1]] & tags:
            found.append(f"page of {named[1]} names none of {', '.join(sorted(owner[named[1]]))}")
    incidents = set(_KINDS["incident"].findall(text)) & set(facts.incident_dates)
    if document["type"] == "incident" and len(incidents) == 1:
        wanted = facts.incident_dates[next(iter(incidents))]
        found += [f"date {date}, but that incident was on {wanted}" for date in _dates(text) if date != wanted]
    return found


def _place_problems(text: str, facts: Facts) -> list[str]:
    names = "|".join(map(re.escape, facts.area_names))
    found = []
    for tag, place in re.findall(rf"({TAG})(?:,? ?\(| in | at | inside )(?:the )?(A\d{{2}}\b|{names})", text, re.I):
        code = facts.area_names.get(place.lower(), place)
        if tag in facts.area and facts.area[tag] != code:
            found.append(f"{tag} stands in {facts.area[tag]}, not in {place}")
    for sentence in re.split(r"(?<=[.!?;])\s", text):
        tags = set(_KINDS["tag"].findall(sentence)) & set(facts.area)
        if len(tags) != 1:
            continue
        tag = tags.pop()
        for number, unit in _SETTING.findall(sentence):
            value = number.rstrip(".,")
            # Figures are compared as written; "62.0 bar" for "62 bar" is a second spelling that we do not want.
            if not re.search(rf"(?<![\d.,]){re.escape(value)} ?{re.escape(unit)}", facts.figures[tag]):
                found.append(f"{tag} has no setting of {value} {unit}")
    return found


def problems(document: Mapping[str, str], facts: Facts) -> list[str]:
    """Return what is wrong with one document, one sentence each; an empty list means that it agrees with the facts."""
    found = _form_problems(document)
    if found and found[0].startswith("fields"):
        return found
    text = _plain(f"{document['title']}. {document['text']}")
    for kind, pattern in _KINDS.items():
        found += [
            f"unknown {kind} {name}" for name in sorted(set(pattern.findall(text))) if name not in facts.known[kind]
        ]
    return found + _owner_problems(document, text, facts) + _place_problems(text, facts)
