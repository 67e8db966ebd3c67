"""Cohere's embed API, version 2.

    POST {base_url}/v2/embed  {"model": …, "texts": […], "input_type": "search_document", "embedding_types": […], …}

Documents and queries carry different input types. int8 and binary vectors are made by the vendor. Texts that are too
long are cut at their end. Source: Cohere's API reference, "Embed API (v2)": 96 texts a request; 256, 512, 1,024 or
1,536 dimensions from embed-v4.0 on.
"""

from typing import Any

from labkit.models.api.vendor import ApiModel, Ask, Json, Price, Vendor


def _body(ask: Ask) -> Json:
    body: Json = {
        "model": ask.model,
        "texts": ask.texts,
        "input_type": f"search_{ask.role}",
        "embedding_types": [ask.output],
        "truncate": "END",
    }
    return body if ask.dimensions is None else body | {"output_dimension": ask.dimensions}


def _read(answer: Json, ask: Ask) -> list[Any]:
    try:
        return list(answer["embeddings"][ask.output])
    except (KeyError, TypeError) as problem:
        raise ValueError(f"no vectors under 'embeddings', {ask.output!r} ({type(problem).__name__})") from None


_V4 = Price(0.12, "2025-09", "https://cohere.com/pricing", confirmed=False)

COHERE = Vendor(
    name="cohere",
    base_url="https://api.cohere.com",
    path="/v2/embed",
    key_variable="COHERE_API_KEY",
    key_needed=True,
    keys_page="https://dashboard.cohere.com/api-keys",
    outputs={"float32": "float", "int8": "int8", "binary": "ubinary"},
    texts_a_request=96,
    tokens_a_request=60_000,
    cuts=True,
    body=_body,
    read=_read,
    models=(
        ApiModel("embed-v4.0", 1536, (256, 512, 1024, 1536), 128_000, _V4),
        ApiModel("embed-english-v3.0", 1024, (), 512),
        ApiModel("embed-multilingual-v3.0", 1024, (), 512),
        ApiModel("embed-english-light-v3.0", 384, (), 512),
        ApiModel("embed-multilingual-light-v3.0", 384, (), 512),
    ),
)
