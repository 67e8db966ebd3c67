import pytest

from labkit.models.api.costs import api_costs
from labkit.models.api.estimate import Estimate
from labkit.models.api.load import VENDORS
from labkit.models.api.vendor import Price


def test_every_known_model_is_costed_without_a_key_and_without_a_request(vendors, monkeypatch):
    for vendor in VENDORS.values():
        monkeypatch.delenv(vendor.key_variable, raising=False)
    found = api_costs(["abcd" * 1000] * 500)  # 500,000 tokens
    assert {one.name for one in found} == {f"{v.name}/{m.name}" for v in VENDORS.values() for m in v.models}
    assert {one.tokens for one in found} == {500_000}
    dollars = {one.name: one.dollars for one in found}
    assert dollars["openai/text-embedding-3-small"] == pytest.approx(0.01)
    assert dollars["jina/jina-embeddings-v3"] is None
    priced = [one.dollars for one in found if one.dollars is not None]
    assert priced == sorted(priced) and [one.dollars is None for one in found] == sorted(
        one.dollars is None for one in found
    )
    assert vendors.bodies == []


def test_a_price_that_was_not_read_at_the_vendors_says_so():
    told = str(Estimate("m", 2, 10, Price(0.1, "2026-05", "https://vendor.example", confirmed=False)))
    assert "(as of 2026-05, not confirmed; today's price: https://vendor.example)" in told
    assert "not confirmed" not in str(Estimate("m", 2, 10, Price(0.1, "2026-05", "https://vendor.example")))


def test_one_text_is_no_list():
    with pytest.raises(TypeError, match="is one"):
        api_costs("a pump")
