import pytest
import torch
from torch.nn.functional import linear as plain

from labkit.models import linear as module
from labkit.models.linear import linear, packed


def layer(dtype, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return [torch.randn(*shape, generator=draw).to(dtype) for shape in ((24, 16), (24,))]


@pytest.mark.parametrize("rows", [1, 7, 512, 700])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_packing_changes_the_layout_and_not_one_bit(rows, dtype):
    weight, bias = layer(dtype)
    x = torch.randn(rows, 16, generator=torch.Generator().manual_seed(1)).to(dtype)
    with torch.inference_mode():
        assert torch.equal(linear(x, packed(weight), bias), plain(x, weight, bias))


def test_float32_stays_as_it_is():
    weight, _ = layer(torch.float32)
    assert packed(weight) is weight


def test_a_torch_without_the_operations_still_multiplies(monkeypatch):
    monkeypatch.setattr(module, "_has_packing", lambda: False)
    weight, _ = layer(torch.bfloat16)
    assert packed(weight) is weight
