"""Facts about models that are not on this machine: vendors' APIs, and open weights that a hub holds.

Where a price could not be read on the vendor's own page it says "not confirmed". There is no `text-embedding-4`: OpenAI's
list of embedding models is text-embedding-3-small, text-embedding-3-large and text-embedding-ada-002.
"""

from labkit.models.facts import Fact, ModelFacts

_OPENAI = "developers.openai.com/api/reference/resources/embeddings"
_OPENAI_MODELS = "developers.openai.com/api/docs/models"
_COHERE = "docs.cohere.com/docs/embed-2 (Cohere's Embed models)"
_COHERE_API = "docs.cohere.com, Embed API (v2), embedding_types"
_BGE_M3 = "BGE M3-Embedding, arXiv 2402.03216, abstract"
_BGE_CONFIG = "huggingface.co/BAAI/bge-m3, onnx/config.json"
_JINA3 = "jina-embeddings-v3, arXiv 2409.10173; huggingface.co/jinaai/jina-embeddings-v3 (model card)"
_JINA4 = "jina.ai/models/jina-embeddings-v4; arXiv 2506.18902"
_VOYAGE = "docs.voyageai.com/embeddings"
_CLOSED = Fact("proprietary, API only", "no weights are published by the vendor")


def _openai(name: str, dimensions: str, price: str, price_source: str, shorter: str) -> ModelFacts:
    return ModelFacts(
        name=name,
        maker="OpenAI",
        licence=_CLOSED,
        dimensions=Fact(dimensions, f"{_OPENAI_MODELS}/{name}"),
        matryoshka=Fact(shorter, f"{_OPENAI}: `dimensions` is for text-embedding-3 and later"),
        context=Fact("8,192 tokens", f"{_OPENAI}: 8,192 tokens for all embedding models"),
        modality=Fact("text", f"{_OPENAI_MODELS}/{name}"),
        precisions=Fact("float32 (as numbers or base64); no int8, no int4", f"{_OPENAI}: encoding_format"),
        price=Fact(price, price_source),
    )


def _cohere_v3(name: str, languages: str) -> ModelFacts:
    return ModelFacts(
        name=name,
        maker="Cohere",
        licence=_CLOSED,
        dimensions=Fact("1,024", _COHERE),
        matryoshka=Fact("none", f"{_COHERE}: one number of dimensions"),
        context=Fact("512 tokens", _COHERE),
        languages=Fact(languages, _COHERE),
        modality=Fact("text or image", _COHERE),
        precisions=Fact("float32, int8, uint8, binary, ubinary", _COHERE_API),
    )


def _voyage(name: str, price: str) -> ModelFacts:
    return ModelFacts(
        name=name,
        maker="Voyage AI",
        licence=_CLOSED,
        dimensions=Fact("1,024", _VOYAGE),
        matryoshka=Fact("256, 512, 1,024, 2,048", _VOYAGE),
        context=Fact("32,000 tokens", _VOYAGE),
        languages=Fact("multilingual", _VOYAGE),
        modality=Fact("text", _VOYAGE),
        precisions=Fact("float32, int8, uint8, binary, ubinary", f"{_VOYAGE}: output_dtype"),
        price=Fact(f"{price} (not confirmed)", f"vercel.com/ai-gateway/models/{name}, a reseller's page"),
    )


FAMILIES = (
    _openai("text-embedding-3-small", "1,536", "$0.02", f"{_OPENAI_MODELS}/text-embedding-3-large", "any up to 1,536"),
    _openai("text-embedding-3-large", "3,072", "$0.13", f"{_OPENAI_MODELS}/text-embedding-3-large", "any up to 3,072"),
    _openai(
        "text-embedding-ada-002",
        "1,536",
        "$0.10 (not confirmed)",
        "vercel.com/ai-gateway/models/text-embedding-ada-002, a reseller's page",
        "none",
    ),
    ModelFacts(
        name="embed-v4.0",
        maker="Cohere",
        licence=_CLOSED,
        dimensions=Fact("1,536", _COHERE),
        matryoshka=Fact("256, 512, 1,024, 1,536", _COHERE),
        context=Fact("128,000 tokens", _COHERE),
        languages=Fact("multilingual", "docs.oracle.com, Cohere Embed 4: text English or multilingual"),
        modality=Fact("text, images, both mixed", _COHERE),
        precisions=Fact("float32, int8, uint8, binary, ubinary", "docs.aws.amazon.com/bedrock, Cohere Embed v4"),
        price=Fact(
            "$0.12 (not confirmed)", "getmaxim.ai model library, a reseller's page; cohere.com/pricing says today's"
        ),
    ),
    _cohere_v3("embed-english-v3.0", "English"),
    _cohere_v3("embed-multilingual-v3.0", "multilingual"),
    ModelFacts(
        name="BAAI/bge-m3",
        maker="BAAI",
        licence=Fact("MIT", "huggingface.co/BAAI/bge-m3 (licence field of the model card)"),
        parameters=Fact("567 million", f"arithmetic from {_BGE_CONFIG}"),
        dimensions=Fact("1,024", _BGE_CONFIG),
        matryoshka=Fact("none named", _BGE_M3),
        context=Fact("8,192 tokens", _BGE_M3),
        languages=Fact("more than 100", _BGE_M3),
        modality=Fact("text; dense, sparse and multi-vector at once", _BGE_M3),
        precisions=Fact("float32; quantize yourself", "open weights give float32 vectors"),
        price=Fact("no price", "open weights: you pay for your own machine"),
    ),
    ModelFacts(
        name="jina-embeddings-v3",
        maker="Jina AI",
        licence=Fact("CC BY-NC 4.0: no commercial use", _JINA3),
        parameters=Fact("570 million", "jina.ai/models/jina-embeddings-v3"),
        dimensions=Fact("1,024", _JINA3),
        matryoshka=Fact("32, 64, 128, 256, 512, 768, 1,024", _JINA3),
        context=Fact("8,192 tokens", _JINA3),
        languages=Fact("89 (30 in focus)", f"{_JINA3}; qdrant.tech/documentation/embeddings/jina-embeddings"),
        modality=Fact("text; one vector a text, no late interaction", _JINA3),
    ),
    ModelFacts(
        name="jina-embeddings-v4",
        maker="Jina AI",
        licence=Fact("Qwen Research License: read it before you sell", "jina.ai/models/jina-embeddings-v4"),
        parameters=Fact("3.8 billion", _JINA4),
        dimensions=Fact("2,048; or 128 a token", _JINA4),
        matryoshka=Fact("128, 256, 512, 1,024, 2,048", _JINA4),
        context=Fact("32,768 tokens", "huggingface.co/jinaai/jina-embeddings-v4 (model card)"),
        languages=Fact("29 supported", "jina.ai/models/jina-embeddings-v4"),
        modality=Fact("text, images, PDF; single or multi-vector", _JINA4),
    ),
    _voyage("voyage-4-large", "$0.12"),
    _voyage("voyage-4", "$0.06"),
    _voyage("voyage-4-lite", "$0.02"),
)
