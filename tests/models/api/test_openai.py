import numpy as np

from labkit.models.api.load import load_api_encoder


def openai(vendors, **options):
    return load_api_encoder("openai", "text-embedding-3-small", base_url=vendors.url("openai"), cache=False, **options)


def test_base64_vectors_come_back_in_the_order_of_the_texts(vendors, true_vector):
    encoder = openai(vendors, dimensions=256)
    got = encoder.encode_documents(["a pump", "a dry bed"])
    assert vendors.bodies == [
        {
            "model": "text-embedding-3-small",
            "input": ["a pump", "a dry bed"],
            "encoding_format": "base64",
            "dimensions": 256,
        }
    ]
    assert got.dtype == np.float32 and got.flags.c_contiguous
    want = [true_vector("a pump", "any", 256), true_vector("a dry bed", "any", 256)]
    np.testing.assert_allclose(got, want, atol=1e-7)


def test_the_models_own_dimensions_need_no_word(vendors):
    assert openai(vendors).encode_queries(["a pump"]).shape == (1, 1536)
    assert "dimensions" not in vendors.bodies[0]


def test_long_texts_are_cut_here_because_openai_refuses_them(vendors):
    openai(vendors, dimensions=8).encode_documents(["ab " * 20_000])
    assert len(vendors.bodies[0]["input"][0]) == 3 * 8192


def test_a_server_like_openais_gets_small_batches_of_numbers_and_no_key(vendors, true_vector):
    encoder = load_api_encoder("compatible", "org/some:model", base_url=vendors.url("compatible") + "/", cache=False)
    assert (encoder.dim, encoder.name) == (12, "compatible/org/some-model")
    texts = [f"text {i}" for i in range(70)]
    got = encoder.encode_queries(texts)
    np.testing.assert_allclose(got, [true_vector(text, "any", 12) for text in texts], atol=1e-6)
    assert [len(body["input"]) for body in vendors.bodies] == [1, 32, 32, 6]
    assert {body["encoding_format"] for body in vendors.bodies} == {"float"}
    assert not any("Authorization" in headers for headers in vendors.headers)
