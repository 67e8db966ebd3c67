import pytest

import labkit
from labkit.models.api.load import VENDORS, load_api_encoder


def test_it_is_a_public_name():
    assert labkit.load_api_encoder is load_api_encoder


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("opnai", "m"), {}, "no vendor is called 'opnai'; there are openai, cohere, jina, voyage, compatible"),
        (("openai", " "), {}, "text-embedding-3-small"),
        (("openai", "text-embedding-3-small"), {"dimensions": 1537}, "offers dimensions 1 to 1536, but 1537"),
        (("openai", "text-embedding-ada-002"), {"dimensions": 256}, "offers dimensions 1536, but 256"),
        (("cohere", "embed-v4.0"), {"dimensions": 300}, r"\(256, 512, 1024, 1536\), but 300"),
        (("voyage", "voyage-4"), {"dimensions": 0}, "at least 1, but is 0"),
        (("voyage", "voyage-4"), {"dimensions": True}, "whole number"),
        (("voyage", "voyage-4"), {"dimensions": 256.0}, "whole number"),
        (("openai", "text-embedding-3-small"), {"precision": "int8"}, "offers no 'int8' vectors.*Int8Quantizer"),
        (("jina", "jina-embeddings-v3"), {"precision": "int8"}, "only float32, binary"),
        (("jina", "jina-embeddings-v3"), {"precision": "binary", "dimensions": 100}, "eight dimensions to a byte"),
        (("openai", "text-embedding-3-small"), {"budget": -1}, "budget"),
        (("openai", "text-embedding-3-small"), {"budget": float("nan")}, "budget"),
        (("compatible", "m"), {}, "needs base_url"),
        (("compatible", "m"), {"base_url": "127.0.0.1:8080"}, "http:// or https://"),
        (("compatible", "m"), {"base_url": "http://127.0.0.1:99999/v1"}, "no address"),
        (("compatible", "m"), {"base_url": "file:///etc"}, "http:// or https://"),
        (("openai", "m"), {"base_url": "http://gateway.example/v1"}, "not encrypted.*OPENAI_API_KEY"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_sent(vendors, arguments, options, message):
    with pytest.raises(ValueError, match=message):
        load_api_encoder(*arguments, **options)
    assert vendors.bodies == []


@pytest.mark.parametrize("url", ["https://me:secret@host/v1", "https://host/v1?key=secret", "https://host/v1#secret"])
def test_an_address_with_a_secret_in_it_is_refused_without_showing_it(vendors, url):
    with pytest.raises(ValueError, match="an address alone") as caught:
        load_api_encoder("compatible", "m", base_url=url)
    assert "secret" not in str(caught.value)


def test_an_open_address_is_fine_where_no_key_is_sent(vendors):
    encoder = load_api_encoder("compatible", "m", base_url="http://192.0.2.1/v1", dimensions=8, cache=False)
    assert encoder.dim == 8


def test_every_known_model_has_its_facts():
    for vendor in VENDORS.values():
        for model in vendor.models:
            assert model.dim > 0 and model.max_tokens >= 512
            assert not model.dims or model.dim in model.dims
            if model.price:
                assert model.price.page.startswith("https://") and 0 < model.price.dollars < 1
    assert {vendor.key_variable for vendor in VENDORS.values()} >= {"OPENAI_API_KEY", "COHERE_API_KEY"}


def test_a_model_that_nobody_knows_is_refused_when_it_is_loaded(vendors):
    with pytest.raises(ValueError, match="openai has no model 'text-embedding-4'.*does not exist"):
        load_api_encoder("openai", "text-embedding-4", base_url=vendors.url("openai"))


def test_a_server_that_is_not_there_is_said_when_it_is_asked_for_its_dimensions(vendors):
    vendors.server.shutdown()
    vendors.server.server_close()
    with pytest.raises(ConnectionError, match="A server of your own has to be started first"):
        load_api_encoder("compatible", "m", base_url=vendors.url("compatible"))
