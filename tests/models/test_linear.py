import pytest
import torch
from torch.nn.functional import gelu
from torch.nn.functional import linear as plain

from labkit.models.linear import between_layers, linear, linear_gelu, linear_plus, packed

INSIDE = pytest.mark.skipif(
    not packed(torch.zeros(8, 8), "bfloat16").is_mkldnn,
    reason="this CPU has no AVX-512: torch does one step after the other",
)


def layer(dtype, seed=0):
    """A layer's weight as `packed` returns it and as torch takes it, and its bias."""
    draw = torch.Generator().manual_seed(seed)
    weight, bias = (torch.randn(*shape, generator=draw) for shape in ((24, 16), (24,)))
    kind = between_layers(dtype)
    return packed(weight, dtype), weight.to(kind), bias.to(kind)


@pytest.mark.parametrize("rows", [1, 7, 512, 700])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_packing_changes_the_layout_and_not_one_bit(rows, dtype):
    held, weight, bias = layer(dtype)
    x = torch.randn(rows, 16, generator=torch.Generator().manual_seed(1)).to(between_layers(dtype))
    with torch.inference_mode():
        assert torch.equal(linear(x, held, bias), plain(x, weight, bias))


@pytest.mark.parametrize("rows", [1, 7, 512])
def test_whole_numbers_of_16_bits_keep_three_digits(rows):
    held, weight, bias = layer("int16")
    draw = torch.Generator().manual_seed(1)
    x, other = (torch.randn(rows, width, generator=draw) for width in (16, 24))
    with torch.inference_mode():
        exact = plain(x, weight, bias)
        for found, wanted in (
            (linear(x, held, bias), exact),
            (linear_gelu(x, held, bias), gelu(exact)),
            (linear_plus(x, held, bias, other), other + exact),
        ):
            torch.testing.assert_close(found, wanted, rtol=0, atol=1e-3)


@INSIDE
@pytest.mark.parametrize("rows", [1, 7, 512, 700])
def test_what_is_done_inside_the_product_is_rounded_once(rows):
    held, weight, bias = layer("bfloat16")
    draw = torch.Generator().manual_seed(1)
    x, other = (torch.randn(700, width, generator=draw).bfloat16()[:rows] for width in (16, 24))
    exact = plain(x.float(), weight.float(), bias.float())
    with torch.inference_mode():
        for found, wanted in (
            (linear_gelu(x, held, bias), gelu(exact)),
            (linear_plus(x, held, bias, other), other + exact),
        ):
            # Half a step of bfloat16's 8 bits; where the true value is near 0, float32's own error counts too.
            torch.testing.assert_close(found.float(), wanted, rtol=2**-8, atol=2e-5)


@INSIDE
def test_a_row_does_not_depend_on_how_many_there_are():
    held, _, bias = layer("bfloat16")
    x, other = torch.randn(700, 16).bfloat16(), torch.randn(700, 24).bfloat16()
    with torch.inference_mode():
        for one in (
            lambda rows: linear_gelu(x[:rows], held, bias),
            lambda rows: linear_plus(x[:rows], held, bias, other[:rows]),
        ):
            everything = one(700)
            for rows in (1, 2, 9, 65, 512):
                assert torch.equal(one(rows), everything[:rows])


def test_float32_is_done_one_after_the_other():
    held, weight, bias = layer("float32")
    x, other = torch.randn(5, 16), torch.randn(5, 24)
    assert torch.equal(held, weight)
    assert torch.equal(linear_gelu(x, held, bias), gelu(plain(x, weight, bias)))
    assert torch.equal(linear_plus(x, held, bias, other), other + plain(x, weight, bias))


def test_without_the_operations_or_the_instructions_torch_still_multiplies(monkeypatch):
    """oneDNN refuses to lay out bfloat16 on a CPU without AVX-512."""
    x = torch.randn(3, 16).bfloat16()
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    held, weight, bias = layer("bfloat16")
    assert not held.is_mkldnn
    assert torch.equal(linear(x, held, bias), plain(x, weight, bias))
