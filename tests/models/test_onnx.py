import numpy as np
import pytest

from labkit.models.catalogue import find
from labkit.models.onnx import OnnxEncoder

TEXTS = ["", "a heat exchanger", "The pump moves cold water to the cooling tower. " * 3, "token " * 700]


@pytest.fixture(scope="module")
def encoder():
    return OnnxEncoder(find("bge-small-en-v1.5"))


def test_unit_vectors_that_do_not_depend_on_their_neighbours(encoder):
    together = encoder.encode_documents(TEXTS)
    assert together.dtype == np.float32 and together.shape == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert (together == np.concatenate([encoder.encode_documents([text]) for text in TEXTS])).all()
    assert encoder.encode_documents([]).shape == (0, 384)


def test_queries_carry_the_prompt_and_documents_do_not(encoder):
    prompt = "Represent this sentence for searching relevant passages: "
    query = encoder.encode_queries(["cold water"])
    assert (query == encoder.encode_documents([prompt + "cold water"])).all()
    assert (query != encoder.encode_documents(["cold water"])).any()


def test_it_finds_the_passage_that_answers(encoder):
    passages = encoder.encode_documents(
        ["Bananas are rich in potassium.", "A centrifugal pump moves liquid with a spinning impeller."]
    )
    scores = encoder.encode_queries(["how does an impeller move water?"]) @ passages.T
    assert scores.argmax() == 1


def test_texts_only(encoder):
    with pytest.raises(TypeError, match="list of texts"):
        encoder.encode_queries("one text")
