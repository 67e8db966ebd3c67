import json

import pytest

from labkit.models.tokens_adapter import colbert_folder
from labkit.train.colbert_card import card


@pytest.fixture(scope="module")
def results():
    return json.loads((colbert_folder() / "results.json").read_text(encoding="utf-8"))


def test_the_card_says_what_was_measured_and_nothing_else(results):
    assert (colbert_folder() / "README.md").read_text(encoding="utf-8") == card(results)


def test_on_texts_held_out_the_trained_tokens_beat_pca_beyond_doubt(results):
    mean, low, high, _ = results["collections"]["held-out pairs"]["trained_minus"]["PCA"]["nDCG@10"]
    assert 0 < low <= mean <= high


def test_every_collection_was_measured_with_all_four_methods(results):
    assert {"held-out pairs", "plant", "cranfield", "cacm"} <= set(results["collections"])
    for found in results["collections"].values():
        assert set(found["quality"]) == {"bi-encoder", "full", "PCA", "trained"}
        for by_metric in found["quality"].values():
            for mean, low, high in by_metric.values():
                assert 0 <= low <= mean <= high <= 1
