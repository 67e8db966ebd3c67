import numpy as np
import pytest

from labkit.models.token_vectors import TokenVectors
from labkit.search.at_setting import AtSetting
from labkit.search.residual import ResidualIndex
from labkit.search.retriever import DenseRetriever


@pytest.fixture(scope="module")
def index():
    tokens = np.random.default_rng(0).standard_normal((30, 4, 8)).astype(np.float32)
    return ResidualIndex(TokenVectors.of(tokens), centroids=8, progress=False)


@pytest.fixture(scope="module")
def queries():
    return TokenVectors.of(np.random.default_rng(1).standard_normal((2, 3, 8)).astype(np.float32))


def test_it_searches_as_the_index_does_with_these_settings(index, queries):
    kept = AtSetting(index, 5, nprobe=1)
    wanted = index.search(queries, 5, nprobe=1, candidates=5)
    assert np.array_equal(kept.search(queries, 5).ids, wanted.ids)
    assert not np.array_equal(wanted.ids, index.search(queries, 5, candidates=30).ids)  # the settings matter here
    assert len(kept) == 30 and kept.nbytes == index.nbytes


def test_a_retriever_can_hold_it(index, queries):
    class Encoder:
        def encode_queries(self, texts):
            return queries.take(list(range(len(texts))))

    found = DenseRetriever(Encoder(), AtSetting(index, 30)).search(["one", "two"], 4)
    assert np.array_equal(found.ids, index.search(queries, 4, candidates=30).ids)


def test_a_setting_out_of_range_is_refused(index, queries):
    with pytest.raises(ValueError, match="nprobe"):
        AtSetting(index, 5, nprobe=0).search(queries, 3)
