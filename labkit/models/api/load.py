"""One way to get an encoder behind an API."""

import math
from urllib.parse import urlsplit

from labkit.models.api.cohere import COHERE
from labkit.models.api.encoder import ApiEncoder
from labkit.models.api.jina import JINA
from labkit.models.api.keys import authorization, check_key
from labkit.models.api.openai import COMPATIBLE, OPENAI
from labkit.models.api.vendor import ApiModel, Vendor
from labkit.models.api.voyage import VOYAGE

VENDORS = {vendor.name: vendor for vendor in (OPENAI, COHERE, JINA, VOYAGE, COMPATIBLE)}


def load_api_encoder(
    vendor: str,
    model: str,
    *,
    dimensions: int | None = None,
    precision: str = "float32",
    base_url: str | None = None,
    cache: bool = True,
    budget: float = 1.0,
) -> ApiEncoder:
    """An encoder that sends texts to a vendor: `encode_documents(texts)` and `encode_queries(texts)` give unit vectors.

    The key is read from the environment (`OPENAI_API_KEY`, `COHERE_API_KEY`, `JINA_API_KEY`, `VOYAGE_API_KEY`; for a
    server of your own `LABKIT_API_KEY`, if it wants one) and is never stored or shown. `encoder.estimate(texts)` says
    what a call would cost; the call itself prints it before it sends anything.

    Args:
        vendor: `openai`, `cohere`, `jina`, `voyage`, or `compatible` for any server that speaks OpenAI's format.
        model: the vendor's name of the model. One that labkit does not know is asked at once for the vector of one
            word, to learn its dimensions, unless you give them.
        dimensions: numbers in a vector, for models that offer a choice (Matryoshka); None for the model's own number.
        precision: `float32`, `int8` or `binary`, where the vendor offers it. labkit's quantizers do the same at home.
        base_url: another address of the API, up to and without `/embeddings`; needed for `compatible`.
        cache: remember vectors on disk, so that the same text is paid for only once.
        budget: most US dollars that one call may cost by the estimate; a dearer one is refused before it is sent.

    Raises:
        ValueError: if there is no such vendor, dimensions, precision or address; the message lists what there is.
        PermissionError: if the key is missing or not accepted.
        ConnectionError: if a model that labkit does not know cannot be asked for its dimensions.

    Example:
        >>> encoder = load_api_encoder(
        ...     "compatible", "bge-m3", base_url="http://127.0.0.1:8080/v1", dimensions=1024, cache=False
        ... )
        >>> print(encoder.estimate(["a pump", "a dry bed"]))
        compatible/bge-m3@1024: 2 texts to send, about 4 tokens; labkit knows no price for this model
    """
    if vendor not in VENDORS:
        raise ValueError(f"no vendor is called {vendor!r}; there are {', '.join(VENDORS)}")
    chosen = VENDORS[vendor]
    if not model or not model.strip():
        raise ValueError(f"model is empty; name a model of {vendor}, such as {_known(chosen)}")
    facts = next((known for known in chosen.models if known.name == model), ApiModel(model, 0))
    _check_dimensions(chosen, facts, dimensions)
    if precision not in chosen.outputs:
        raise ValueError(
            f"{vendor} offers no {precision!r} vectors, only {', '.join(chosen.outputs)}; take float32 and compress "
            f"the vectors yourself with Int8Quantizer or BinaryQuantizer"
        )
    if precision == "binary" and dimensions is not None and dimensions % 8:
        raise ValueError(f"binary vectors come eight dimensions to a byte, but dimensions is {dimensions}")
    if not (isinstance(budget, int | float) and math.isfinite(budget) and budget >= 0):
        raise ValueError(f"budget should be US dollars, 0 or more, but is {budget!r}")
    url = _checked_url(chosen, base_url)
    check_key(chosen)
    return ApiEncoder(
        chosen, facts, dimensions=dimensions, precision=precision, base_url=url, cache=cache, budget=budget
    )


def _known(vendor: Vendor) -> str:
    return ", ".join(model.name for model in vendor.models) or "the one that your server serves"


def _check_dimensions(vendor: Vendor, model: ApiModel, dimensions: int | None) -> None:
    if dimensions is None:
        return
    if isinstance(dimensions, bool) or not isinstance(dimensions, int) or dimensions < 1:
        raise ValueError(f"dimensions should be a whole number of at least 1, but is {dimensions!r}")
    if model.dim and dimensions not in (model.dims or (model.dim,)):
        offered = (
            f"{model.dims[0]} to {model.dims[-1]}" if isinstance(model.dims, range) else str(model.dims or model.dim)
        )
        raise ValueError(f"{vendor.name}'s {model.name} offers dimensions {offered}, but {dimensions} were asked for")


def _checked_url(vendor: Vendor, base_url: str | None) -> str:
    url = base_url or vendor.base_url
    if not url:
        raise ValueError(f"{vendor.name} needs base_url, such as 'http://127.0.0.1:8080/v1'")
    try:
        parts, _ = urlsplit(url), urlsplit(url).port
    except ValueError as problem:
        raise ValueError(f"base_url {url!r} is no address: {problem}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"base_url should begin with http:// or https:// and name a host, but is {url!r}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("base_url should hold an address alone, no user, password, question mark or '#'")
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not here and authorization(vendor):
        raise ValueError(
            f"base_url {url} is not encrypted: everyone on the way could read the key in {vendor.key_variable}. "
            f"Use https://, or unset the variable if the server needs no key"
        )
    return url
