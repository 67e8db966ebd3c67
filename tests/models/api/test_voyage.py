import numpy as np

from labkit.models.api.load import load_api_encoder


def voyage(vendors, **options):
    return load_api_encoder("voyage", "voyage-4", base_url=vendors.url("voyage"), cache=False, **options)


def test_the_input_type_is_the_texts_role(vendors, true_vector):
    encoder = voyage(vendors)
    documents, queries = encoder.encode_documents(["a pump", "a fen"]), encoder.encode_queries(["a pump"])
    assert vendors.bodies[0] == {
        "model": "voyage-4",
        "input": ["a pump", "a fen"],
        "input_type": "document",
        "truncation": True,
    }
    assert vendors.bodies[1]["input_type"] == "query"
    np.testing.assert_allclose(documents[1], true_vector("a fen", "document", 1024), atol=1e-6)
    np.testing.assert_allclose(queries[0], true_vector("a pump", "query", 1024), atol=1e-6)


def test_int8_and_bits_are_asked_for_by_their_word(vendors, true_vector):
    int8 = voyage(vendors, dimensions=256, precision="int8").encode_queries(["a pump"])[0]
    bits = voyage(vendors, dimensions=256, precision="binary").encode_queries(["a pump"])[0]
    assert [(body["output_dtype"], body["output_dimension"]) for body in vendors.bodies] == [
        ("int8", 256),
        ("ubinary", 256),
    ]
    true = true_vector("a pump", "query", 256)
    assert int8 @ true > 0.999
    np.testing.assert_array_equal(np.sign(bits), np.sign(true))
