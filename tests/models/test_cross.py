import math
from types import SimpleNamespace

import numpy as np
import pytest

from labkit.models.cross import CrossEncoder, load_cross_encoder

QUERY = "how does a centrifugal pump move water?"
DOCUMENTS = [
    "Bananas are rich in potassium.",
    "A centrifugal pump moves liquid by the spin of its impeller.",
    "",
    "Pumps are painted blue. " * 150,  # longer than the model reads
]


@pytest.fixture(scope="module")
def judge():
    return load_cross_encoder(cache=False)


def test_the_answer_scores_best_whatever_stands_beside_it(judge):
    scores = judge.score(QUERY, DOCUMENTS)
    assert scores.dtype == np.float32 and scores.shape == (4,)
    assert scores.argmax() == 1 and scores[1] > scores[0] + 5
    assert (scores == [judge.score(QUERY, [document])[0] for document in DOCUMENTS]).all()


def test_query_and_document_are_told_apart(judge):
    forth, back = judge.score_pairs([(QUERY, DOCUMENTS[1]), (DOCUMENTS[1], QUERY)])
    assert forth != back


def test_empty_input(judge):
    assert judge.score("", ["a"]).shape == (1,)
    assert judge.score(QUERY, []).shape == (0,)


@pytest.mark.parametrize("pairs", [["ab"], [("a",)], [("a", None)], [["a", "b"]]])
def test_pairs_of_texts_only(judge, pairs):
    with pytest.raises(TypeError, match="position 0"):
        judge.score_pairs(pairs)


def test_scores_are_remembered_and_the_model_is_timed(tmp_path):
    asked = []

    def scorer(pairs):
        asked.extend(pairs)
        return np.array([[len(q) - len(d)] for q, d in pairs], np.float32)

    for run in range(2):
        judge = CrossEncoder("lengths", "v1", scorer, folder=tmp_path)
        assert math.isnan(judge.seconds_per_pair)
        assert judge.score("abc", ["a", "", "a"]).tolist() == [2, 3, 2]
        assert judge.pairs_scored == (2 if run == 0 else 0)
        assert (judge.seconds_per_pair > 0) == (run == 0)
    assert len(asked) == 2


def test_a_score_that_is_no_number_is_refused():
    judge = CrossEncoder("broken", "v1", lambda pairs: np.full((len(pairs), 1), np.nan, np.float32), cache=False)
    with pytest.raises(ValueError, match="not finite"):
        judge.score("a", ["b"])


def test_hub_models_are_refused_by_default_and_fail_with_a_name(monkeypatch):
    import sentence_transformers

    monkeypatch.delenv("LABKIT_MODELS", raising=False)
    with pytest.raises(ValueError, match=r"ms-marco-MiniLM-L-12-v2.*LABKIT_MODELS=hub"):
        load_cross_encoder("BAAI/bge-reranker-base")

    def unreachable(name, device):
        raise OSError("no route to host")

    monkeypatch.setenv("LABKIT_MODELS", "hub")
    monkeypatch.setattr(sentence_transformers, "CrossEncoder", unreachable)
    with pytest.raises(FileNotFoundError, match="bge-reranker-base.*no route"):
        load_cross_encoder("BAAI/bge-reranker-base")


def test_scores_of_other_weights_in_the_same_folder_are_not_taken_for_these(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_MODELS", "hub")
    monkeypatch.setattr("sentence_transformers.CrossEncoder", lambda name, device: SimpleNamespace(config=None))
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = load_cross_encoder(str(tmp_path)).fingerprint
    assert load_cross_encoder(str(tmp_path)).fingerprint == first
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert load_cross_encoder(str(tmp_path)).fingerprint != first
