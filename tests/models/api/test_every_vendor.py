"""A missing key, a wrong key, a refused connection, a quota: whoever the vendor is, a sentence one can act on."""

import socket

import pytest

from labkit.models.api.load import VENDORS, load_api_encoder

MODELS = {
    "openai": "text-embedding-3-small",
    "cohere": "embed-v4.0",
    "jina": "jina-embeddings-v3",
    "voyage": "voyage-4",
}
each_vendor = pytest.mark.parametrize("vendor", sorted(MODELS))


def ask(vendor, url):
    load_api_encoder(vendor, MODELS[vendor], base_url=url, cache=False).encode_queries(["a pump"])


@each_vendor
def test_no_key(vendors, monkeypatch, vendor):
    variable = VENDORS[vendor].key_variable
    monkeypatch.delenv(variable)
    with pytest.raises(PermissionError, match=f"{variable} is not set. Make a key at https://"):
        ask(vendor, vendors.url(vendor))


@each_vendor
def test_a_wrong_key(vendors, monkeypatch, vendor):
    variable = VENDORS[vendor].key_variable
    monkeypatch.setenv(variable, "wrong-key-9")
    with pytest.raises(PermissionError, match=f"does not accept the key in {variable}.*https://") as caught:
        ask(vendor, vendors.url(vendor))
    assert "wrong-key-9" not in str(caught.value)


@each_vendor
def test_a_refused_connection(vendors, vendor):
    with socket.socket() as free:  # a port where surely nobody listens
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(ConnectionError, match=f"cannot reach {vendor} at {url}.*Is there a network here"):
            ask(vendor, url)


@each_vendor
@pytest.mark.parametrize("status", [402, 429])
def test_no_credit(vendors, vendor, status):
    vendors.faults = [(status, {}, {"message": "You exceeded your current quota"})] * 3
    with pytest.raises(PermissionError, match="no credit or allowance left.*Look at https://"):
        ask(vendor, vendors.url(vendor))
    assert len(vendors.bodies) == 1 and vendors.waits == []  # waiting would not help
