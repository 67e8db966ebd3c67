"""Linear layers whose bfloat16 weights are laid out once, as oneDNN wants them.

torch hands oneDNN a row-major weight, and oneDNN rearranges it in every call: a fifth of the time of one short query, a
fourteenth of a full batch (measured here). The product is the same, bit for bit (see the tests).

oneDNN can also do what follows a product, the gelu or the sum, while a row of it is still in a register. That saves a
trip through memory, and the number is rounded to bfloat16 once instead of twice.
"""

from typing import Any

Tensor = Any  # torch.Tensor: torch is loaded by the functions that need it
ROWS = 512  # the rows of a usual batch, for which oneDNN picks the layout; any number works


def packed(weight: Tensor) -> Tensor:
    """A bfloat16 weight `(out, in)` in oneDNN's own layout; any other weight, or one without oneDNN, as it is."""
    import torch

    if weight.dtype != torch.bfloat16 or not _has_packing():
        return weight
    return torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS)


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """`x @ weight.T + bias` for a weight that `packed` returned."""
    import torch

    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return torch.nn.functional.linear(x, weight, bias)


def linear_gelu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """`gelu(x @ weight.T + bias)` for a weight that `packed` returned."""
    import torch

    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", [], "none")  # "none": the exact gelu
    return torch.nn.functional.gelu(linear(x, weight, bias))


def linear_plus(x: Tensor, weight: Tensor, bias: Tensor, other: Tensor) -> Tensor:
    """`other + x @ weight.T + bias` for a weight that `packed` returned."""
    import torch

    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise.binary(x, other, weight, bias, "add")
    return other + linear(x, weight, bias)


def _has_packing() -> bool:
    """Whether this torch has the operations, which its compiler uses and its manual does not list, and this CPU the instructions.

    Without them torch still multiplies bfloat16 numbers, but the layout of oneDNN is refused.
    """
    import torch

    operations = torch.ops.mkldnn
    needed = "_reorder_linear_weight", "_linear_pointwise", "_is_mkldnn_bf16_supported"
    has = torch.backends.mkldnn.is_available() and all(hasattr(operations, name) for name in needed)
    return bool(has and operations._is_mkldnn_bf16_supported())
