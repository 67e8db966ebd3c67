"""Facts about the models that travel with the course. What can be counted in the files was counted; a test counts again."""

from labkit.models.facts import Fact, ModelFacts


def _counted(value: str, file: str) -> Fact:
    return Fact(value, f"counted in {file}, checked by a test", read="")


_MINILM = "huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (model card)"
_BGE = "huggingface.co/BAAI/bge-small-en-v1.5 (model card, sentence_bert_config.json)"
_WORDLLAMA = "huggingface.co/dleemiller/word-llama-l2-supercat (model card)"
_FREE = "runs on your own machine; no API of the maker's is used here"

EMBEDDED = (
    ModelFacts(
        name="all-MiniLM-L6-v2",
        maker="sentence-transformers",
        licence=Fact("Apache-2.0", _MINILM),
        parameters=_counted("22.7 million", "model.safetensors"),
        dimensions=_counted("384", "config.json"),
        matryoshka=Fact("none; this course's adapter adds them", "data/models/minilm-matryoshka/README.md", read=""),
        context=Fact("256 tokens (trained on 128)", _MINILM),
        languages=Fact("English", _MINILM),
        modality=Fact("text", _MINILM),
        precisions=Fact("float32; quantize yourself", "the weights give float32 vectors", read=""),
        price=Fact("no price", _FREE, read=""),
    ),
    ModelFacts(
        name="bge-small-en-v1.5",
        maker="BAAI",
        licence=Fact("MIT", _BGE),
        parameters=_counted("33 million", "model.onnx, one byte each"),
        dimensions=_counted("384", "model.onnx"),
        matryoshka=Fact("none named", _BGE),
        context=Fact("512 tokens", _BGE),
        languages=Fact("English", _BGE),
        modality=Fact("text", _BGE),
        precisions=Fact("float32; quantize yourself", "the weights give float32 vectors", read=""),
        price=Fact("no price", _FREE, read=""),
    ),
    ModelFacts(
        name="wordllama-256",
        maker="D. L. Miller",
        licence=Fact("MIT", _WORDLLAMA),
        parameters=_counted("8.2 million", "l2_supercat_256.safetensors"),
        dimensions=_counted("256", "l2_supercat_256.safetensors"),
        matryoshka=Fact("64, 128, 256 as advertised; see notebook 02", _WORDLLAMA),
        context=Fact("no limit; a mean of token vectors", _WORDLLAMA),
        languages=Fact("English", _WORDLLAMA),
        modality=Fact("text", _WORDLLAMA),
        precisions=Fact("float32; quantize yourself", "the table gives float32 vectors", read=""),
        price=Fact("no price", _FREE, read=""),
    ),
)
