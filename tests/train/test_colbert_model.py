import numpy as np
import pytest
import torch

from labkit.models.bert import forward, load_bert
from labkit.models.tokens_adapter import TokenAdapter
from labkit.models.weights import verify
from labkit.train.colbert_model import embed, runs_of, start_updates, through

TEXTS = [[101, 2000, 2001, 102], [101, 3000, 3001, 102], [101, 4000, 102]]
EVERY = range(6)


@pytest.fixture(scope="module")
def bert():
    return load_bert(verify("all-MiniLM-L6-v2"), "float32")


def run(bert, updates=None):
    with torch.no_grad():
        return through(bert, EVERY, embed(bert, TEXTS), runs_of(TEXTS), updates).numpy()


def test_without_updates_it_is_the_encoder(bert):
    np.testing.assert_allclose(run(bert), forward(bert, TEXTS).numpy(), atol=1e-5)
    np.testing.assert_allclose(run(bert, start_updates(bert, [4, 5], 4, seed=0)), run(bert), atol=1e-6)


def test_updates_added_to_the_weights_give_what_was_trained(bert):
    updates = start_updates(bert, [4, 5], 4, seed=0)
    generator = torch.Generator().manual_seed(1)
    updates = {n: u if n.endswith("A") else torch.randn(u.shape, generator=generator) * 0.1 for n, u in updates.items()}
    adapter = TokenAdapter(np.eye(384, dtype=np.float32), {n: u.detach().numpy() for n, u in updates.items()})
    changed = run(bert, updates)
    np.testing.assert_allclose(changed, forward(adapter.applied(bert, "float32"), TEXTS).numpy(), atol=1e-4)
    assert np.abs(changed - run(bert)).max() > 0.1


def test_only_updates_get_gradients(bert):
    updates = start_updates(bert, [5], 2, seed=0)
    through(bert, EVERY, embed(bert, TEXTS), runs_of(TEXTS), updates).square().sum().backward()
    assert all(updates[f"5.{name}.B"].grad.abs().max() > 0 for name in ("qkv", "attention_out", "up", "down"))
    assert not bert.layers[0].qkv[0].requires_grad
