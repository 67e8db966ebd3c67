from types import SimpleNamespace

import numpy as np
import pytest

import labkit
from labkit import Collection
from labkit.measure.bakeoff import bakeoff
from labkit.measure.bakeoff_times import paid
from labkit.models.api.encoder import ApiEncoder
from labkit.models.memory import may_remember
from labkit.search.hits import Hits

WORDS = ["pump", "valve", "seal", "motor", "filter", "tank", "alarm", "sensor"]


class Bag:
    """Encodes a text as the counts of eight words; a shorter context reads fewer."""

    def __init__(self, name="bag", max_tokens=1_000):
        self.name, self.dim, self.max_tokens, self.fingerprint = name, 8, max_tokens, name
        self.timed = 0

    def encode_documents(self, texts):
        self.timed += not may_remember()
        rows = [[text.split()[: self.max_tokens].count(word) + 0.01 for word in WORDS] for text in texts]
        vectors = np.array(rows, np.float32).reshape(-1, 8)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_documents


class Fixed:
    nbytes = 80

    def search(self, queries, k):
        return Hits.from_lists([[(0, 1.0)] for _ in queries], k)


@pytest.fixture
def plant():
    return Collection(
        "small plant",
        doc_ids=[str(i) for i in range(8)],
        titles=[""] * 8,
        texts=[f"{word} and nothing else" for word in WORDS],
        query_ids=[f"q{i}" for i in range(9)],
        queries=[*WORDS, "a query that nobody judged"],
        qrels={f"q{i}": {str(i): 1} for i in range(8)},
    )


def test_each_form_has_its_quality_its_bytes_and_its_time(plant):
    found = bakeoff({"bag": Bag(), "fixed": Fixed()}, plant, dims={"bag": [4]})
    assert [entry.name for entry in found.entries] == [
        "bag (float32)",
        "bag (int8)",
        "bag (binary, then int8)",
        "bag (4 d, float32)",
        "bag (4 d, int8)",
        "bag (4 d, binary, then int8)",
        "fixed",
    ]
    full = found["bag"]
    assert full.quality.mean == 1 and full.values.shape == (8,)  # the query without a judgement is left out
    assert found["bag (4 d, float32)"].quality.mean < 0.9  # half of the words are cut off
    assert [(entry.memory, entry.stored) for entry in found.entries] == [
        (32, 32),
        (8, 8),
        (1, 9),
        (16, 16),
        (4, 4),
        (1, 5),
        (10, 10),
    ]
    assert found["fixed"].quality.mean == pytest.approx(1 / 8)
    assert full.query_ms == pytest.approx(full.encode_ms + full.search_ms) and full.encode_ms > 0
    assert full.per_second > 0 and found["fixed"].per_second is None
    assert list(found.per_query) == ["bag", "fixed"] and found.query_ids == tuple(f"q{i}" for i in range(8))


def test_tables_name_everything(plant):
    found = bakeoff({"bag": Bag(max_tokens=2), "fixed": Fixed()}, plant)
    text = str(found)
    assert "bag    binary, then int8" in text and "1 B" in text and "8 queries, 8 documents of small plant" in text
    models = found.models()
    assert models.rows[0][3:] == ("2", "about 8 (100%)", "64.4%")  # 45 tokens by the estimate, 16 of them read
    assert models.rows[1][2:] == ("", "", "", "")
    assert "bag" in found._repr_html_()
    with pytest.raises(KeyError, match="no entry 'cat'"):
        found["cat"]


def test_time_is_taken_with_nothing_remembered(plant):
    bag = Bag()
    bakeoff({"bag": bag}, plant)
    assert bag.timed > 20


def test_times_can_be_left_out(plant):
    bag = Bag()
    found = bakeoff({"bag": bag, "fixed": Fixed()}, plant, timed=False)
    assert bag.timed == 0 and {entry.query_ms for entry in found.entries} == {None}
    assert "Times on" not in found.caption and found["bag"].quality.mean == 1


def test_an_api_is_sent_each_text_once_and_never_timed(plant, monkeypatch):
    from labkit.models.api.encoder import ApiEncoder

    class Paid(Bag, ApiEncoder):
        pass

    paid = Paid()
    found = bakeoff({"paid": labkit.AdaptedEncoder(paid, labkit.LinearMap(np.eye(8, dtype=np.float32), "same"))}, plant)
    assert paid.timed == 0
    assert found["paid"].query_ms is None and found["paid"].per_second is None
    assert "not timed" in str(found)


def test_models_can_be_named():
    plant = Collection.load("plant").with_queries(range(0, 297, 10))
    found = bakeoff(["wordllama-256"], plant)
    searcher = labkit.DenseRetriever(
        encoder := labkit.load_encoder("wordllama-256"), labkit.FlatIndex(encoder.encode_documents(plant.documents))
    )
    same = labkit.compare({"m": searcher}, plant, metrics=("nDCG@10",), latency=False)
    np.testing.assert_allclose(found["wordllama-256"].values, same.per_query["m"]["nDCG@10"])
    assert found["wordllama-256"].memory == 1024 and found["wordllama-256"].cut.cut == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda plant: bakeoff({}, plant), ValueError, "no models"),
        (lambda plant: bakeoff("wordllama-256", plant), TypeError, r"pass \['wordllama-256'\]"),
        (lambda plant: bakeoff({"a": 3}, plant), TypeError, "'a' should encode texts or search, but is a int"),
        (lambda plant: bakeoff({"a": Bag()}, plant, dims={"b": [2]}), ValueError, "dims are given for 'b'"),
        (lambda plant: bakeoff({"a": Bag()}, plant, dims={"a": [9]}), ValueError, "between 1 and the 8"),
        (lambda plant: bakeoff({"a": Bag()}, plant, metric="MRR"), ValueError, "no cut-off"),
        (lambda plant: bakeoff({"a": Bag()}, plant.with_queries([8])), ValueError, "known_items"),
        (lambda plant: bakeoff(["no such model"], plant), ValueError, "LABKIT_MODELS=hub"),
    ],
)
def test_what_cannot_be_measured_is_said(plant, call, error, message):
    with pytest.raises(error, match=message):
        call(plant)


def test_whoever_is_paid_is_found_behind_an_adapter_and_in_a_fusion():
    free, bought = Bag(), ApiEncoder.__new__(ApiEncoder)
    behind = SimpleNamespace(encoder=bought)
    assert [paid(one) for one in (free, bought, behind, SimpleNamespace(encoder=free))] == [False, True, True, False]
    assert paid(SimpleNamespace(searchers=[free, behind])) and not paid(SimpleNamespace(searchers=[free]))
