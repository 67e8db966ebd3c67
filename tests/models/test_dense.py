import numpy as np
import pytest

from labkit.models import bert
from labkit.models.catalogue import find
from labkit.models.dense import DenseEncoder, chosen_dtype, fast_dtype, torch_threads
from labkit.models.weights import verify

CARD = find("all-MiniLM-L6-v2")
TEXTS = [
    "",
    "   \n",
    "pump",
    "Where does the heat exchanger E-1042 drain?",
    "two words",
    "A search vector index finds the nearest document. " * 4,
    "token " * 400,  # longer than the encoder reads
    "naïve façade 日本語 🙂",
    "!!!! " * 200,  # attention scores beyond 80
]


@pytest.fixture(scope="module")
def exact():
    return DenseEncoder(CARD, dtype="float32")


@pytest.fixture(scope="module")
def halved():
    return DenseEncoder(CARD, dtype="bfloat16")


@pytest.fixture(scope="module")
def whole():
    return DenseEncoder(CARD, dtype="int16")


@pytest.fixture(scope="module")
def reference():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(verify(CARD)), device="cpu").encode(TEXTS)


def test_float32_equals_sentence_transformers(exact, reference):
    vectors = exact.encode_documents(TEXTS)
    assert vectors.dtype == np.float32 and vectors.shape == (len(TEXTS), 384)
    np.testing.assert_allclose(vectors, reference, atol=2e-6)


def test_bfloat16_keeps_the_cosine(halved, reference):
    assert (halved.encode_queries(TEXTS) * reference).sum(axis=1).min() > 0.9998


def test_int16_keeps_more_of_it(whole, reference):
    assert (whole.encode_queries(TEXTS) * reference).sum(axis=1).min() > 0.99999


def test_a_text_does_not_depend_on_its_neighbours(exact, halved, whole):
    for encoder, tolerance in ((halved, 0.0), (exact, 1e-6), (whole, 1e-5)):
        together = encoder.encode_documents(TEXTS + TEXTS[::-1])
        alone = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
        np.testing.assert_allclose(together, np.concatenate([alone, alone[::-1]]), atol=tolerance, rtol=0)


def test_the_thread_count_changes_nothing(halved, monkeypatch):
    monkeypatch.setenv("LABKIT_THREADS", "1")
    one = halved.encode_documents(TEXTS)
    monkeypatch.setenv("LABKIT_THREADS", "3")
    assert (halved.encode_documents(TEXTS) == one).all()


def test_scores_that_would_overflow_get_the_plain_softmax():
    import torch

    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 1, 5, 4).bfloat16() for _ in range(3))
    q[1] *= 200  # scores far beyond exp()'s range, in the second text only
    found = torch.empty(2, 1, 5, 4).bfloat16()
    bert._attend(torch.stack([q, k, v]), found)
    for text in range(2):
        wanted = (q[text] @ k[text].transpose(-1, -2)).float().softmax(-1) @ v[text].float()
        np.testing.assert_allclose(found[text].float(), wanted, atol=0.03)


def test_empty_input_and_unit_length(exact):
    assert exact.encode_documents([]).shape == (0, 384)
    np.testing.assert_allclose(np.linalg.norm(exact.encode_documents(TEXTS), axis=1), 1, atol=1e-6)
    with pytest.raises(TypeError, match="position 1"):
        exact.encode_documents(["a", 3])


def test_torch_gets_its_threads_back(exact, monkeypatch):
    import torch

    monkeypatch.setenv("LABKIT_THREADS", "2")
    before = torch.get_num_threads()
    exact.encode_documents(["a", "b"])
    with torch_threads():
        assert torch.get_num_threads() == 2
    assert torch.get_num_threads() == before


def test_the_dtype_follows_the_cpu(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_f": True}, raising=False)
    monkeypatch.setattr("labkit.kernels.linear16.fast", lambda: False)
    assert fast_dtype() == "float32"
    monkeypatch.setattr("labkit.kernels.linear16.fast", lambda: True)
    assert fast_dtype() == "int16"
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    assert fast_dtype() == "bfloat16"
    with pytest.raises(ValueError, match="'float16'"):
        DenseEncoder(CARD, dtype="float16")


def test_the_dtype_follows_the_setting_unless_the_caller_names_one(monkeypatch):
    for wanted, other in (("float32", "bfloat16"), ("bfloat16", "int16"), ("int16", "float32")):
        monkeypatch.setenv("LABKIT_DTYPE", wanted)
        assert chosen_dtype() == wanted and chosen_dtype(other) == other
        assert DenseEncoder(CARD).dtype == wanted
    monkeypatch.setenv("LABKIT_DTYPE", "float16")
    with pytest.raises(ValueError, match="LABKIT_DTYPE is 'float16'"):
        DenseEncoder(CARD)


def test_the_fingerprint_tells_the_dtypes_apart(exact, halved, whole):
    assert len({exact.fingerprint, halved.fingerprint, whole.fingerprint}) == 3


def test_another_architecture_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "roberta", "hidden_act": "gelu"}')
    with pytest.raises(ValueError, match="roberta"):
        bert.load_bert(tmp_path, "float32")
