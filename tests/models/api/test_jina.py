import numpy as np

from labkit.models.api.load import load_api_encoder


def jina(vendors, **options):
    return load_api_encoder("jina", "jina-embeddings-v3", base_url=vendors.url("jina"), cache=False, **options)


def test_the_task_is_the_texts_role_and_late_chunking_is_off(vendors, true_vector):
    encoder = jina(vendors, dimensions=128)
    documents, queries = encoder.encode_documents(["a pump", "a fen"]), encoder.encode_queries(["a pump"])
    assert vendors.bodies[0] == {
        "model": "jina-embeddings-v3",
        "input": ["a pump", "a fen"],
        "task": "retrieval.passage",
        "embedding_type": "float",
        "late_chunking": False,
        "truncate": True,
        "dimensions": 128,
    }
    assert vendors.bodies[1]["task"] == "retrieval.query"
    np.testing.assert_allclose(documents[1], true_vector("a fen", "document", 128), atol=1e-6)
    np.testing.assert_allclose(queries[0], true_vector("a pump", "query", 128), atol=1e-6)


def test_bits_keep_the_sign_of_every_dimension(vendors, true_vector):
    got = jina(vendors, precision="binary").encode_queries(["a pump"])[0]
    assert got.shape == (1024,)
    np.testing.assert_array_equal(np.sign(got), np.sign(true_vector("a pump", "query", 1024)))
