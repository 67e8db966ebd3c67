"""The plant's documents agree with its facts, differ from one another, and do not read like a filled-in form."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from labkit.data.plant import Facts, load_facts
from labkit.data.plant_checks import TYPES, problems

PLANT = Path(__file__).parents[2] / "data" / "plant"


DOCUMENTS: list[dict[str, str]] = [
    json.loads(line) for line in (PLANT / "corpus.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(PLANT / "plant.yaml")


def _grams(text: str, n: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w-]+", text.lower())
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def test_there_are_enough_documents_of_every_type() -> None:
    assert len(DOCUMENTS) >= 600
    assert {d["type"] for d in DOCUMENTS} == TYPES


def test_documents_are_in_the_order_of_their_ids_with_fields_in_one_order() -> None:
    ids = [d["_id"] for d in DOCUMENTS]
    assert ids == sorted(ids)
    assert {tuple(d) for d in DOCUMENTS} == {("_id", "title", "text", "type")}


def test_every_document_agrees_with_the_facts(facts: Facts) -> None:
    wrong = [f"{d.get('_id')}: {p}" for d in DOCUMENTS for p in problems(d, facts)]
    assert not wrong, "\n".join(wrong)


def test_ids_and_texts_are_unique() -> None:
    for field in ("_id", "text", "title"):
        twice = [value for value, count in Counter(d[field] for d in DOCUMENTS).items() if count > 1]
        assert not twice, f"{field} occurs twice: {twice[:5]}"


def test_no_two_documents_are_near_copies() -> None:
    grams = [_grams(d["text"]) for d in DOCUMENTS]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, own in enumerate(grams):
        for gram in own:
            holders[gram].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for held in holders.values():
        shared.update((a, b) for n, a in enumerate(held) for b in held[n + 1 :])
    near = [
        f"{DOCUMENTS[a]['_id']} and {DOCUMENTS[b]['_id']}: {count / len(grams[a] | grams[b]):.2f}"
        for (a, b), count in shared.items()
        if count / len(grams[a] | grams[b]) >= 0.35
    ]
    assert not near, "\n".join(near)


def test_documents_do_not_start_alike() -> None:
    starts = Counter(" ".join(d["text"].lower().split()[:4]) for d in DOCUMENTS)
    limit = max(2, 0.02 * len(DOCUMENTS))
    assert not [s for s, count in starts.items() if count > limit], starts.most_common(5)


def test_no_sentence_is_used_again_and_again() -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    for d in DOCUMENTS:
        for sentence in re.split(r"(?<=[.!?])\s", d["text"]):
            if len(sentence.split()) >= 7:
                holders[sentence.strip().lower()].add(d["_id"])
    again = {s: sorted(ids) for s, ids in holders.items() if len(ids) > 2}
    assert not again, again


def _problem(facts: Facts, text: str, **changes: str) -> str:
    filler = " The crew noted the reading in the log and told the control room before they went on with the round" * 3
    document = {"_id": "plant-0001", "type": "equipment", "title": "a page", "text": f"{text} {filler}", **changes}
    return "; ".join(problems(document, facts))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("P-3101A delivers 62 bar.", ""),
        ("Look at P-3199.", "unknown tag P-3199"),
        ("E-9999 came up.", "unknown alarm code E-9999"),
        ("The alarm E-1042 (P-3101A) is red.", ""),
        ("The alarm E-1042 on P-3101B is red.", "E-1042 belongs to P-3101A, PT-3120, not to P-3101B"),
        ("Order 99-1234-01.", "unknown part number 99-1234-01"),
        ("Order 77-3101-01 today.", "part 77-3101-01 fits P-3101A, P-3101B; none of them is named"),
        ("P-3101A (A40) hums.", "P-3101A stands in A30, not in A40"),
        ("P-3101A in the intake pump station hums.", "P-3101A stands in A30, not in intake pump station"),
        ("PSV-3140 opens at 72 bar.", ""),
        ("PSV-3140 opens at 74 bar.", "PSV-3140 has no setting of 74 bar"),
        ("VSH-1112 trips at 7.1 mm/s.", ""),
        ("TR-8001 alarms at 85 °C.", ""),
        ("Follow SOP-999.", "unknown procedure SOP-999"),
        ("Dr Oldfield called.", "names a person; write the role"),
        ("DeepSeek-V9 wrote it.", "unknown model DeepSeek-V9"),
    ],
)
def test_the_checker_sees_what_it_claims_to_see(facts: Facts, text: str, complaint: str) -> None:
    assert _problem(facts, text) == complaint


def test_the_checker_sees_wrong_forms(facts: Facts) -> None:
    assert "wanted 40 to 180" in "; ".join(
        problems({"_id": "plant-0001", "type": "part", "title": "t", "text": "short"}, facts)
    )
    assert "_id 'x' is not plant-NNNN" in _problem(facts, "fine", _id="x")
    assert "type 'poem' is not one of" in _problem(facts, "fine", type="poem")
    assert "date 2022-03-15" in _problem(facts, "INC-2022-003, 15 March 2022.", type="incident")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tags: [P-3101A, PT-3120]", "tags: [P-3101Z]", r"damaged.yaml:\d+: E-1042 names the tag 'P-3101Z'"),
        ("area: A75, loc: upper", "area: A99, loc: upper", r"damaged.yaml:\d+: equipment CE-7505 .* 'A99'"),
        ("  CE-7505: {type:", "  CE-7505: {type: [", r"damaged.yaml:\d+: not valid YAML"),
        ("\nalarms:\n", "\nbells:\n", "section 'alarms' is missing"),
    ],
)
def test_damaged_facts_are_refused_with_the_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    good = (PLANT / "plant.yaml").read_text("utf-8")
    assert old in good
    damaged = tmp_path / "damaged.yaml"
    damaged.write_text(good.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=message):
        load_facts(damaged)


def test_missing_facts_say_which_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"data/plant/plant\.yaml"):
        load_facts(tmp_path / "none.yaml")


def test_there_are_ten_types() -> None:
    assert len(TYPES) == 10
