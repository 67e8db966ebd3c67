import json

import numpy as np
import pytest

from labkit.compress.adapter import adapter_folder, load_adapter
from labkit.train.matryoshka_card import card
from labkit.train.matryoshka_report import DIMS


@pytest.fixture(scope="module")
def results():
    return json.loads((adapter_folder() / "results.json").read_text(encoding="utf-8"))


def test_the_card_says_what_was_measured_and_nothing_else(results):
    assert (adapter_folder() / "README.md").read_text(encoding="utf-8") == card(results)


def test_the_weights_are_small_and_a_rotation():
    assert (adapter_folder() / "adapter.safetensors").stat().st_size < 3_000_000
    adapter = load_adapter()
    assert adapter.matrix.shape == (384, 384) and adapter.orthogonality_error < 1e-6
    x = np.random.default_rng(0).standard_normal((50, 384)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    # the sums in float64, so that what is compared are the vectors and not float32's rounding of 384 products
    turned, x = adapter(x).astype(np.float64), x.astype(np.float64)
    np.testing.assert_allclose(turned @ turned.T, x @ x.T, atol=1e-6)


def test_nothing_changes_at_full_length(results):
    for name, found in results["collections"].items():
        means = [found["quality"][method]["nDCG@10"][str(DIMS[-1])][0] for method in ("raw", "PCA", "adapter")]
        # two documents whose scores differ in the last digit may change places
        assert max(means) - min(means) < 0.001, name


SHORT = ("32", "48", "64", "96", "128")


@pytest.mark.parametrize("other", ["raw", "PCA", "paired"])
def test_on_held_out_docstrings_the_adapter_is_better_beyond_doubt(results, other):
    leads = results["collections"]["pydocs"]["adapter_minus"][other]["nDCG@10"]
    for dim in ("16", *SHORT):
        mean, low, high, _ = leads[dim]
        assert 0 < low <= mean <= high, (dim, leads[dim])


@pytest.mark.parametrize("name", ["cranfield", "vaswani"])
def test_on_collections_never_seen_the_adapter_beats_raw_prefixes_and_never_clearly_loses_to_pca(results, name):
    leads = results["collections"][name]["adapter_minus"]
    for dim in SHORT:
        assert leads["raw"]["nDCG@10"][dim][0] > 0, dim
        assert leads["PCA"]["nDCG@10"][dim][2] > 0, dim
    for other in ("raw", "PCA"):
        assert leads[other]["nDCG@10"]["32"][1] > 0, other


def test_a_funnel_on_64_numbers_keeps_nearly_all(results):
    for name in ("pydocs", "cranfield", "vaswani"):
        kept = {
            size: found["share_of_full"] for size, found in results["collections"][name]["funnel"]["adapter"].items()
        }
        assert kept["100"] > 0.985 and kept["200"] > 0.99, (name, kept)


@pytest.mark.parametrize("change", ["weights", "results"])
def test_weights_that_were_not_the_ones_measured_are_refused(tmp_path, change):
    for file in ("adapter.safetensors", "results.json"):
        (tmp_path / file).write_bytes((adapter_folder() / file).read_bytes())
    if change == "weights":
        data = bytearray((tmp_path / "adapter.safetensors").read_bytes())
        data[-1] ^= 1
        (tmp_path / "adapter.safetensors").write_bytes(data)
    else:
        (tmp_path / "results.json").write_text('{"sha256": "0000"}', encoding="utf-8")
    with pytest.raises(ValueError, match="has sha256"):
        load_adapter(tmp_path)


def test_a_missing_file_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="labkit train matryoshka"):
        load_adapter(tmp_path)
