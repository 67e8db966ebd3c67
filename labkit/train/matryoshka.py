"""Make the Matryoshka adapter, measure what it is worth, and write its card: `labkit train matryoshka`.

Texts: docstrings of installed packages (`labkit.train.matryoshka_texts`), none of them from a package that the pydocs
collection is made of. Nothing else is trained on, and the settings were chosen on held-out training pairs.
"""

import hashlib
import importlib.metadata
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from labkit.data.collection import Collection
from labkit.files import write_whole
from labkit.train.matryoshka_card import card
from labkit.train.matryoshka_report import measure
from labkit.train.matryoshka_texts import PACKAGES, training_texts

# Chosen on training pairs held out by module, and on pairs from packages left out altogether.
SETTINGS: dict[str, Any] = {
    "dims": (16, 32, 64, 96, 128, 192, 256),
    "steps": 200,
    "batch": 512,
    "learning_rate": 0.005,
    "temperature": 0.07,
    "soft": 0.3,
    "seed": 0,
}


def train_matryoshka(folder: Path | None = None, *, report_on: Sequence[Path] = ()) -> dict[str, Any]:
    """Train the adapter for all-MiniLM-L6-v2 and write it, its results and its card; the results are returned.

    Takes some minutes on two cores the first time: reading docstrings, then encoding, which is cached; the training
    itself runs on one core. The same machine and packages give the same bytes again, whatever the number of threads;
    another processor may differ in the last digits, and the training grows such differences.

    Args:
        folder: where the three files go; by default `data/models/minilm-matryoshka`.
        report_on: folders of further collections in BEIR layout to measure on, beside pydocs.

    Raises:
        FileNotFoundError: if a folder of `report_on` holds no collection.
    """
    from labkit.compress.adapter import ENCODER, adapter_folder
    from labkit.compress.matryoshka import paired_rotation, pca_rotation
    from labkit.compress.training import train_adapter
    from labkit.models.load import load_encoder

    folder = folder or adapter_folder()
    collections = [Collection.load("pydocs"), *(Collection.from_beir(path, name=path.name) for path in report_on)]
    encoder = load_encoder(ENCODER)
    texts = training_texts()
    queries, documents = encoder.encode_queries(texts[0]), encoder.encode_documents(texts[1])

    started = time.perf_counter()
    adapter = train_adapter(queries, documents, **SETTINGS)
    seconds = time.perf_counter() - started
    maps = {
        "PCA": pca_rotation(np.vstack([queries, documents])),
        "paired": paired_rotation(queries, documents),
        "adapter": adapter,
    }
    measured = {collection.name: measure(encoder, maps, collection) for collection in collections}
    # Written last, so that a run that is stopped leaves the old weights and their old results behind.
    weights = folder / "adapter.safetensors"
    adapter.save(weights)
    results = {
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "encoder": encoder.fingerprint,
        "pairs": len(queries),
        "settings": SETTINGS,
        "seconds": round(seconds),
        "orthogonality_error": adapter.orthogonality_error,
        "packages": _versions(PACKAGES),
        "collections": measured,
    }
    text = json.dumps(results, indent=1) + "\n"
    write_whole(folder / "results.json", text)
    write_whole(folder / "README.md", card(json.loads(text)))
    return results


def _versions(packages: Sequence[str]) -> dict[str, str]:
    distributions = importlib.metadata.packages_distributions()
    return {name: importlib.metadata.version(distributions[name][0]) for name in sorted(packages, key=str.lower)}
