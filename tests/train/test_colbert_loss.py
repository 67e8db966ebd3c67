import numpy as np
import pytest
import torch

from labkit.train.colbert_loss import distillation_loss, matches, scores


def test_matches_and_scores_by_hand():
    queries = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])  # two queries: two tokens, one token
    documents = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.8, 0.6]])  # two documents: one token, two tokens
    best = matches(queries, documents, [1, 2])
    np.testing.assert_allclose(best, [[1, 0.8], [0, 0.6], [0.6, 0.96]], atol=1e-6)
    np.testing.assert_allclose(scores(best, [2, 1]), [[0.5, 0.7], [0.6, 0.96]], atol=1e-6)


def test_a_student_that_repeats_its_teacher_has_no_loss():
    best = torch.rand(5, 2)
    loss = distillation_loss(best, best.clone(), [2, 3], temperature=0.1, tokens=20, answers=0)
    assert loss.item() == pytest.approx(0, abs=1e-6)


def test_the_three_terms_by_hand():
    teacher = torch.tensor([[0.1, 0.1], [0.1, 0.1]])
    student = torch.tensor([[0.1, 0.0], [0.1, 0.1]])  # one match off by 0.1; query 0 prefers its own document

    def loss(tokens, answers):
        return distillation_loss(student, teacher, [1, 1], temperature=0.1, tokens=tokens, answers=answers).item()

    p = 1 / (1 + np.exp(-1))  # the student's share of document 0, where the teacher says a half
    ranking = 0.5 * (0.5 * np.log(0.5 / p) + 0.5 * np.log(0.5 / (1 - p)))
    assert loss(0, 0) == pytest.approx(ranking, abs=1e-6)
    assert loss(8, 0) - loss(0, 0) == pytest.approx(8 * 0.1**2 / 4, abs=1e-6)
    assert loss(0, 1) - loss(0, 0) == pytest.approx(-(np.log(p) + np.log(0.5)) / 2, abs=1e-6)
