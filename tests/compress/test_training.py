import numpy as np
import pytest
import torch

from labkit.compress.linear_map import LinearMap
from labkit.compress.matryoshka import pca_rotation, truncate
from labkit.compress.training import cayley, matryoshka_loss, train_adapter

DIM, MEANING = 24, 6


@pytest.fixture(scope="module")
def pairs():
    """Pairs that share a faint meaning in 6 directions, beneath loud noise of their own in the 18 others."""
    rng = np.random.default_rng(0)
    spin = np.linalg.qr(rng.standard_normal((DIM, DIM)))[0]
    shared = rng.standard_normal((1200, MEANING))
    sides = []
    for _ in range(2):
        x = np.hstack(
            [shared + 0.3 * rng.standard_normal(shared.shape), 2 * rng.standard_normal((1200, DIM - MEANING))]
        )
        x = x @ spin
        sides.append((x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32))
    return sides


def found(rotation: LinearMap, pairs, dim):
    """Share of the held-out questions that find their own text first."""
    q, d = (truncate(rotation(side[1000:]), dim) for side in pairs)
    return float(((q @ d.T).argmax(axis=1) == np.arange(len(q))).mean())


def small(pairs, **options):
    settings = {"dims": (4, 6, 12), "steps": 100, "batch": 200, "learning_rate": 0.02, "progress": False}
    return train_adapter(pairs[0][:1000], pairs[1][:1000], **(settings | options))


@pytest.fixture(scope="module")
def trained(pairs):
    return small(pairs)


def test_training_finds_the_meaning_that_pca_puts_last(pairs, trained):
    pca = pca_rotation(np.vstack([side[:1000] for side in pairs]))
    assert found(pca, pairs, MEANING) < 0.1
    assert found(trained, pairs, MEANING) > 0.4


def test_the_result_is_a_rotation_so_nothing_changes_at_full_length(pairs, trained):
    assert trained.orthogonality_error < 1e-6
    q, d = pairs
    turned = [trained(side).astype(np.float64) for side in (q, d)]
    np.testing.assert_allclose(turned[0] @ turned[1].T, q.astype(np.float64) @ d.astype(np.float64).T, atol=1e-6)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(pairs):
    first, second = small(pairs, steps=5), small(pairs, steps=5)
    np.testing.assert_array_equal(first.matrix, second.matrix)
    assert np.abs(first.matrix - small(pairs, steps=5, seed=1).matrix).max() > 1e-4


def test_the_number_of_threads_changes_nothing(pairs, monkeypatch):
    first = small(pairs, steps=20)
    monkeypatch.setenv("LABKIT_THREADS", "2")
    before = torch.get_num_threads()
    torch.set_num_threads(1 if before > 1 else 2)
    try:
        np.testing.assert_array_equal(small(pairs, steps=20).matrix, first.matrix)
    finally:
        torch.set_num_threads(before)


def test_training_leaves_the_state_of_torch_alone(pairs):
    torch.manual_seed(7)
    wanted = torch.rand(3)
    torch.manual_seed(7)
    threads = torch.get_num_threads()
    small(pairs, steps=2)
    assert torch.get_num_threads() == threads
    np.testing.assert_array_equal(torch.rand(3).numpy(), wanted.numpy())


def test_cayley_by_hand():
    # S = [[0, -1], [1, 0]] gives a quarter turn
    np.testing.assert_allclose(cayley(torch.tensor([[0.0, -1.0], [0.0, 0.0]])), [[0, 1], [-1, 0]], atol=1e-6)
    np.testing.assert_array_equal(cayley(torch.zeros(3, 3)), np.eye(3))


def test_loss_by_hand():
    # two pairs at right angles: cosines 1 and 0, so -log(e^1 / (e^1 + e^0)) at temperature 1
    eye = torch.eye(2)
    assert matryoshka_loss(eye, eye, [2], 1.0).item() == pytest.approx(np.log(1 + np.exp(-1)))
    # cut to the first number, the second pair is all zeros: (log(1 + 1/e) + log 2) / 2
    wanted = (np.log(1 + np.exp(-1)) + np.log(2)) / 2
    assert matryoshka_loss(eye, eye, [1], 1.0).item() == pytest.approx(wanted)


def test_soft_targets_by_hand():
    # the full-length cosines 1 and 0 at temperature 0.05 make targets of sigmoid(20) and sigmoid(-20), about 1 and 0
    eye = torch.eye(2)
    assert matryoshka_loss(eye, eye, [2], 1.0, soft=1.0).item() == pytest.approx(np.log(1 + np.exp(-1)), abs=1e-6)
    # all vectors alike: the target is a half for each text, whatever the truth; the loss is log 2
    alike = torch.ones(2, 2)
    assert matryoshka_loss(alike, alike, [1], 1.0, soft=0.5).item() == pytest.approx(np.log(2))
    # at right angles to its own text and on top of the other one: all of the soft half is for the other
    own, other = np.log(1 + np.exp(1)), np.log(1 + np.exp(-1))
    swapped = matryoshka_loss(eye, eye.flip(0), [2], 1.0, soft=0.5).item()
    assert swapped == pytest.approx((own + other) / 2, abs=1e-6)


def test_loss_agrees_with_sentence_transformers():
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    rng = torch.Generator().manual_seed(0)
    q, d = (torch.randn(8, 6, generator=rng) for _ in range(2))
    theirs = MultipleNegativesRankingLoss(model=None, scale=20.0).compute_loss_from_embeddings([q, d], None)
    swapped = MultipleNegativesRankingLoss(model=None, scale=20.0).compute_loss_from_embeddings([d, q], None)
    assert matryoshka_loss(q, d, [6], 0.05).item() == pytest.approx(((theirs + swapped) / 2).item(), rel=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch": 1}, "batch should be at least 2"),
        ({"batch": 2000}, "at least one batch of 2000 pairs, but got 1000"),
        ({"steps": 0}, "steps should be above 0"),
        ({"temperature": -1.0}, "temperature should be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate should be above 0"),
        ({"dims": (4, 25)}, "between 1 and 24.*is 25"),
        ({"dims": ()}, "dims is empty"),
        ({"soft": 1.5}, "soft is a share"),
    ],
)
def test_settings_that_cannot_train_are_refused(pairs, options, message):
    with pytest.raises(ValueError, match=message):
        small(pairs, **options)


def test_arrays_that_are_no_pairs_are_refused(pairs):
    with pytest.raises(ValueError, match=r"pairs, one row each, but their shapes are \(1000, 24\) and \(999, 24\)"):
        small([pairs[0], pairs[1][:999]])
    broken = pairs[0].copy()
    broken[3, 3] = np.nan
    with pytest.raises(ValueError, match="queries should be finite, but row 3"):
        small([broken, pairs[1]])
