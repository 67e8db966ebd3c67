"""OpenAI's embeddings API, and its format as other servers speak it.

    POST {base_url}/embeddings  {"model": …, "input": […], "dimensions": …, "encoding_format": "base64"}

Vectors come back as base64 of their float32 bytes, a quarter of the size of the same numbers in JSON. There is no int8
or binary output. Documents and queries are treated alike. Source: OpenAI's API reference, "Create embeddings": 2,048
texts, 300,000 tokens a request, 8,192 tokens a text, no empty text.
"""

from labkit.models.api.answers import data_list
from labkit.models.api.vendor import ApiModel, Ask, Json, Price, Vendor


def _body(ask: Ask) -> Json:
    body: Json = {"model": ask.model, "input": ask.texts, "encoding_format": ask.output}
    return body if ask.dimensions is None else body | {"dimensions": ask.dimensions}


def _price(dollars: float, name: str, confirmed: bool = True) -> Price:
    return Price(dollars, "2026-07", f"https://developers.openai.com/api/docs/models/{name}", confirmed)


OPENAI = Vendor(
    name="openai",
    base_url="https://api.openai.com/v1",
    path="/embeddings",
    key_variable="OPENAI_API_KEY",
    key_needed=True,
    keys_page="https://platform.openai.com/api-keys",
    outputs={"float32": "base64"},
    texts_a_request=2048,
    tokens_a_request=150_000,
    cuts=False,
    body=_body,
    read=data_list,
    models=(
        ApiModel("text-embedding-3-small", 1536, range(1, 1537), 8192, _price(0.02, "text-embedding-3-small")),
        ApiModel("text-embedding-3-large", 3072, range(1, 3073), 8192, _price(0.13, "text-embedding-3-large")),
        ApiModel("text-embedding-ada-002", 1536, (), 8192, _price(0.10, "text-embedding-ada-002", False)),
    ),
)

# A server of one's own (vLLM, text-embeddings-inference, llama.cpp, Ollama …). Small batches, and numbers in JSON:
# that is what all of them take.
COMPATIBLE = Vendor(
    name="compatible",
    base_url="",
    path="/embeddings",
    key_variable="LABKIT_API_KEY",
    key_needed=False,
    keys_page="",
    outputs={"float32": "float"},
    texts_a_request=32,
    tokens_a_request=8_000,
    cuts=False,
    body=_body,
    read=data_list,
)
