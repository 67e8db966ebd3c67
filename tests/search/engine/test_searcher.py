import numpy as np
import pytest

from labkit.models.token_vectors import TokenVectors
from labkit.search import engine
from labkit.search.bm25 import BM25Index
from labkit.search.engine import EngineSearcher, Fused, Nearest, Shape
from labkit.search.flat import FlatIndex
from labkit.search.fusion import Fusion
from labkit.search.retriever import DenseRetriever

TEXTS = ["pump seal", "valve", "pump and motor", "motor bearing seal", "flange"]


class Letters:
    """A vector of letters: any encoder will do."""

    def encode_queries(self, texts):
        counts = np.array([[text.count(c) + 0.1 for c in "aelmpsuv"] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


class LetterTokens:
    """One vector a word."""

    def encode_queries(self, texts):
        return TokenVectors.of([Letters().encode_queries(text.split()) for text in texts])


@pytest.fixture(scope="module")
def points():
    bm25 = BM25Index(TEXTS)
    made = engine.connect().create("a", Shape(dims=8, token_dims=8, sparse=True))
    made.upload(
        vectors=Letters().encode_queries(TEXTS),
        tokens=LetterTokens().encode_queries(TEXTS),
        sparse=engine.bm25_documents(bm25),
    )
    return made, bm25


def test_texts_go_in_and_labkits_own_hits_come_out(points):
    made, bm25 = points
    asked = ["motor seal", "pump valve"]
    parts = (Nearest("vectors", limit=5), Nearest("sparse", limit=5))
    found = EngineSearcher(made, Fused(parts, weights=(1, 1)), encoder=Letters(), bm25=bm25).search(asked, 4)
    flat = DenseRetriever(Letters(), FlatIndex(Letters().encode_queries(TEXTS)))
    wanted = Fusion([flat, bm25], depth=5).search(asked, 4)
    assert (found.ids == wanted.ids).all()
    by_tokens = EngineSearcher(made, Nearest("tokens"), tokens=LetterTokens())
    assert by_tokens.search(["flange"], 1).ids.tolist() == [[4]]
    assert len(by_tokens) == 5


@pytest.mark.parametrize("field", ["vectors", "tokens", "sparse"])
def test_what_cannot_be_encoded_is_refused_at_once(points, field):
    with pytest.raises(ValueError, match=f"compares {field}"):
        EngineSearcher(points[0], Nearest(field))


def test_one_text_is_no_list_of_texts(points):
    with pytest.raises(TypeError):
        EngineSearcher(points[0], Nearest(), encoder=Letters()).search("pump", 2)
