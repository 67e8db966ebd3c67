import numpy as np
import pytest

from labkit import Collection


@pytest.fixture
def shop():
    """Five documents of two types on the corners of a small space, two queries."""
    return Collection(
        "shop",
        doc_ids=["a", "b", "c", "d", "e"],
        titles=["Shoe", "", "Scarf", "Boot", "Cap"],
        texts=["red & <warm>", "blue hat", "long and soft", "rain boot", "small cap"],
        types=["foot", "head", "neck", "foot", "head"],
        query_ids=["q1", "q2"],
        queries=["hat", "warm things for the feet"],
        kinds=["needle", "vague"],
        qrels={"q1": {"b": 2, "e": 1}, "q2": {"a": 1}},
    )


@pytest.fixture
def vectors(shop):
    rng = np.random.default_rng(0)
    documents = rng.standard_normal((len(shop), 8)).astype(np.float32)
    documents /= np.linalg.norm(documents, axis=1, keepdims=True)
    return documents, documents[[1, 0]]
