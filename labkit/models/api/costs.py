"""What it would cost to send a collection to each vendor: arithmetic on this machine, no key needed, nothing sent."""

from collections.abc import Sequence

from labkit.models.api.estimate import Estimate, estimated
from labkit.models.api.load import VENDORS
from labkit.models.texts import check_texts


def api_costs(texts: Sequence[str]) -> list[Estimate]:
    """The estimate for each model behind an API that labkit knows, the cheapest first, those without a price last.

    Raises:
        TypeError: if `texts` is not a list of str.

    Example:
        >>> api_costs(["a pump that hums"] * 1000)[0].tokens
        4000
    """
    listed = check_texts(texts)
    found = [
        estimated(f"{vendor.name}/{model.name}", listed, model.price)
        for vendor in VENDORS.values()
        for model in vendor.models
    ]
    return sorted(found, key=lambda one: (one.dollars is None, one.dollars or 0.0))
