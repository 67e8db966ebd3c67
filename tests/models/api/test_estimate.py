import pytest

from labkit.models.api.estimate import estimated
from labkit.models.api.vendor import Price


def test_the_cost_is_tokens_times_price_with_its_date_and_source():
    estimate = estimated("m", ["a" * 4000] * 1000, Price(0.02, "2026-07", "https://vendor/prices"))
    assert (estimate.texts, estimate.tokens) == (1000, 1_000_000)
    assert estimate.dollars == pytest.approx(0.02)
    assert str(estimate) == (
        "m: 1,000 texts to send, about 1,000,000 tokens, about $0.02 at $0.02 a million tokens "
        "(as of 2026-07; today's price: https://vendor/prices)"
    )


def test_an_unknown_price_is_said_and_not_made_up():
    estimate = estimated("m", ["a"], None)
    assert estimate.dollars is None
    assert "knows no price" in str(estimate)
