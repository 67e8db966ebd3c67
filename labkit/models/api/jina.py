"""Jina's embeddings API.

    POST {base_url}/embeddings  {"model": …, "input": […], "task": "retrieval.passage", "late_chunking": false, …}

The task chooses the adapter (LoRA) that the model was trained with for documents or for queries. Late chunking, where
all texts of a request are read as one long text, is off: a vector must not depend on its neighbours. Texts that are too
long are cut. Sources: Jina's API documentation; jina-embeddings-v3 (arXiv 2409.10173), jina-embeddings-v4
(arXiv 2506.18902). labkit knows no price: Jina sells tokens in packages.
"""

from labkit.models.api.answers import data_list
from labkit.models.api.vendor import ApiModel, Ask, Json, Vendor

_TASKS = {"document": "retrieval.passage", "query": "retrieval.query"}


def _body(ask: Ask) -> Json:
    body: Json = {
        "model": ask.model,
        "input": ask.texts,
        "task": _TASKS[ask.role],
        "embedding_type": ask.output,
        "late_chunking": False,
        "truncate": True,
    }
    return body if ask.dimensions is None else body | {"dimensions": ask.dimensions}


JINA = Vendor(
    name="jina",
    base_url="https://api.jina.ai/v1",
    path="/embeddings",
    key_variable="JINA_API_KEY",
    key_needed=True,
    keys_page="https://jina.ai/api-dashboard/key-manager",
    outputs={"float32": "float", "binary": "ubinary"},
    texts_a_request=128,
    tokens_a_request=40_000,
    cuts=True,
    body=_body,
    read=data_list,
    models=(
        ApiModel("jina-embeddings-v3", 1024, range(32, 1025), 8192),
        ApiModel("jina-embeddings-v4", 2048, range(128, 2049), 32_768),
    ),
)
