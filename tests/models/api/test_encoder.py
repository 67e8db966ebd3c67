import numpy as np
import pytest

from labkit.models.api.load import load_api_encoder
from labkit.models.memory import forgotten


def openai(vendors, **options):
    settings = {"base_url": vendors.url("openai"), "dimensions": 16} | options
    return load_api_encoder("openai", "text-embedding-3-small", **settings)


def test_it_is_an_encoder(vendors):
    encoder = openai(vendors)
    assert (encoder.name, encoder.dim, encoder.max_tokens) == ("openai/text-embedding-3-small@16", 16, 8192)
    assert encoder.encode_documents([]).shape == encoder.encode_queries([]).shape == (0, 16)
    assert vendors.bodies == []
    vectors = encoder.encode_documents(["a pump", "a fen"])
    assert vectors.shape == (2, 16) and vectors.dtype == np.float32 and vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_fingerprints_differ_with_whatever_changes_the_numbers(vendors):
    one = load_api_encoder("cohere", "embed-v4.0", dimensions=256)
    others = [
        load_api_encoder("cohere", "embed-v4.0", dimensions=512),
        load_api_encoder("cohere", "embed-v4.0", dimensions=256, precision="int8"),
        load_api_encoder("cohere", "embed-v4.0", dimensions=256, base_url="https://host"),
        load_api_encoder("cohere", "embed-english-v3.0"),
        load_api_encoder("compatible", "a:b", dimensions=8, base_url="https://host/v1"),
        load_api_encoder("compatible", "a-b", dimensions=8, base_url="https://host/v1"),
    ]
    assert len({encoder.fingerprint for encoder in [one, *others]}) == 7
    assert one.fingerprint == load_api_encoder("cohere", "embed-v4.0", dimensions=256).fingerprint


def test_each_text_is_paid_for_once(vendors):
    first = openai(vendors).encode_documents(["a pump", "a fen", "a pump"])
    assert [sorted(body["input"]) for body in vendors.bodies] == [["a fen", "a pump"]]
    np.testing.assert_array_equal(first[0], first[2])
    again = openai(vendors)  # a new session
    assert again.estimate(["a pump", "a fen"]).texts == 0
    np.testing.assert_array_equal(again.encode_documents(["a fen", "a pump"]), first[[1, 0]])
    assert len(vendors.bodies) == 1
    again.encode_queries(["a pump"])  # the same text in another role is another vector
    assert len(vendors.bodies) == 2


def test_what_was_paid_for_survives_a_failure(vendors):
    encoder = openai(vendors)
    texts = [f"text {i:04}" for i in range(1000)]
    fine = [None]
    vendors.faults = [*fine, (400, {}, {"error": {"message": "no more"}})]
    with pytest.raises(ValueError, match="no more"):
        encoder.encode_documents(texts)
    paid = len(vendors.bodies[0]["input"])  # which of the two groups is sent first differs from process to process
    assert paid in (512, 488)
    assert encoder.estimate(texts).texts == 1000 - paid
    assert encoder.encode_documents(texts).shape == (1000, 16)
    assert [len(body["input"]) for body in vendors.bodies] == [paid, 1000 - paid, 1000 - paid]
    assert sorted(vendors.bodies[1]["input"]) == sorted(vendors.bodies[2]["input"])


def test_the_cost_is_shown_before_anything_is_sent(vendors, capsys):
    encoder = openai(vendors, cache=False)
    shown_when_sent = []

    def look(handler, answer):
        shown_when_sent.append(capsys.readouterr().out)
        handler.connection.close()

    vendors.faults = [look]
    encoder.encode_documents(["a" * 40, "b" * 40])
    assert shown_when_sent == [str(encoder.estimate(["a" * 40, "b" * 40])) + "\n"]
    assert "2 texts to send, about 20 tokens, less than a cent at $0.02 a million tokens (as of" in shown_when_sent[0]


def test_neither_a_single_query_nor_a_timed_run_is_announced(vendors, capsys):
    encoder = openai(vendors, cache=False)
    encoder.encode_queries(["a pump"])
    with forgotten():
        encoder.encode_queries(["a pump", "a fen"])
    assert capsys.readouterr().out == ""


def test_a_timed_run_asks_anew_and_counts_as_such(vendors):
    encoder = openai(vendors)
    encoder.encode_queries(["a pump"])
    with forgotten():
        assert encoder.estimate(["a pump"], role="query").texts == 1
        encoder.encode_queries(["a pump"])
    assert len(vendors.bodies) == 2


def test_a_dear_call_is_refused_before_anything_is_sent(vendors):
    encoder = openai(vendors, budget=0.0001)
    texts = ["a pump " * 1000] * 2 + ["a fen " * 2000]
    with pytest.raises(ValueError, match=r"more than the budget of \$0.0001 a call. Nothing was sent"):
        encoder.encode_documents([f"{i} {text}" for i, text in enumerate(texts)])
    assert vendors.bodies == []
    assert encoder.encode_documents(["a pump"]).shape == (1, 16)


@pytest.mark.parametrize("texts", [["a pump", ""], ["a pump", " \n"]])
def test_empty_texts_are_named_by_position(vendors, texts):
    for work in (openai(vendors).encode_documents, openai(vendors).encode_queries, openai(vendors).estimate):
        with pytest.raises(ValueError, match="text 1 is empty"):
            work(texts)
    assert vendors.bodies == []


def test_what_is_no_list_of_texts_is_a_type_error(vendors):
    with pytest.raises(TypeError, match="is one"):
        openai(vendors).encode_documents("a pump")
    with pytest.raises(TypeError, match="position 0"):
        openai(vendors).encode_queries([None])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"data": [{"index": 0, "embedding": [0.5] * 8}]}, "should have 16 dimensions, but has 8"),
        ({"data": [{"index": 0, "embedding": [float("nan")] * 16}]}, "NaN"),
        ({"data": []}, "0 vectors for 1 texts"),
        ({"data": [{"index": 0, "embedding": [0.0] * 16}]}, "all zeros"),
        ({"data": [{"index": 0, "embedding": [None] * 16}]}, "real numbers"),
        ({"error": {"message": "what a vendor may send with status 200"}}, "'data'"),
    ],
)
def test_a_wrong_answer_is_an_error_and_is_not_remembered(vendors, answer, message):
    encoder = openai(vendors)
    vendors.faults = [(200, {}, answer)]
    with pytest.raises(ValueError, match=f"openai sent an answer that labkit cannot use .*{message}"):
        encoder.encode_queries(["a pump"])
    assert encoder.estimate(["a pump"], role="query").texts == 1


def test_one_connection_serves_many_requests(vendors):
    encoder = openai(vendors, cache=False)
    encoder.encode_queries(["a pump"])
    client = encoder._client
    encoder.encode_queries(["a fen"])
    assert encoder._client is client
    del encoder
    assert client.is_closed


def test_it_searches_a_collection(vendors):
    import labkit

    encoder = openai(vendors, dimensions=64)
    texts = [f"text {i}" for i in range(20)]
    searcher = labkit.DenseRetriever(encoder, labkit.FlatIndex(encoder.encode_documents(texts)))
    hits = searcher.search(["text 7", "text 3"], k=1)  # OpenAI makes no difference between the roles
    assert hits.ids.tolist() == [[7], [3]]


def test_each_request_that_was_paid_for_is_remembered_at_once(vendors):
    encoder = load_api_encoder("cohere", "embed-v4.0", base_url=vendors.url("cohere"), dimensions=256)
    texts = [f"text {i:04}" for i in range(300)]  # 96 a request
    vendors.faults = [None, None, (400, {}, {"message": "no more"})]
    with pytest.raises(ValueError, match="no more"):
        encoder.encode_documents(texts)
    assert encoder.estimate(texts).texts == 300 - 2 * 96
    assert encoder.encode_documents(texts).shape == (300, 256)
