import numpy as np
import pytest

from labkit.models.api.load import load_api_encoder


def cohere(vendors, **options):
    return load_api_encoder("cohere", "embed-v4.0", base_url=vendors.url("cohere"), cache=False, **options)


def test_documents_and_queries_carry_their_input_type(vendors, true_vector):
    encoder = cohere(vendors, dimensions=256)
    documents, queries = encoder.encode_documents(["a pump"]), encoder.encode_queries(["a pump"])
    assert vendors.bodies[0] == {
        "model": "embed-v4.0",
        "texts": ["a pump"],
        "input_type": "search_document",
        "embedding_types": ["float"],
        "truncate": "END",
        "output_dimension": 256,
    }
    assert vendors.bodies[1]["input_type"] == "search_query"
    np.testing.assert_allclose(documents[0], true_vector("a pump", "document", 256), atol=1e-6)
    np.testing.assert_allclose(queries[0], true_vector("a pump", "query", 256), atol=1e-6)


def test_int8_vectors_are_unit_vectors_close_to_the_float_ones(vendors, true_vector):
    encoder = cohere(vendors, dimensions=512, precision="int8")
    got = encoder.encode_documents(["a pump"])[0]
    assert encoder.name == "cohere/embed-v4.0@512-int8"
    assert np.linalg.norm(got) == pytest.approx(1)
    assert 0.999 < got @ true_vector("a pump", "document", 512) < 1


def test_bits_keep_the_sign_of_every_dimension(vendors, true_vector):
    got = cohere(vendors, dimensions=256, precision="binary").encode_documents(["a pump"])[0]
    np.testing.assert_array_equal(np.sign(got), np.sign(true_vector("a pump", "document", 256)))
    np.testing.assert_allclose(np.abs(got), 1 / 16)  # 256 numbers of equal size and length 1


def test_at_most_96_texts_a_request(vendors):
    assert cohere(vendors, dimensions=256).encode_documents([f"text {i}" for i in range(200)]).shape == (200, 256)
    assert [len(body["texts"]) for body in vendors.bodies] == [96, 96, 8]


def test_another_form_of_answer_is_an_error(vendors):
    vendors.faults = [(200, {}, {"embeddings": [[0.1, 0.2]]})]
    with pytest.raises(ValueError, match="cohere sent an answer .* under 'embeddings', 'float'"):
        cohere(vendors).encode_queries(["a pump"])
