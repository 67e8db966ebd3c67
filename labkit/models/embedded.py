"""Facts about the models that travel with the course. What can be counted in the files was counted; a test counts again."""

from labkit.models.facts import Fact, ModelFacts

_MINILM = "huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (model card)"
_BGE = "huggingface.co/BAAI/bge-small-en-v1.5 (model card, sentence_bert_config.json)"
_WORDLLAMA = "huggingface.co/dleemiller/word-llama-l2-supercat (model card)"


def _counted(value: str, file: str) -> Fact:
    return Fact(value, f"counted in {file}, checked by a test", read="")


def _embedded(
    name: str,
    maker: str,
    card: str,
    *,
    licence: str,
    parameters: Fact,
    dimensions: Fact,
    matryoshka: Fact,
    context: str,
) -> ModelFacts:
    """A model of English texts whose weights travel with the course; `card` is the page of what was not counted."""
    return ModelFacts(
        name=name,
        maker=maker,
        licence=Fact(licence, card),
        parameters=parameters,
        dimensions=dimensions,
        matryoshka=matryoshka,
        context=Fact(context, card),
        languages=Fact("English", card),
        modality=Fact("text", card),
        precisions=Fact("float32; quantize yourself", "the weights give float32 vectors", read=""),
        price=Fact("no price", "runs on your own machine; no API of the maker's is used here", read=""),
    )


EMBEDDED = (
    _embedded(
        "all-MiniLM-L6-v2",
        "sentence-transformers",
        _MINILM,
        licence="Apache-2.0",
        parameters=_counted("22.7 million", "model.safetensors"),
        dimensions=_counted("384", "config.json"),
        matryoshka=Fact("none; this course's adapter adds them", "data/models/minilm-matryoshka/README.md", read=""),
        context="256 tokens (trained on 128)",
    ),
    _embedded(
        "bge-small-en-v1.5",
        "BAAI",
        _BGE,
        licence="MIT",
        parameters=_counted("33 million", "model.onnx, one byte each"),
        dimensions=_counted("384", "model.onnx"),
        matryoshka=Fact("none named", _BGE),
        context="512 tokens",
    ),
    _embedded(
        "wordllama-256",
        "D. L. Miller",
        _WORDLLAMA,
        licence="MIT",
        parameters=_counted("8.2 million", "l2_supercat_256.safetensors"),
        dimensions=_counted("256", "l2_supercat_256.safetensors"),
        matryoshka=Fact("64, 128, 256 as advertised; see notebook 02", _WORDLLAMA),
        context="no limit; a mean of token vectors",
    ),
)
