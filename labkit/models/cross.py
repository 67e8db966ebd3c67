"""A cross-encoder reads a query and a document together and says how well they fit: slow, and better than a cosine.

    score = model([CLS] query [SEP] document [SEP])        larger is better; no fixed scale

A bi-encoder's document vectors are made once; a cross-encoder starts anew for every pair, so it only re-ranks a
shortlist (`labkit.search.rerank`). Source: Nogueira and Cho 2019, "Passage re-ranking with BERT".
"""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit import settings
from labkit.checks import Vectors
from labkit.models.catalogue import ModelCard, catalogue, find
from labkit.models.hub import files_sha256
from labkit.models.onnx import open_model
from labkit.models.parallel import side_by_side
from labkit.models.store import open_store, remembered, text_key
from labkit.models.texts import check_texts, load_tokenizer
from labkit.models.weights import verify

Pair = tuple[str, str]
Scorer = Callable[[list[Pair]], Vectors]  # (n, 1)


class CrossEncoder:
    """Scores pairs of a query and a document.

    Attributes:
        name: the model's name.
        fingerprint: changes whenever the numbers could.
        pairs_scored: pairs that went through the model so far (those read from the cache do not count).
        seconds_scoring: how long that took.
    """

    def __init__(
        self, name: str, fingerprint: str, scorer: Scorer, *, cache: bool = True, folder: Path | None = None
    ) -> None:
        """Wrap a function that scores pairs; `load_cross_encoder` does it by name.

        Args:
            name: the model's name.
            fingerprint: changes whenever the numbers could.
            scorer: scores `(n, 1)` of n pairs.
            cache: remember scores on disk.
            folder: where the cache file lies; by default `scores` in labkit's cache folder.
        """
        self.name, self.fingerprint = name, fingerprint
        self.pairs_scored, self.seconds_scoring = 0, 0.0
        self._scorer = scorer
        self._store = open_store("scores", name, fingerprint, 1, folder) if cache else None

    @property
    def seconds_per_pair(self) -> float:
        """Mean seconds a pair took in the model so far; NaN before the first."""
        return self.seconds_scoring / self.pairs_scored if self.pairs_scored else math.nan

    def score(self, query: str, documents: Sequence[str]) -> NDArray[np.float32]:
        """How well each document answers the query, `(n,)` float32; larger is better.

        Raises:
            TypeError: if the query is not a str or the documents are not a list of str.
        """
        return self.score_pairs([(query, document) for document in check_texts(documents)])

    def score_pairs(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """The score of each `(query, document)` pair, `(n,)` float32.

        Raises:
            TypeError: if a pair does not hold two texts.
            ValueError: if the model returns a score that is not finite.
        """
        for position, pair in enumerate(pairs):
            if not (isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
                raise TypeError(f"pairs should be (query, document) texts, but position {position} is {pair!r:.80}")
        if self._store is None:
            return self._timed(list(pairs))[:, 0]
        return remembered(
            self._store,
            pairs,
            key=lambda pair: text_key(*pair),
            size=lambda pair: len(pair[0]) + len(pair[1]),
            compute=self._timed,
            what=f"scoring pairs ({self.name})",
        )[:, 0]

    def _timed(self, pairs: list[Pair]) -> Vectors:
        started = time.perf_counter()
        scores = np.reshape(np.asarray(self._scorer(pairs), np.float32), (len(pairs), 1))
        self.seconds_scoring += time.perf_counter() - started
        self.pairs_scored += len(pairs)
        if not np.isfinite(scores).all():
            raise ValueError(f"{self.name} returned a score that is not finite for a pair such as {pairs[0]!r:.80}")
        return scores


def load_cross_encoder(name: str = "ms-marco-MiniLM-L-12-v2", *, cache: bool = True) -> CrossEncoder:
    """The cross-encoder of that name: `score(query, documents)` gives one number a document.

    Args:
        name: a cross-encoder of the catalogue; with `LABKIT_MODELS=hub` also one of a hub.
        cache: remember scores on disk, so that the same pair is scored only once.

    Raises:
        ValueError: if no model has that name, or its weights are not the ones of the catalogue.
        FileNotFoundError: if the weights are missing or cannot be fetched.

    Example:
        >>> scores = load_cross_encoder(cache=False).score("how tall is a giraffe?", ["A giraffe is 5 m tall.", "Rain."])
        >>> int(scores.argmax())
        0
    """
    embedded = [card.name for card in catalogue() if card.kind == "cross"]
    if name in embedded:
        card = find(name)
        fingerprint = f"{card.name}/{card.sha256['model.onnx'][:16]}/int8/{card.max_tokens}/v1"
        return CrossEncoder(name, fingerprint, _embedded(card), cache=cache)
    if not settings.hub_allowed():
        raise ValueError(
            f"no embedded cross-encoder is called {name!r}; there is {', '.join(embedded)}. "
            f"Set LABKIT_MODELS=hub before Python starts to allow models of a hub"
        )
    folder = Path(name) if Path(name).is_dir() else None
    scorer, made_of = _from_hub(name, folder)
    return CrossEncoder(folder.name if folder else name, f"{name}/{made_of}/hub/v2", scorer, cache=cache)


def _embedded(card: ModelCard) -> Scorer:
    folder = verify(card)
    tokenizer = load_tokenizer(folder / "tokenizer.json", card.max_tokens)
    run = open_model(folder / "model.onnx")
    # Each pair runs alone: in a batch, dynamic quantization makes a score depend on its neighbours (see onnx.py).
    return lambda pairs: np.array(list(side_by_side(run, tokenizer.encode_batch(pairs))), np.float32).reshape(-1, 1)


def _from_hub(name: str, folder: Path | None) -> tuple[Scorer, str]:
    """What scores pairs, and what tells these weights from others: their hash in a folder, else the hub's commit."""
    import sentence_transformers

    try:
        model = sentence_transformers.CrossEncoder(name, device="cpu")
    except Exception as problem:  # the libraries below raise a dozen kinds
        raise FileNotFoundError(
            f"could not load {name!r} ({type(problem).__name__}: {str(problem)[:200]})"
        ) from problem
    made_of = files_sha256(folder) if folder else str(getattr(model.config, "_commit_hash", None))
    return (lambda pairs: np.reshape(model.predict(pairs, show_progress_bar=False), (-1, 1))), made_of
