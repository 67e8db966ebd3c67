"""What sending texts will cost, said before they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.models.api.tokens import estimated_tokens
from labkit.models.api.vendor import Price


@dataclass(frozen=True)
class Estimate:
    """What one call will send, and about what it will cost.

    Attributes:
        name: the encoder's name.
        texts: how many texts would be sent; those already remembered are not.
        tokens: about how many tokens they have.
        price: the model's published price, if labkit knows it.
    """

    name: str
    texts: int
    tokens: int
    price: Price | None

    @property
    def dollars(self) -> float | None:
        """About what it costs in US dollars; None if the price is not known.

        Example:
            >>> Estimate("m", 2, 500_000, Price(0.02, "2026-07", "page")).dollars
            0.01
        """
        return None if self.price is None else self.tokens * self.price.dollars / 1e6

    @property
    def cost(self) -> str:
        """The dollars in words; "" if the price is not known.

        Example:
            >>> [Estimate("m", 2, tokens, Price(0.02, "2026-07", "page")).cost for tokens in (9, 500_000)]
            ['less than a cent', '$0.01']
        """
        if self.dollars is None:
            return ""
        return "less than a cent" if self.dollars < 0.01 else f"${self.dollars:,.2f}"

    def __str__(self) -> str:
        """The estimate as a sentence, with the price's date and source."""
        texts = "1 text" if self.texts == 1 else f"{self.texts:,} texts"
        amount = f"{self.name}: {texts} to send, about {self.tokens:,} tokens"
        if self.price is None:
            return f"{amount}; labkit knows no price for this model"
        about = "about " if self.cost.startswith("$") else ""
        return (
            f"{amount}, {about}{self.cost} at ${self.price.dollars:g} a million tokens "
            f"(as of {self.price.seen}; today's price: {self.price.page})"
        )


def estimated(name: str, texts: Sequence[str], price: Price | None) -> Estimate:
    """About what it costs to send these texts.

    Example:
        >>> print(estimated("m", ["a pump"], None))
        m: 1 text to send, about 2 tokens; labkit knows no price for this model
    """
    return Estimate(name, len(texts), sum(map(estimated_tokens, texts)), price)
