import json

import numpy as np
import pytest

from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import random_rotation
from labkit.data.collection import Collection
from labkit.train import matryoshka_report
from labkit.train.matryoshka_report import measure


class Letters:
    """Sixteen numbers a text: how often it holds each of the letters a to p."""

    name, dim, max_tokens, fingerprint = "letters", 16, 99, "letters/v1"

    def encode_documents(self, texts):
        x = np.array([[text.count(letter) for letter in "abcdefghijklmnop"] for text in texts], np.float32)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    encode_queries = encode_documents


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(matryoshka_report, "DIMS", (4, 8, 16))
    monkeypatch.setattr(matryoshka_report, "FUNNEL_DIMS", 8)
    monkeypatch.setattr(matryoshka_report, "METRICS", ("nDCG@10", "recall@10"))
    texts = [letter * 3 + "p" for letter in "abcdefghijklmno"]
    n = len(texts)
    collection = Collection(
        name="letters",
        doc_ids=[f"d{i}" for i in range(n)],
        titles=[""] * n,
        texts=texts,
        types=[""] * n,
        query_ids=[f"q{i}" for i in range(n + 1)],
        queries=[*"abcdefghijklmno", "p"],
        kinds=[""] * (n + 1),
        qrels={f"q{i}": {f"d{i}": 1} for i in range(n)},
    )
    reverse = LinearMap(np.eye(16)[:, ::-1], "reverse")
    return measure(Letters(), {"PCA": random_rotation(16, seed=0), "adapter": reverse}, collection)


def test_queries_without_an_answer_are_left_out(found):
    assert (found["queries"], found["documents"]) == (15, 15)


def test_at_full_length_everybody_finds_everything(found):
    for method in ("raw", "PCA", "adapter"):
        assert found["quality"][method]["nDCG@10"]["16"] == [1.0, 1.0, 1.0]


def test_a_prefix_knows_its_own_letters_only(found):
    # raw: the first 8 letters are found first; the other 7 vectors are zero, every score ties at 0 and the 10 smallest
    # ids win, of which two (ids 8 and 9) are asked for, at places 9 and 10
    gain = (8 + 1 / np.log2(10) + 1 / np.log2(11)) / 15
    assert found["quality"]["raw"]["nDCG@10"]["8"][0] == pytest.approx(gain, abs=1e-4)
    # reversed: letter p takes one of the 8 places, so letters i to o are found: 7 of 15; a to h tie at "p alone"
    assert found["quality"]["adapter"]["nDCG@10"]["8"][0] > 7 / 15


def test_differences_are_the_differences_of_the_means(found):
    for dim in ("4", "8"):
        quality = {name: found["quality"][name]["nDCG@10"][dim][0] for name in ("raw", "adapter")}
        difference = found["adapter_minus"]["raw"]["nDCG@10"][dim]
        assert difference[0] == pytest.approx(quality["adapter"] - quality["raw"], abs=2e-4)


def test_a_shortlist_of_everything_loses_nothing(found):
    assert found["funnel"]["raw"]["50"]["share_of_full"] == 1.0
    assert found["funnel"]["raw"]["50"]["minus_full"][:3] == [0.0, 0.0, 0.0]


def test_the_report_is_plain_json(found):
    assert json.loads(json.dumps(found)) == found
