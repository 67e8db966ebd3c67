"""Linear layers whose weights are laid out once: bfloat16 as oneDNN wants them, 16-bit whole numbers as our own kernel does.

torch hands oneDNN a row-major weight, and oneDNN rearranges it in every call: a fifth of the time of one short query, a
fourteenth of a full batch (measured here). The product is the same, bit for bit (see the tests).

oneDNN can also do what follows a product, the gelu or the sum, while a row of it is still in a register. That saves a
trip through memory, and the number is rounded to bfloat16 once instead of twice. Our kernel (`kernels.linear16`) does it
while a tile is in the nearest cache.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # numba is loaded when there is such a layer
    from labkit.kernels.linear16 import Weights16

Tensor = Any  # torch.Tensor: torch is loaded by the functions that need it
Weight = Any  # a Tensor, or a Weights16
ROWS = 512  # the rows of a usual batch, for which oneDNN picks the layout; any number works


def between_layers(dtype: str) -> Tensor:
    """The torch.dtype of what goes from layer to layer: of `int16`, which only multiplies in it, that is float32."""
    import torch

    return torch.float32 if dtype == "int16" else getattr(torch, dtype)


def packed(weight: Tensor, dtype: str) -> Weight:
    """A float32 weight `(out, in)` in one of `settings.DTYPES`, as the functions below want it.

    A bfloat16 weight is in oneDNN's own layout where there is oneDNN and the CPU has the instructions.
    """
    import torch

    if dtype == "int16":
        from labkit.kernels.linear16 import pack

        return pack(weight.numpy())
    weight = weight.to(between_layers(dtype))
    if dtype != "bfloat16" or not _has_packing():
        return weight
    return torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS)


def linear(x: Tensor, weight: Weight, bias: Tensor) -> Tensor:
    """`x @ weight.T + bias` for a weight that `packed` returned."""
    import torch

    if not isinstance(weight, torch.Tensor):
        return _whole(x, weight, bias)
    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return torch.nn.functional.linear(x, weight, bias)


def linear_gelu(x: Tensor, weight: Weight, bias: Tensor) -> Tensor:
    """`gelu(x @ weight.T + bias)` for a weight that `packed` returned."""
    import torch

    if not isinstance(weight, torch.Tensor):
        return _whole(x, weight, bias, gelu=True)
    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", [], "none")  # "none": the exact gelu
    return torch.nn.functional.gelu(linear(x, weight, bias))


def linear_plus(x: Tensor, weight: Weight, bias: Tensor, other: Tensor) -> Tensor:
    """`other + x @ weight.T + bias` for a weight that `packed` returned."""
    import torch

    if not isinstance(weight, torch.Tensor):
        return _whole(x, weight, bias, other=other)
    if weight.is_mkldnn:
        return torch.ops.mkldnn._linear_pointwise.binary(x, other, weight, bias, "add")
    return other + linear(x, weight, bias)


def _whole(x: Tensor, weight: "Weights16", bias: Tensor, *, gelu: bool = False, other: Tensor | None = None) -> Tensor:
    import torch

    from labkit.kernels.linear16 import linear16

    more = None if other is None else other.numpy()
    threads = torch.get_num_threads()
    return torch.from_numpy(linear16(x.numpy(), weight, bias.numpy(), gelu=gelu, other=more, threads=threads))


def _has_packing() -> bool:
    """Whether this torch has the operations, which its compiler uses and its manual does not list, and this CPU the instructions.

    Without them torch still multiplies bfloat16 numbers, but the layout of oneDNN is refused.
    """
    import torch

    operations = torch.ops.mkldnn
    needed = "_reorder_linear_weight", "_linear_pointwise", "_is_mkldnn_bf16_supported"
    has = torch.backends.mkldnn.is_available() and all(hasattr(operations, name) for name in needed)
    return bool(has and operations._is_mkldnn_bf16_supported())
