"""What labkit knows about a vendor: its address, its limits, its models and their published prices, its wire format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["document", "query"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Price:
    """A published price. Prices change: the date and the page are part of it.

    Attributes:
        dollars: US dollars for a million tokens.
        as_of: month in which it was so reported.
        page: the vendor's page that says what it is today.
        confirmed: whether the figure was read on a page of the vendor's; if not, a reseller's page said so.
    """

    dollars: float
    as_of: str
    page: str
    confirmed: bool = True

    @property
    def seen(self) -> str:
        """The month of the price, and whether it is not confirmed.

        Example:
            >>> Price(0.12, "2025-09", "page", confirmed=False).seen
            '2025-09, not confirmed'
        """
        return self.as_of if self.confirmed else f"{self.as_of}, not confirmed"


@dataclass(frozen=True)
class ApiModel:
    """What labkit knows about one model behind an API.

    Attributes:
        name: the vendor's name for it.
        dim: numbers in a vector if no other number is asked for; 0 if not known.
        dims: the other numbers that may be asked for; empty if none.
        max_tokens: longer texts are cut here.
        price: what a million tokens cost, where the vendor publishes it and labkit knows it.
    """

    name: str
    dim: int
    dims: Sequence[int] = ()
    max_tokens: int = 1_000_000
    price: Price | None = None


@dataclass(frozen=True)
class Ask:
    """One request: which texts, and how their vectors should come back.

    Attributes:
        model: the vendor's name of the model.
        texts: what to embed, never empty.
        role: whether they are documents or queries.
        dimensions: numbers in a vector, or None for the model's own number.
        output: the vendor's word for the precision.
    """

    model: str
    texts: list[str]
    role: Role
    dimensions: int | None
    output: str


@dataclass(frozen=True)
class Vendor:
    """One vendor's API.

    Attributes:
        name: the name that `load_api_encoder` takes.
        base_url: where the API lies; empty if the caller has to say.
        path: what follows the base address.
        key_variable: environment variable that holds the key.
        key_needed: whether there is no service without a key.
        keys_page: where a person makes a key and sees their account.
        outputs: the precisions on offer, and the vendor's word for each.
        texts_a_request: most texts that labkit sends at once.
        tokens_a_request: most tokens that labkit sends at once: half of what the vendor allows or less, because
            labkit can only estimate them.
        cuts: whether the vendor cuts long texts itself; if not, labkit does.
        models: the models whose facts are known; others can be used too.
        body: the JSON object to send.
        read: from the JSON object that came back, the vectors in the order of the texts, as they came.
    """

    name: str
    base_url: str
    path: str
    key_variable: str
    key_needed: bool
    keys_page: str
    outputs: Mapping[str, str]
    texts_a_request: int
    tokens_a_request: int
    cuts: bool
    body: Callable[[Ask], Json]
    read: Callable[[Json, Ask], list[Any]]
    models: Sequence[ApiModel] = field(default=())
