"""Voyage's embeddings API.

    POST {base_url}/embeddings  {"model": …, "input": […], "input_type": "document", "output_dtype": "int8", …}

The vendor puts a prompt in front of documents and another in front of queries. int8 and binary vectors are made by the
vendor. Texts that are too long are cut. Source: Voyage's API reference, "Text embedding models": 1,000 texts a request
and, for the models with the smallest allowance, 120,000 tokens. Keys made in MongoDB Atlas belong to another address:
`base_url="https://ai.mongodb.com/v1"`.
"""

from labkit.models.api.answers import data_list
from labkit.models.api.vendor import ApiModel, Ask, Json, Price, Vendor

_DIMS = (256, 512, 1024, 2048)


def _body(ask: Ask) -> Json:
    body: Json = {"model": ask.model, "input": ask.texts, "input_type": ask.role, "truncation": True}
    if ask.output != "float":  # the older models know no other output and no such word
        body |= {"output_dtype": ask.output}
    return body if ask.dimensions is None else body | {"output_dimension": ask.dimensions}


def _price(dollars: float) -> Price:
    return Price(dollars, "2026-05", "https://docs.voyageai.com/docs/pricing", confirmed=False)


VOYAGE = Vendor(
    name="voyage",
    base_url="https://api.voyageai.com/v1",
    path="/embeddings",
    key_variable="VOYAGE_API_KEY",
    key_needed=True,
    keys_page=(
        "https://dashboard.voyageai.com/api-keys (a key made in MongoDB Atlas needs "
        "base_url='https://ai.mongodb.com/v1')"
    ),
    outputs={"float32": "float", "int8": "int8", "binary": "ubinary"},
    texts_a_request=1000,
    tokens_a_request=60_000,
    cuts=True,
    body=_body,
    read=data_list,
    models=(
        ApiModel("voyage-4-large", 1024, _DIMS, 32_000, _price(0.12)),
        ApiModel("voyage-4", 1024, _DIMS, 32_000, _price(0.06)),
        ApiModel("voyage-4-lite", 1024, _DIMS, 32_000, _price(0.02)),
        ApiModel("voyage-3-large", 1024, _DIMS, 32_000, _price(0.18)),
        ApiModel("voyage-3.5", 1024, _DIMS, 32_000, _price(0.06)),
        ApiModel("voyage-3.5-lite", 1024, _DIMS, 32_000, _price(0.02)),
        ApiModel("voyage-code-3", 1024, _DIMS, 32_000, _price(0.18)),
    ),
)
