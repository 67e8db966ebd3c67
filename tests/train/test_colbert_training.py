import json

import numpy as np
import pytest
import torch

from labkit.data.docstrings import docstring_pairs, unique_pairs
from labkit.models.bert import load_bert
from labkit.models.texts import load_tokenizer
from labkit.models.tokens_adapter import TokenAdapter, load_colbert
from labkit.models.tokens_reading import Reader, Reading
from labkit.models.weights import verify
from labkit.train.colbert import train_colbert
from labkit.train.colbert_card import card
from labkit.train.colbert_loss import distillation_loss, matches
from labkit.train.colbert_training import above, below, pca_projection, train_token_adapter

SHORT = {"steps": 24, "learning_rate": 0.004, "batch": 12, "layers": 1, "rank": 8, "dim": 16}
FOLDER = verify("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def bert():
    return load_bert(FOLDER, "float32")


@pytest.fixture(scope="module")
def reader():
    return Reader(load_tokenizer(FOLDER / "tokenizer.json", None), Reading())


@pytest.fixture(scope="module")
def pairs():
    found = unique_pairs(docstring_pairs(("click",)))
    return [pair.summary for pair in found], [pair.details for pair in found]


def loss_of(bert, reader, pairs, adapter):
    top = range(5, 6)
    q, d = below(bert, range(5), reader, pairs[0], "query"), below(bert, range(5), reader, pairs[1], "document")
    updates = {name: torch.from_numpy(update) for name, update in adapter.updates.items()}
    projection = torch.from_numpy(adapter.projection)
    with torch.no_grad():
        wanted = matches(above(bert, top, q), above(bert, top, d), d.lengths)
        found = matches(above(bert, top, q, updates, projection), above(bert, top, d, updates, projection), d.lengths)
        return distillation_loss(found, wanted, q.lengths, temperature=0.02, tokens=20, answers=0).item()


@pytest.mark.slow
def test_half_a_minute_of_training_beats_pca_on_texts_held_out(bert, reader, pairs):
    training, apart = [texts[24:] for texts in pairs], [texts[:24] for texts in pairs]
    pca = TokenAdapter(pca_projection(bert, reader, *training, SHORT["dim"]), {})
    trained = train_token_adapter(bert, reader, *training, **SHORT, progress=False)
    assert loss_of(bert, reader, apart, trained) < 0.85 * loss_of(bert, reader, apart, pca)


def test_tokens_come_in_the_order_of_the_pairs(bert, reader):
    texts = ["short one", "a much longer text, with punctuation", "of middle length"]
    side = below(bert, range(6), reader, texts, "document")
    together = above(bert, (), side).split(side.lengths)
    for text, found in zip(texts, together, strict=True):
        alone = above(bert, (), below(bert, range(6), reader, [text], "document"))
        np.testing.assert_allclose(found, alone, atol=0.02)  # bfloat16 products where the CPU has them


def test_pca_directions_are_orthonormal_and_ordered(bert, reader, pairs):
    directions = pca_projection(bert, reader, *pairs, 8)
    np.testing.assert_allclose(directions.T @ directions, np.eye(8), atol=1e-5)


def test_the_whole_run_writes_what_it_measured(tmp_path, pairs):
    settings = SHORT | {"steps": 1}
    results = train_colbert(tmp_path, collections=(), pairs=tuple(texts[:60] for texts in pairs), settings=settings)
    adapter, sha256 = load_colbert(tmp_path)
    assert adapter.projection.shape == (384, 16) and sha256 == results["sha256"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "model.safetensors", "results.json"]
    stored = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == card(stored)
    found = stored["collections"]["held-out pairs"]
    assert found["queries"] == 15 and 0 < found["quality"]["trained"]["nDCG@10"][0] <= 1
    assert stored["settings"] | settings == stored["settings"]


def test_no_pairs_are_refused(bert, reader):
    with pytest.raises(ValueError, match="pairs, at least 32"):
        train_token_adapter(bert, reader, ["a"] * 5, ["b"] * 5)
    with pytest.raises(ValueError, match="fit the encoder"):
        train_token_adapter(bert, reader, ["a"] * 40, ["b"] * 40, layers=7)
