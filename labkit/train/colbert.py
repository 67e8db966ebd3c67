"""Make the ColBERT weights, measure what they are worth, and write their card: `labkit train colbert`.

Texts: docstrings of installed packages (`labkit.train.colbert_texts`), none of them from a package that the pydocs
collection is made of. Nothing else is trained on, and the settings were chosen on held-out pairs.
"""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit.compress.linear_map import LinearMap
from labkit.data.collection import Collection
from labkit.files import write_whole
from labkit.train.colbert_card import card
from labkit.train.colbert_texts import Pairs, held_out

# Chosen on pairs held out of the training, and on paragraphs of the packages' read-me files.
SETTINGS: dict[str, Any] = {
    "dim": 128,
    "layers": 3,
    "rank": 32,
    "steps": 340,
    "batch": 32,
    "learning_rate": 0.001,
    "temperature": 0.02,
    "tokens": 20.0,
    "answers": 0.0,
    "seed": 0,
}
_FEW = 2_000  # documents of a collection in which every form of the vectors is measured


def train_colbert(
    folder: Path | None = None,
    *,
    report_on: Sequence[Path] = (),
    collections: Sequence[str] = ("plant", "pydocs"),
    pairs: Pairs | None = None,
    settings: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Train the weights for all-MiniLM-L6-v2 and write them, their results and their card; the results are returned.

    Takes about half an hour of one core, and some minutes more for the measuring. The same machine and packages give the
    same bytes again; another processor may differ in the last digits, and the training grows such differences.

    Args:
        folder: where the three files go; by default `data/models/minilm-colbert`.
        report_on: folders of further collections in BEIR layout to measure on.
        collections: labkit's own collections to measure on.
        pairs: other texts to train on than the docstrings, `(queries, documents)`.
        settings: what should differ from `SETTINGS`.

    Raises:
        FileNotFoundError: if a folder of `report_on` holds no collection.
        ValueError: if there are too few pairs.
    """
    from labkit.models.bert import load_bert
    from labkit.models.dense import fast_dtype, one_torch_thread, torch_threads
    from labkit.models.load import load_encoder
    from labkit.models.texts import load_tokenizer
    from labkit.models.tokens import TokenEncoder
    from labkit.models.tokens_adapter import TokenAdapter, colbert_folder
    from labkit.models.tokens_cache import CachedTokenEncoder
    from labkit.models.tokens_load import COLBERT, RAW, load_token_encoder
    from labkit.models.tokens_reading import Reader, Reading
    from labkit.models.weights import verify
    from labkit.train.colbert_bytes import per_byte
    from labkit.train.colbert_report import measure
    from labkit.train.colbert_training import pca_projection, train_token_adapter
    from labkit.train.matryoshka_texts import training_texts

    chosen = SETTINGS | (settings or {})
    folder = folder or colbert_folder()
    searched = [Collection.load(name) for name in collections]
    searched += [Collection.from_beir(path, name=path.name) for path in report_on]
    training, apart = held_out(*(pairs or training_texts()), count=600 if pairs is None else len(pairs[0]) // 4)

    weights, dtype = verify(RAW), fast_dtype()
    bert, tokenizer = load_bert(weights, "float32"), weights / "tokenizer.json"
    reader = Reader(load_tokenizer(tokenizer, None), Reading())
    started = time.perf_counter()
    with torch_threads():
        one_torch_thread()
        trained = train_token_adapter(bert, reader, *training, **chosen)
        seconds = time.perf_counter() - started
        pca = LinearMap(pca_projection(bert, reader, *training, chosen["dim"], chosen["seed"]), "PCA")

    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"model.safetensors.{os.getpid()}.new"
    trained.save(unfinished)
    try:
        adapter = TokenAdapter.load(unfinished)  # as it will be loaded: the updates in half precision
        sha256 = hashlib.sha256(unfinished.read_bytes()).hexdigest()
        ours = TokenEncoder(
            COLBERT,
            adapter.applied(bert, dtype),
            tokenizer,
            projection=adapter.projection,
            fingerprint=f"{sha256}/{dtype}",
        )
        full, small = load_token_encoder(RAW), CachedTokenEncoder(ours)
        measured = {
            collection.name: measure(load_encoder(RAW), full, small, pca, collection)
            for collection in [_as_collection(apart), *searched]
        }
        results = {
            "sha256": sha256,
            "bytes": unfinished.stat().st_size,
            "encoder": f"{RAW}/{dtype}",
            "pairs": len(training[0]),
            "settings": chosen,
            "seconds": round(seconds),
            "collections": measured,
            "per_byte": {
                collection.name: per_byte(full, small, collection) for collection in searched if len(collection) <= _FEW
            },
        }
        # Replaced last, so that a run that is stopped leaves the old weights and their old results behind.
        os.replace(unfinished, folder / "model.safetensors")
    finally:
        unfinished.unlink(missing_ok=True)
    text = json.dumps(results, indent=1) + "\n"
    write_whole(folder / "results.json", text)
    write_whole(folder / "README.md", card(json.loads(text)))
    return results


def _as_collection(pairs: Pairs) -> Collection:
    queries, documents = pairs
    ids = [str(i) for i in range(len(queries))]
    return Collection(
        name="held-out pairs",
        doc_ids=ids,
        titles=[""] * len(ids),
        texts=documents,
        query_ids=ids,
        queries=queries,
        kinds=[""] * len(ids),
        qrels={i: {i: 1} for i in ids},
    )
