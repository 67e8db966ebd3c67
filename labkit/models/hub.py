"""Encoders that do not travel with the course: hub models by name, and folders that sentence-transformers saved."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from labkit import settings
from labkit.checks import Vectors, as_vectors
from labkit.models.catalogue import catalogue
from labkit.models.dense import torch_threads
from labkit.models.texts import check_texts
from labkit.models.weights import file_sha256

if TYPE_CHECKING:
    from sentence_transformers import MultiVectorEncoder, SentenceTransformer


Model = TypeVar("Model")


class HubEncoder:
    """Encodes texts through sentence-transformers, with the prompts that the model brings along.

    Attributes:
        name: the model's name, or its folder's.
        dim: numbers in a vector.
        max_tokens: longer texts are cut here.
        fingerprint: changes whenever the numbers could.
    """

    def __init__(self, name: str) -> None:
        """Load a model by its hub name (needs `LABKIT_MODELS=hub`) or from a local folder (always allowed).

        Raises:
            ValueError: if hub models are not allowed; the message says how to allow them and what to use instead.
            FileNotFoundError: if they are allowed but the model cannot be fetched.
        """
        from sentence_transformers import SentenceTransformer

        self._model, folder = opened(name, SentenceTransformer, "encoder", _instead())
        self.name = folder.name if folder else name
        self.dim = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or 1_000_000)  # None: never cut
        self.fingerprint = f"{name}/{version(self._model, folder)}/{self.max_tokens}/v1"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a document, `(n, dim)` float32, with the model's document prompt if it has one.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(self._model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a query, `(n, dim)` float32, with the model's query prompt if it has one.

        Raises:
            TypeError: if `texts` is not a list of str.
        """
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Callable[..., Vectors], texts: Sequence[str]) -> Vectors:
        with torch_threads():
            vectors = encode(check_texts(texts), normalize_embeddings=True)
        return as_vectors(np.reshape(vectors, (-1, self.dim)), dim=self.dim, name=f"what {self.name} returned")


def opened(name: str, load: Callable[..., Model], what: str, instead: str) -> tuple[Model, Path | None]:
    """A model of sentence-transformers by hub name or folder, and the folder if it is one.

    Args:
        name: the hub's name, or a folder's path.
        load: the class that reads it.
        what: how messages call it.
        instead: the sentence that says what to use otherwise.

    Raises:
        ValueError: if it is no folder and hub models are not allowed.
        FileNotFoundError: if it cannot be loaded.
    """
    folder = Path(name)
    local = (folder / "modules.json").is_file()
    if not local and not settings.hub_allowed():
        raise ValueError(
            f"no embedded {what} is called {name!r}. {instead} Models of a hub are fetched over the internet, "
            f"which is off by default: set LABKIT_MODELS=hub before Python starts to allow it"
        )
    try:
        return load(name, device="cpu"), folder if local else None
    except Exception as problem:  # the libraries below raise a dozen kinds
        raise FileNotFoundError(
            f"could not load {name!r} from a hub ({type(problem).__name__}: {str(problem)[:200]}). {instead}"
        ) from problem


def _instead() -> str:
    names = ", ".join(card.name for card in catalogue() if card.kind != "cross")
    return f"Use one that travels with the course ({names})."


def version(model: "SentenceTransformer | MultiVectorEncoder", folder: Path | None) -> str:
    """What tells this model's weights from another's: their hash where they lie in a folder, else the hub's commit."""
    if folder is None:
        config = getattr(getattr(model[0], "auto_model", None), "config", None)
        return str(getattr(config, "_commit_hash", "unknown"))
    return files_sha256(folder)


def files_sha256(folder: Path) -> str:
    """The first half of a hash of all weights and settings in a folder."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".safetensors", ".bin", ".json", ".txt")):
        digest.update(file.relative_to(folder).as_posix().encode() + file_sha256(file).encode())
    return digest.hexdigest()[:16]
