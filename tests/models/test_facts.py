import re

import numpy as np
import pytest
from safetensors import safe_open

from labkit.models.api.load import VENDORS
from labkit.models.catalogue import catalogue, find
from labkit.models.facts import ASPECTS, Fact, ModelFacts, facts_of, model_facts
from labkit.models.weights import verify

SOURCES = re.compile(r"\.(com|co|ai)\b|arXiv \d{4}\.\d{5}|counted in|data/models|README|your own machine|weights|table")


def numbers(text):
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize("model", model_facts(), ids=lambda model: model.name)
def test_every_fact_has_a_source(model):
    known = dict(model.facts())
    assert {"licence", "dimensions", "context", "modality"} <= set(known) <= set(ASPECTS)
    for aspect, fact in known.items():
        assert SOURCES.search(fact.source), f"{model.name}, {aspect}: {fact.source!r} names no page, paper or file"
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])|", fact.read)
        if not fact.read:
            assert re.search(r"counted|data/|weights|table|machine", fact.source)


@pytest.mark.parametrize("value, source", [("", "page"), ("1", " ")])
def test_a_fact_from_nowhere_is_refused(value, source):
    with pytest.raises(ValueError, match="needs a value and a source"):
        Fact(value, source)


def test_names_are_unique_and_every_encoder_of_the_catalogue_has_facts():
    names = [model.name for model in model_facts()]
    assert len(set(names)) == len(names)
    assert {card.name for card in catalogue() if card.kind != "cross"} <= set(names)
    with pytest.raises(ValueError, match="text-embedding-4.*it knows all-MiniLM-L6-v2"):
        facts_of("text-embedding-4")


@pytest.mark.parametrize("card", [card for card in catalogue() if card.kind != "cross"], ids=lambda card: card.name)
def test_the_embedded_facts_are_those_of_the_cards(card):
    facts = facts_of(card.name)
    assert facts.licence.value == card.licence
    assert numbers(facts.dimensions.value) == [card.dim]
    if card.max_tokens < 1_000_000:
        assert numbers(facts.context.value)[0] == card.max_tokens


def test_parameters_are_counted_again():
    with safe_open(verify("all-MiniLM-L6-v2") / "model.safetensors", "np") as file:
        shapes = [file.get_slice(name).get_shape() for name in file.keys() if not name.endswith("position_ids")]  # noqa: SIM118
    count = sum(int(np.prod(shape)) for shape in shapes)
    assert facts_of("all-MiniLM-L6-v2").parameters.value == f"{count / 1e6:.1f} million"
    card = find("wordllama-256")
    with safe_open(verify(card) / next(iter(card.sha256)), "np") as file:
        rows, columns = file.get_slice("embedding.weight").get_shape()
    assert facts_of("wordllama-256").parameters.value == f"{rows * columns / 1e6:.1f} million"
    size = (verify("bge-small-en-v1.5") / "model.onnx").stat().st_size  # one byte a parameter, and the graph
    assert size / 1e6 == pytest.approx(numbers(facts_of("bge-small-en-v1.5").parameters.value)[0], rel=0.05)


def test_bge_m3s_parameters_are_the_arithmetic_of_its_config():
    vocabulary, positions, width, inner, layers = 250_002, 8_194, 1_024, 4_096, 24
    layer = 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width
    total = (vocabulary + positions + 1 + 2) * width + layers * layer
    assert numbers(facts_of("BAAI/bge-m3").parameters.value) == [round(total / 1e6)]


KNOWN = {facts.name for facts in model_facts()}
API_MODELS = [model for vendor in VENDORS.values() for model in vendor.models if model.name in KNOWN]


@pytest.mark.parametrize("model", API_MODELS, ids=lambda model: model.name)
def test_the_families_agree_with_what_the_api_encoders_use(model):
    assert len(API_MODELS) >= 9
    facts = facts_of(model.name)
    assert numbers(facts.dimensions.value)[0] == model.dim
    assert numbers(facts.context.value)[0] == model.max_tokens
    if model.dims and not facts.matryoshka.value.startswith("any"):
        assert set(numbers(facts.matryoshka.value)) <= set(model.dims)
    if model.price:
        assert float(facts.price.value.split()[0].lstrip("$")) == model.price.dollars
        assert ("not confirmed" in facts.price.value) != model.price.confirmed


def test_facts_that_are_not_known_are_not_given():
    assert dict(ModelFacts("a model", "someone").facts()) == {}
    assert facts_of("text-embedding-3-small").parameters is None
